//! The two GCM suites as ciphers: whole, in pieces, and once only.

use super::*;
use crate::err_code;
use crate::keys::AesKeyWrap;

fn builder(suite: AlgorithmSuite) -> AesGcmContentCipherBuilder {
    AesGcmContentCipherBuilder::new(AesKeyWrap::new(&[9; 32]).unwrap()).encryption_algorithm(suite)
}

const SUITES: [(AlgorithmSuite, &dyn CekEntry); 2] = [
    (AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, &AesGcmCommitting),
    (AlgorithmSuite::Aes256GcmIv12Tag16NoKdf, &AesGcm),
];

async fn new_cipher(suite: AlgorithmSuite) -> (ContentCipher, SecretBlob) {
    let made = builder(suite).content_cipher(&MaterialDescription::new()).await.unwrap();
    let key = AesKeyWrap::new(&[9; 32]).unwrap().unwrap(&made.envelope.key, None).await.unwrap();
    (made, key)
}

#[tokio::test]
async fn whole_messages_and_pieces_are_read_by_either_way() {
    for (suite, entry) in SUITES {
        for len in [0, 1, 15, 16, 17, 40_000] {
            let plaintext = vec![0x5a; len];
            for pieces in [false, true] {
                let (mut made, key) = new_cipher(suite).await;
                entry.check(&made.envelope).unwrap();
                assert_eq!(made.cipher.output_len(len as u64), Some(len as u64 + 16));
                let sealed = run(&mut *made.cipher, plaintext.clone(), pieces).unwrap();
                assert_eq!(sealed.len(), len + 16);
                assert_eq!(entry.plaintext_len(sealed.len() as u64), Some(len as u64));
                for pieces in [false, true] {
                    let mut opener = entry.decrypter(&key, &made.envelope).unwrap();
                    assert_eq!(run(&mut *opener, sealed.clone(), pieces).unwrap(), plaintext);
                }
            }
        }
    }
}

fn run(cipher: &mut dyn Cipher, mut data: Vec<u8>, pieces: bool) -> Result<Vec<u8>, Error> {
    if !pieces {
        return cipher.whole(&mut data).map(|()| data);
    }
    let mut output = Vec::new();
    for piece in data.chunks(7) {
        let mut piece = piece.to_vec();
        cipher.update(&mut piece)?;
        output.append(&mut piece);
    }
    output.append(&mut cipher.finish()?);
    Ok(output)
}

#[tokio::test]
async fn a_cipher_encrypts_one_message_and_never_a_second() {
    for (suite, _) in SUITES {
        let (mut made, _) = new_cipher(suite).await;
        made.cipher.whole(&mut vec![1]).unwrap();
        assert!(made.cipher.whole(&mut vec![2]).is_err());
        assert!(made.cipher.update(&mut vec![2]).is_err());

        let (mut made, _) = new_cipher(suite).await;
        made.cipher.update(&mut vec![1]).unwrap();
        assert!(made.cipher.whole(&mut vec![2]).is_err());

        let (mut made, _) = new_cipher(suite).await;
        made.cipher.update(&mut vec![1]).unwrap();
        made.cipher.finish().unwrap();
        assert!(made.cipher.update(&mut vec![2]).is_err());
        assert!(made.cipher.finish().is_err());
    }
}

#[tokio::test]
async fn every_message_has_its_own_key() {
    for (suite, _) in SUITES {
        let (mut first, _) = new_cipher(suite).await;
        let (mut second, _) = new_cipher(suite).await;
        assert_ne!(first.envelope.key.bytes, second.envelope.key.bytes);
        let (mut a, mut b) = (vec![0; 64], vec![0; 64]);
        first.cipher.whole(&mut a).unwrap();
        second.cipher.whole(&mut b).unwrap();
        assert_ne!(a, b);
    }
}

#[tokio::test]
async fn too_short_and_changed_messages_give_nothing() {
    for (suite, entry) in SUITES {
        let (mut made, key) = new_cipher(suite).await;
        let mut sealed = vec![0x5a; 20];
        made.cipher.whole(&mut sealed).unwrap();
        let mut changed = sealed.clone();
        changed[3] ^= 1;
        for (wrong, pieces) in [&sealed[..15], &[], &sealed[1..], &sealed[..35], &changed]
            .into_iter()
            .flat_map(|wrong| [(wrong, false), (wrong, true)])
        {
            let mut opener = entry.decrypter(&key, &made.envelope).unwrap();
            assert_eq!(
                run(&mut *opener, wrong.to_vec(), pieces).unwrap_err().code(),
                err_code::DECRYPTION_ERROR
            );
        }
    }
}
