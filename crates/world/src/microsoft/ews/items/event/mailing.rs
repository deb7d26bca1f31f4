//! Whom a write of a calendar item mails: the request has to say it.

use crate::microsoft::calendar::Mailing;
use crate::microsoft::ews::refusal::Refusal;

/// Of `CreateItem`'s `SendMeetingInvitations`. That a copy is kept in Sent Items makes no difference to those who get mail;
/// this stand-in keeps none.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/createitem>.
pub(in crate::microsoft::ews) fn of_creation(word: Option<&str>) -> Result<Mailing, Refusal> {
    let required = || {
        let text = "SendMeetingInvitations attribute is required for calendar items.";
        Refusal::new("ErrorSendMeetingInvitationsRequired", text)
    };
    simple(word.ok_or_else(required)?, "SendMeetingInvitations")
}

/// Of `DeleteItem`'s `SendMeetingCancellations`.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/deleteitem>.
pub(in crate::microsoft::ews) fn of_deletion(word: Option<&str>) -> Result<Mailing, Refusal> {
    let required = || {
        let text = "SendMeetingCancellations attribute is required for calendar items.";
        Refusal::new("ErrorSendMeetingCancellationsRequired", text)
    };
    simple(word.ok_or_else(required)?, "SendMeetingCancellations")
}

/// Of `UpdateItem`'s `SendMeetingInvitationsOrCancellations`.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updateitem>.
pub(in crate::microsoft::ews) fn of_update(word: Option<&str>) -> Result<Mailing, Refusal> {
    let required = || {
        let text = "SendMeetingInvitationsOrCancellations attribute is required for calendar items.";
        Refusal::new("ErrorSendMeetingInvitationsOrCancellationsRequired", text)
    };
    match word.ok_or_else(required)? {
        "SendOnlyToChanged" | "SendToChangedAndSaveCopy" => Ok(Mailing::Changed),
        other => simple(other, "SendMeetingInvitationsOrCancellations"),
    }
}

fn simple(word: &str, attribute: &str) -> Result<Mailing, Refusal> {
    match word {
        "SendToNone" => Ok(Mailing::Nobody),
        "SendOnlyToAll" | "SendToAllAndSaveCopy" => Ok(Mailing::Everybody),
        _ => Err(Refusal::schema(format!("The '{attribute}' attribute is invalid."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_writes_an_item_says_whom_that_mails() {
        let none =
            (Err("ErrorSendMeetingInvitationsRequired"), Err("ErrorSendMeetingInvitationsOrCancellationsRequired"));
        let schema = Err("ErrorSchemaValidation");
        let cases = [
            (None, none.0, none.1, Err("ErrorSendMeetingCancellationsRequired")),
            (Some("SendToNone"), Ok(Mailing::Nobody), Ok(Mailing::Nobody), Ok(Mailing::Nobody)),
            (Some("SendOnlyToAll"), Ok(Mailing::Everybody), Ok(Mailing::Everybody), Ok(Mailing::Everybody)),
            (Some("SendToAllAndSaveCopy"), Ok(Mailing::Everybody), Ok(Mailing::Everybody), Ok(Mailing::Everybody)),
            (Some("SendOnlyToChanged"), schema, Ok(Mailing::Changed), schema),
            (Some("SendToChangedAndSaveCopy"), schema, Ok(Mailing::Changed), schema),
            (Some("Concerned"), schema, schema, schema),
        ];
        let code = |found: Result<Mailing, Refusal>| found.map_err(|refusal| refusal.code);
        for (word, creation, update, deletion) in cases {
            let wanted = |one: Result<Mailing, &str>| one.map_err(str::to_owned);
            assert_eq!(code(of_creation(word)), wanted(creation), "{word:?}");
            assert_eq!(code(of_update(word)), wanted(update), "{word:?}");
            assert_eq!(code(of_deletion(word)), wanted(deletion), "{word:?}");
        }
    }
}
