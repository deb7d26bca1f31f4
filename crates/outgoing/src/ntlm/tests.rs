//! The messages, against Microsoft's examples and another program's.

use super::keys::{hmac_md5, of_person};
use super::*;
use std::time::{Duration, SystemTime};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

/// <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/fa6a4c87-a2e9-4e36-8ff6-6f7ab5e5ab43>
#[test]
fn keys_are_those_of_microsofts_example() {
    let key = of_person("User", "Domain", "Password");
    assert_eq!(hex(&*key), "0c868a403bfd7a93a3001ef22ef02e3f");
    let challenge = bytes("0123456789abcdef");
    let asked = [
        bytes("0101000000000000"),
        bytes("0000000000000000"),
        bytes("aaaaaaaaaaaaaaaa"),
        bytes("00000000"),
        bytes("02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"),
        bytes("00000000"),
    ]
    .concat();
    let proof = hmac_md5(&*key, &[&challenge, &asked]);
    assert_eq!(hex(&proof), "68cd0ab851e51c96aabc927bebef6a1c");
    assert_eq!(hex(&hmac_md5(&*key, &[&proof])), "8de40ccadbc14a82f15cb0ad0de95ca3");
    assert_eq!(hex(&hmac_md5(&*key, &[&challenge, &bytes("aaaaaaaaaaaaaaaa")])), "86c35097ac9cec102554764a57cccc19");
}

/// A challenge that pyspnego 0.12 gave to [`begin`]; our answer below is one that it took, with the binding and the proof
/// over all messages checked.
const CHALLENGE: &str = "4e544c4d5353500002000000040004003000000005828aa0010203040506070800000000000000003a003a003400000056004d000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000700080000802b95dd7add0100000000";

const ANSWER: &str = "4e544c4d53535000030000001800180058000000b600b600700000000800080026010000060006002e01000000000000340100000000000034010000058208a0000000000000000036bfa94c667eb660665d76fd765a36c7000000000000000000000000000000000000000000000000843accc9bb4df1a8c4765f26ce71a7fc010100000000000000802b95dd7add01aaaaaaaaaaaaaaaa000000000100040056004d000200160057004f0052004b00530054004100540049004f004e000300040076006d000700080000802b95dd7add01060004000200000009002c0048005400540050002f006d00610069006c002e0063006f00720070002e006500780061006d0070006c0065000a001000a8398e96473163fef6cae76013e8ab5a000000000000000043004f0052005000610064006100";

fn who(password: &str) -> Proving<'_> {
    Proving {
        user: "ada",
        domain: "CORP",
        password,
        service: "HTTP/mail.corp.example",
        binding: Some(tls_binding(b"certificate")),
        nonce: [0xaa; 8],
        now: SystemTime::UNIX_EPOCH,
    }
}

#[test]
fn an_answer_is_one_that_another_program_takes() {
    assert_eq!(hex(&begin()), "4e544c4d5353500001000000058208a0000000000000000000000000000000000000000000000000");
    let challenge = Challenge::parse(&bytes(CHALLENGE)).expect("a challenge");
    assert_eq!(hex(&challenge.answer(&who("pencil-and-paper"))), ANSWER);
    assert_ne!(challenge.answer(&who("pencil-and-papers")), bytes(ANSWER));
}

/// An older server, or one that doesn't say its time: the answer has ours, both kinds of proof and none over the messages.
#[test]
fn a_server_that_says_no_time_gets_ours() {
    let info = bytes("02000c0044006f006d00610069006e0000000000");
    let mut message = [&SIGNATURE[..], &bytes("02000000"), &[0; 8], &OFFERED.to_le_bytes(), &[7; 8], &[0; 8]].concat();
    message.extend([info.len() as u8, 0, info.len() as u8, 0, 48, 0, 0, 0]);
    message.extend(&info);
    let challenge = Challenge::parse(&message).expect("a challenge");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let answer = challenge.answer(&Proving { now, binding: None, ..who("x") });
    assert_eq!(answer[72..88], [0; 16], "no proof over the messages");
    assert_ne!(answer[88..104], [0; 16], "an answer of the older kind");
    let asked = &answer[88 + 24 + 16..];
    assert_eq!(asked[8..16], 116_444_736_010_000_000_u64.to_le_bytes());
    assert!(hex(asked).contains(&format!("0a001000{}", "00".repeat(16))), "nothing to bind to");
}

#[test]
fn what_is_no_challenge_is_not_answered() {
    let good = bytes(CHALLENGE);
    assert!(Challenge::parse(&good).is_some());
    for length in 0..good.len() {
        assert_eq!(Challenge::parse(&good[..length]), None, "cut after {length}");
    }
    let changed = |at: usize, value: u8| {
        let mut message = good.clone();
        message[at] = value;
        message
    };
    // Another signature, another message, what the server says of itself outside of the message or without an end.
    for (at, value) in [(0, 0), (8, 1), (8, 3), (40, 0xff), (44, 0xff), (47, 0xff), (41, 0xff), (good.len() - 4, 9)] {
        assert_eq!(Challenge::parse(&changed(at, value)), None, "{value} at {at}");
    }
    let mut long = good.clone();
    long.resize(64 * 1024, 0);
    assert_eq!(Challenge::parse(&long), None);
}

#[test]
fn a_certificate_is_hashed_as_it_is_signed() {
    // Shells of certificates: what is signed, the algorithm, the signature.
    let signed_with = |oid: &str| {
        let oid = bytes(oid);
        let algorithm = [&[0x06, oid.len() as u8][..], &oid, &[0x05, 0x00]].concat();
        let inside =
            [&[0x30, 0x03, 0x02, 0x01, 0x02, 0x30, algorithm.len() as u8][..], &algorithm, &[0x03, 0x01, 0x00]];
        let inside = inside.concat();
        [&[0x30, 0x81, inside.len() as u8][..], &inside].concat()
    };
    let expected = |certificate: &[u8], hash: Vec<u8>| {
        use md5::{Digest, Md5};
        let data = [b"tls-server-end-point:", &hash[..]].concat();
        let structure = [&[0; 16][..], &(data.len() as u32).to_le_bytes(), &data].concat();
        assert_eq!(tls_binding(certificate), <[u8; 16]>::from(Md5::digest(structure)), "{}", hex(certificate));
    };
    use sha2::{Digest, Sha256, Sha384, Sha512};
    // RSA and ECDSA with SHA-1 and SHA-256 are hashed with SHA-256.
    for oid in ["2a864886f70d010105", "2a864886f70d01010b", "2a8648ce3d040302"] {
        let certificate = signed_with(oid);
        expected(&certificate, Sha256::digest(&certificate).to_vec());
    }
    for oid in ["2a864886f70d01010c", "2a8648ce3d040303"] {
        let certificate = signed_with(oid);
        expected(&certificate, Sha384::digest(&certificate).to_vec());
    }
    for oid in ["2a864886f70d01010d", "2a8648ce3d040304"] {
        let certificate = signed_with(oid);
        expected(&certificate, Sha512::digest(&certificate).to_vec());
    }
    for damaged in [&b""[..], b"\x30", b"\x30\x85", b"\x30\xff\xff\xff\xff\xff\xff", b"certificate"] {
        expected(damaged, Sha256::digest(damaged).to_vec());
    }
}
