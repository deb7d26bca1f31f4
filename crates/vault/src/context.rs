//! What a sealed value is bound to.

/// Whose secret it is, and which. It is not stored with the sealed value: whoever opens it says it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context<'a> {
    /// The organisation's id, as the store has it.
    pub organisation: &'a str,
    /// Whose secret it is within the organisation.
    pub whose: Whose<'a>,
    /// Which of its secrets.
    pub what: What,
}

/// Whose secret it is within an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// The organisation's own.
    Organisation,
    /// That of the mailbox with this id, as the store has it.
    Mailbox(&'a str),
}

/// Which secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The password of an account on an Exchange Server.
    ExchangePassword,
    /// What requests to Microsoft prove themselves with.
    MicrosoftAccessToken,
    /// The application that an organisation lets into its mailboxes, and what it proves itself with.
    MicrosoftApplication,
    /// What new tokens for Microsoft are got with.
    MicrosoftRefreshToken,
    /// What Microsoft's notifications prove themselves with.
    MicrosoftClientState,
    /// What requests to Zoho prove themselves with.
    ZohoAccessToken,
    /// What new tokens for Zoho are got with.
    ZohoRefreshToken,
    /// What Zoho's notifications prove themselves with.
    ZohoChannelToken,
}

impl What {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::ExchangePassword,
        Self::MicrosoftAccessToken,
        Self::MicrosoftApplication,
        Self::MicrosoftRefreshToken,
        Self::MicrosoftClientState,
        Self::ZohoAccessToken,
        Self::ZohoRefreshToken,
        Self::ZohoChannelToken,
    ];

    /// Its name among what sealed values are bound to: it never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExchangePassword => "exchange-password",
            Self::MicrosoftAccessToken => "microsoft-access-token",
            Self::MicrosoftApplication => "microsoft-application",
            Self::MicrosoftRefreshToken => "microsoft-refresh-token",
            Self::MicrosoftClientState => "microsoft-client-state",
            Self::ZohoAccessToken => "zoho-access-token",
            Self::ZohoRefreshToken => "zoho-refresh-token",
            Self::ZohoChannelToken => "zoho-channel-token",
        }
    }
}

impl Context<'_> {
    /// Adds the context to what a sealed value is bound to: each text after its length in eight bytes, the greatest
    /// first, and between them one byte for [`Whose`], so that no two contexts look the same.
    pub(crate) fn write(&self, bound_to: &mut Vec<u8>) {
        let mut text = |text: &str, kind: &[u8]| {
            bound_to.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bound_to.extend_from_slice(text.as_bytes());
            bound_to.extend_from_slice(kind);
        };
        match self.whose {
            Whose::Organisation => text(self.organisation, &[0]),
            Whose::Mailbox(id) => {
                text(self.organisation, &[1]);
                text(id, &[]);
            }
        }
        text(self.what.name(), &[]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(context: &Context<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        context.write(&mut bytes);
        bytes
    }

    fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
        let (taken, rest) = bytes.split_at(length);
        *bytes = rest;
        taken
    }

    fn text<'a>(bytes: &mut &'a [u8]) -> &'a str {
        let length = u64::from_be_bytes(take(bytes, 8).try_into().expect("eight bytes"));
        std::str::from_utf8(take(bytes, length as usize)).expect("a text")
    }

    /// Reads a context back. That this can be done shows that no two are written alike.
    fn read(mut bytes: &[u8]) -> Context<'_> {
        let organisation = text(&mut bytes);
        let whose = match take(&mut bytes, 1) {
            [0] => Whose::Organisation,
            _ => Whose::Mailbox(text(&mut bytes)),
        };
        let name = text(&mut bytes);
        assert!(bytes.is_empty());
        let what = What::ALL.into_iter().find(|what| what.name() == name).expect("a known secret");
        Context { organisation, whose, what }
    }

    proptest! {
        #[test]
        fn no_two_contexts_are_written_alike(
            organisation in "[\\x00-\\x01a-c]{0,12}",
            mailbox in prop::option::of("[\\x00-\\x01a-c]{0,12}"),
            what in prop::sample::select(What::ALL.to_vec()),
        ) {
            let whose = mailbox.as_deref().map_or(Whose::Organisation, Whose::Mailbox);
            let context = Context { organisation: &organisation, whose, what };
            let written = written(&context);
            prop_assert_eq!(read(&written), context);
        }
    }

    #[test]
    fn what_is_easily_confused_is_not() {
        let contexts = [
            // The border between two texts.
            ("1", Whose::Mailbox("23")),
            ("12", Whose::Mailbox("3")),
            ("123", Whose::Mailbox("")),
            ("123", Whose::Organisation),
            // A text that looks like the length and the text of another.
            ("1\0\0\0\0\0\0\0\0", Whose::Organisation),
            ("1", Whose::Mailbox("\0\0\0\0\0\0\0\0")),
            ("", Whose::Organisation),
            ("", Whose::Mailbox("")),
        ];
        let all: Vec<Vec<u8>> = contexts
            .iter()
            .flat_map(|(organisation, whose)| {
                What::ALL.map(|what| written(&Context { organisation, whose: *whose, what }))
            })
            .collect();
        let different: std::collections::BTreeSet<&Vec<u8>> = all.iter().collect();
        assert_eq!(different.len(), contexts.len() * What::ALL.len());
    }
}
