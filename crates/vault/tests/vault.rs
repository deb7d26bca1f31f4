//! What is sealed opens for its owner, for nobody else, and not after any change.

use mxs_vault::{Context, KeyId, KeyRing, Nonce, OpenError, RingError, SECRET_MAX, SealError, Sealed, What, Whose};
use secrecy::{ExposeSecret, SecretString};

/// The bytes 0 to 31.
const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The bytes 32 to 63.
const NEW: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
const NONCE: Nonce = [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111];
const CONTEXT: Context<'static> =
    Context { organisation: "org-1", whose: Whose::Mailbox("mailbox-7"), what: What::MicrosoftRefreshToken };

fn parse(text: &str) -> Result<KeyRing, RingError> {
    KeyRing::parse(&SecretString::from(text))
}

fn ring(current: &str, keys: &[(&str, &str)]) -> KeyRing {
    let keys: Vec<String> = keys.iter().map(|(name, key)| format!(r#""{name}":"{key}""#)).collect();
    parse(&format!(r#"{{"current":"{current}","keys":{{{}}}}}"#, keys.join(","))).expect("a ring")
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn opened(ring: &KeyRing, sealed: &Sealed, context: &Context<'_>) -> Result<String, OpenError> {
    ring.open(sealed, context).map(|secret| secret.expose_secret().to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Made with two other implementations (OpenSSL by way of Node.js, and Python's cryptography) from the table at
/// [`Sealed`]. If it changes, nobody's stored tokens can be opened any more.
#[test]
fn the_stored_form_never_changes() {
    let ring = ring("2026-11", &[("2026-11", OLD)]);
    let sealed = ring.seal(&secret("a refresh token"), &CONTEXT, NONCE).expect("sealed");
    let stored = "0107323032362d31316465666768696a6b6c6d6e6f\
                  293bac031f9b33ed56422b87b1000439bdd56f40be5e588e447fa03563354f";
    assert_eq!(hex(&sealed.to_bytes()), stored);
    assert_eq!(Sealed::from_bytes(&sealed.to_bytes()), Ok(sealed));
}

#[test]
fn what_is_sealed_opens_again() {
    let ring = ring("a", &[("a", OLD)]);
    let longest = "x".repeat(SECRET_MAX);
    for text in ["", "t", "Käse 名前", &longest] {
        let sealed = ring.seal(&secret(text), &CONTEXT, NONCE).expect("sealed");
        let stored = Sealed::from_bytes(&sealed.to_bytes()).expect("the stored form");
        assert_eq!(opened(&ring, &stored, &CONTEXT).as_deref(), Ok(text));
    }
    let too_long = ring.seal(&secret(&"x".repeat(SECRET_MAX + 1)), &CONTEXT, NONCE);
    assert_eq!(too_long, Err(SealError::TooLong));
}

#[test]
fn every_changed_bit_is_refused() {
    // Both keys are at hand, one bit apart in their names: the name of a key is bound as well.
    let ring = ring("b", &[("b", OLD), ("c", OLD)]);
    let sealed = ring.seal(&secret("a refresh token"), &CONTEXT, NONCE).expect("sealed").to_bytes();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let found = Sealed::from_bytes(&changed).and_then(|sealed| opened(&ring, &sealed, &CONTEXT));
        assert!(found.is_err(), "bit {bit}");
    }
}

#[test]
fn what_is_cut_or_longer_is_refused() {
    let ring = ring("b", &[("b", OLD)]);
    let sealed = ring.seal(&secret("a refresh token"), &CONTEXT, NONCE).expect("sealed").to_bytes();
    let longer = |by: usize| [sealed.as_slice(), &vec![0; by]].concat();
    let cut = (0..sealed.len()).map(|length| sealed[..length].to_vec());
    for changed in cut.chain([longer(1), longer(SECRET_MAX + 1)]) {
        let found = Sealed::from_bytes(&changed).and_then(|sealed| opened(&ring, &sealed, &CONTEXT));
        assert_eq!(found, Err(OpenError::Damaged), "{} bytes", changed.len());
    }
}

#[test]
fn every_other_context_is_refused() {
    let ring = ring("a", &[("a", OLD)]);
    let mut contexts = Vec::new();
    for organisation in ["org-1", "org-2", "org-1mailbox-7", ""] {
        for whose in [Whose::Organisation, Whose::Mailbox("mailbox-7"), Whose::Mailbox("mailbox-8"), Whose::Mailbox("")]
        {
            contexts.extend(What::ALL.map(|what| Context { organisation, whose, what }));
        }
    }
    for own in &contexts {
        let sealed = ring.seal(&secret("a refresh token"), own, NONCE).expect("sealed");
        for context in &contexts {
            let wanted = if context == own { Ok("a refresh token".to_owned()) } else { Err(OpenError::Damaged) };
            assert_eq!(opened(&ring, &sealed, context), wanted, "{own:?} opened as {context:?}");
        }
    }
}

#[test]
fn keys_are_rotated() {
    let before = ring("old", &[("old", OLD)]);
    let sealed = before.seal(&secret("a refresh token"), &CONTEXT, NONCE).expect("sealed");
    assert!(before.is_current(&sealed));

    let during = ring("new", &[("old", OLD), ("new", NEW)]);
    assert!(!during.is_current(&sealed));
    let resealed = during.reseal(&sealed, &CONTEXT, [7; 12]).expect("sealed anew");
    assert!(during.is_current(&resealed) && resealed.key().as_str() == "new");
    let other = Context { organisation: "org-2", ..CONTEXT };
    assert_eq!(during.reseal(&sealed, &other, [7; 12]), Err(OpenError::Damaged));

    let after = ring("new", &[("new", NEW)]);
    assert_eq!(opened(&after, &resealed, &CONTEXT).as_deref(), Ok("a refresh token"));
    assert_eq!(opened(&after, &sealed, &CONTEXT), Err(OpenError::UnknownKey(KeyId::parse("old").expect("a name"))));
    // Another key that has taken the old one's name.
    assert_eq!(opened(&ring("old", &[("old", NEW)]), &sealed, &CONTEXT), Err(OpenError::Damaged));
}

#[test]
fn a_key_alone_is_called_1() {
    let alone = parse(&format!("  {OLD}\n")).expect("a ring");
    let sealed = alone.seal(&secret("t"), &CONTEXT, NONCE).expect("sealed");
    let named = ring("2", &[("1", OLD), ("2", NEW)]);
    assert_eq!(opened(&named, &sealed, &CONTEXT).as_deref(), Ok("t"));
}

#[test]
fn a_ring_that_is_none_is_refused_without_showing_a_key() {
    let name = |text: &str| KeyId::parse(text).expect("a name");
    let json = |current: &str, keys: &str| format!(r#"{{"current":"{current}","keys":{{{keys}}}}}"#);
    let many: Vec<String> = (0..33).map(|at| format!(r#""k{at}":"{OLD}""#)).collect();
    let bare = OLD.trim_end_matches('=');
    let cases = [
        (String::new(), RingError::Unreadable),
        ("{".to_owned(), RingError::Unreadable),
        ("[]".to_owned(), RingError::Unreadable),
        // A key that lacks a byte, has one too many, its padding missing, in hexadecimal, or none of these.
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==".to_owned(), RingError::Unreadable),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g".to_owned(), RingError::Unreadable),
        (bare.to_owned(), RingError::Unreadable),
        ("00".repeat(32), RingError::Unreadable),
        // The last character has bits that mean nothing: the same key must not be written in two ways.
        (format!("{}9=", &bare[..42]), RingError::Unreadable),
        (r#"{"current":"a"}"#.to_owned(), RingError::Unreadable),
        (format!(r#"{{"current":"a","keys":{{"a":"{OLD}"}},"old":"{NEW}"}}"#), RingError::Unreadable),
        (format!(r#"{{"current":"a","keys":{{"a":["{OLD}"]}}}}"#), RingError::Unreadable),
        (json("a", &format!(r#""a":"{OLD}","a":"{NEW}""#)), RingError::Twice(name("a"))),
        (json("a", &format!(r#""a":"{bare}""#)), RingError::Key(name("a"))),
        (json("b", &format!(r#""a":"{OLD}""#)), RingError::NoCurrent(name("b"))),
        (json("b", ""), RingError::NoCurrent(name("b"))),
        (json("", &format!(r#""":"{OLD}""#)), RingError::Name),
        // Name and key exchanged.
        (json("a", &format!(r#""{OLD}":"a""#)), RingError::Name),
        (json(OLD, &format!(r#""a":"{OLD}""#)), RingError::Name),
        (json("k0", &many.join(",")), RingError::TooMany),
    ];
    for (text, wanted) in cases {
        let found = parse(&text).expect_err(&text);
        assert_eq!(found, wanted, "{text}");
        let shown = format!("{found} {found:?}");
        for key in [OLD, NEW] {
            assert!(!shown.contains(&key[..8]), "{shown}");
        }
    }
}

#[test]
fn nothing_shows_a_key_or_a_secret() {
    let ring = ring("a", &[("a", OLD)]);
    let sealed = ring.seal(&secret("a refresh token"), &CONTEXT, NONCE).expect("sealed");
    let open = ring.open(&sealed, &CONTEXT).expect("open");
    let shown = format!("{ring:?} {sealed:?} {open:?}");
    assert_eq!(
        shown,
        r#"KeyRing { current: KeyId("a"), .. } Sealed { key: KeyId("a"), .. } SecretBox<str>([REDACTED])"#
    );
}

#[test]
fn another_version_is_told_apart() {
    let ring = ring("a", &[("a", OLD)]);
    let mut stored = ring.seal(&secret("t"), &CONTEXT, NONCE).expect("sealed").to_bytes();
    stored[0] = 2;
    assert_eq!(Sealed::from_bytes(&stored), Err(OpenError::UnknownVersion));
}
