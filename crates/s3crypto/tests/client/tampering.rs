//! Every single bit of what is stored: one flip, and there is an error and no content.

use cumulo_s3crypto::{AesKeyWrap, KeyWrap};
use std::sync::Arc;

use crate::fake_s3::{FakeS3, Metadata, Object};
use crate::round_trips::{V2, V3, content, kms_key, put, reader, writer};
use crate::vectors::get;
#[cfg(feature = "aws-lc-rs")]
use crate::vectors::{rsa_pkcs8, vectors};

/// All objects that differ from `object` by one bit of the body or of a metadata value.
fn flips(object: &Object) -> impl Iterator<Item = (String, Object)> + '_ {
    let body = (0..object.body.len() * 8).map(|bit| {
        let mut flipped = object.clone();
        let mut body = flipped.body.to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        flipped.body = body.into();
        (format!("body, bit {bit}"), flipped)
    });
    body.chain(metadata_flips(object))
}

fn metadata_flips(object: &Object) -> impl Iterator<Item = (String, Object)> + '_ {
    object.metadata.iter().flat_map(move |(name, value)| {
        (0..value.len() * 8).map(move |bit| {
            let mut flipped = object.clone();
            let mut bytes = value.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // A byte above 127 reaches a client as some character that is not ASCII.
            let text = bytes.into_iter().map(char::from).collect();
            flipped.metadata.insert(name.clone(), text);
            (format!("{name}, bit {bit}"), flipped)
        })
    })
}

fn wraps() -> [Arc<dyn KeyWrap>; 2] {
    [
        Arc::new(kms_key()),
        Arc::new(AesKeyWrap::new(&[3; 32]).unwrap().material_description([("key", "2026")])),
    ]
}

#[tokio::test]
async fn no_flipped_bit_of_a_kilobyte_goes_unnoticed() {
    for wrap in wraps() {
        for suite in [V3, V2] {
            let s3 = FakeS3::default();
            put(&writer(&s3, wrap.clone(), suite), "o", content(1024)).await;
            let reader = reader(&s3, wrap.clone());
            assert_eq!(get(&reader, "o").await.unwrap(), content(1024));
            let (mut flipped, two_passes) = (0, reader.clone().buffer_size(0));
            for (what, object) in flips(&s3.object("o")) {
                s3.insert("o", object);
                let read = get(&reader, "o").await;
                assert!(read.is_err(), "{} {suite:?} {what}", wrap.algorithm());
                if flipped % 16 == 0 {
                    assert!(get(&two_passes, "o").await.is_err(), "{what}");
                }
                flipped += 1;
            }
            assert!(flipped > (1024 + 16) * 8 + 1000);
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn no_flipped_bit_of_a_key_under_rsa_goes_unnoticed() {
    let rsa = cumulo_s3crypto::RsaKeyWrap::from_pkcs8(&rsa_pkcs8(&vectors())).unwrap();
    let wrap: Arc<dyn KeyWrap> = Arc::new(rsa.material_description([("key", "2026")]));
    for suite in [V3, V2] {
        let s3 = FakeS3::default();
        put(&writer(&s3, wrap.clone(), suite), "o", content(1024)).await;
        let reader = reader(&s3, wrap.clone());
        assert_eq!(get(&reader, "o").await.unwrap(), content(1024));
        for (what, object) in metadata_flips(&s3.object("o")) {
            s3.insert("o", object);
            assert!(get(&reader, "o").await.is_err(), "{suite:?} {what}");
        }
    }
}

#[tokio::test]
async fn no_flipped_bit_goes_unnoticed_where_the_key_is_in_an_instruction_file() {
    for wrap in wraps() {
        for suite in [V3, V2] {
            let s3 = FakeS3::default();
            put(&writer(&s3, wrap.clone(), suite).instruction_file(), "o", content(1024)).await;
            let reader = reader(&s3, wrap.clone());
            assert_eq!(get(&reader, "o").await.unwrap(), content(1024));
            let good = s3.object("o");
            let (mut of_file, mut of_object) = (0, 0);
            for (what, object) in flips(&Object::new(Metadata::new(), s3.object("o.instruction").body)) {
                s3.insert("o.instruction", object);
                assert!(
                    get(&reader, "o").await.is_err(),
                    "{} {suite:?} instruction file: {what}",
                    wrap.algorithm()
                );
                of_file += 1;
            }
            put(&writer(&s3, wrap.clone(), suite).instruction_file(), "o", content(1024)).await;
            for (what, object) in flips(&s3.object("o")) {
                s3.insert("o", object);
                assert!(get(&reader, "o").await.is_err(), "{} {suite:?} object: {what}", wrap.algorithm());
                of_object += 1;
            }
            assert!(of_file > 1000 && of_object >= good.body.len() * 8);
        }
    }
}

#[tokio::test]
async fn truncated_and_lengthened_objects_are_refused() {
    for suite in [V3, V2] {
        let s3 = FakeS3::default();
        put(&writer(&s3, kms_key(), suite), "o", content(1024)).await;
        let object = s3.object("o");
        let longer = [&object.body[..], &[0]].concat();
        for body in [&object.body[..1039], &object.body[..16], &object.body[..3], &[], &longer] {
            s3.insert("o", Object::new(object.metadata.clone(), body.to_vec()));
            let reader = reader(&s3, kms_key());
            for reader in [reader.clone(), reader.buffer_size(0)] {
                let error = get(&reader, "o").await.unwrap_err();
                assert_eq!(error.code(), cumulo_s3crypto::err_code::DECRYPTION_ERROR);
            }
        }
    }
}
