//! Parts in every order against the library's one-shot result.

use super::*;
use crate::err_code;
use crate::provider::OneShotGcm;

const KEY: [u8; 32] = [0x42; 32];
const NONCE: [u8; NONCE_LEN] = [0x17; NONCE_LEN];
const AAD: [u8; 2] = [0x00, 0x73];

fn parts() -> GcmParts {
    GcmParts::new(SecretBlob::from(&KEY[..]), NONCE, &AAD).unwrap()
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 7 + index / 251) as u8).collect()
}

fn one_shot(len: usize) -> Vec<u8> {
    let mut data = bytes(len);
    OneShotGcm::new(&KEY).unwrap().seal(NONCE, &AAD, &mut data).unwrap();
    data
}

/// Encrypts parts of these lengths in the order of `order`, which names each part once.
fn in_parts(lens: &[usize], order: &[usize]) -> Vec<u8> {
    let mut cipher = parts();
    let mut data = bytes(lens.iter().sum());
    let mut rest = &mut data[..];
    let mut jobs: Vec<Option<(EncryptPart, &mut [u8])>> = Vec::new();
    for len in lens {
        let (part, behind) = rest.split_at_mut(*len);
        jobs.push(Some((cipher.part(*len).unwrap(), part)));
        rest = behind;
    }
    for index in order {
        let (encrypt, part) = jobs[*index].take().unwrap();
        encrypt(part).unwrap();
    }
    data.extend(cipher.finish().unwrap());
    data
}

fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let places = |order: Vec<usize>| {
        (0..count).map(move |place| [&order[..place], &[count - 1], &order[place..]].concat())
    };
    shorter.into_iter().flat_map(places).collect()
}

#[test]
fn parts_in_every_order_agree_with_the_one_shot_cipher() {
    for lens in
        [&[][..], &[1], &[16], &[16, 1], &[32, 16, 5], &[16, 4096, 48, 31], &[70_000, 16, 320, 64, 33_333]]
    {
        let expected = one_shot(lens.iter().sum());
        let all = orders(lens.len());
        assert_eq!(all.len(), (1..=lens.len()).product::<usize>());
        for order in all {
            assert!(in_parts(lens, &order) == expected, "{lens:?} in the order {order:?}");
        }
    }
}

#[test]
fn parts_on_several_threads_at_once_agree_with_the_one_shot_cipher() {
    let (count, len) = (9, 160_016);
    let (mut cipher, mut data) = (parts(), bytes(count * len));
    std::thread::scope(|scope| {
        for part in data.chunks_mut(len) {
            let encrypt = cipher.part(part.len()).unwrap();
            scope.spawn(move || encrypt(part).unwrap());
        }
    });
    data.extend(cipher.finish().unwrap());
    assert!(data == one_shot(count * len));
}

#[test]
fn no_byte_of_the_keystream_is_handed_out_twice_and_no_tag_before_all_parts() {
    let mut cipher = parts();
    let first = cipher.part(32).unwrap();
    assert_eq!(cipher.finish().unwrap_err().code(), err_code::CLIENT_CONSTRUCTION_ERROR);
    assert!(cipher.part(16).is_err(), "the message has been ended");
    assert!(first(&mut [0; 31]).is_err(), "another length than was taken");

    let mut cipher = parts();
    assert!(cipher.part(0).is_err());
    let last = cipher.part(17).unwrap();
    assert!(cipher.part(16).is_err(), "behind the last part is nothing");
    last(&mut [0; 17]).unwrap();
    cipher.finish().unwrap();
    assert!(cipher.finish().is_err());
}

#[test]
fn all_parts_together_are_no_longer_than_the_counter_allows() {
    let mut cipher = parts();
    let part = 1 << 30;
    for _ in 0..63 {
        drop(cipher.part(part).unwrap());
    }
    assert_eq!(cipher.part(part).err().unwrap().code(), err_code::CONTENT_LENGTH_ERROR);
    drop(cipher.part(part - 32).unwrap());
    assert_eq!(cipher.part(16).err().unwrap().code(), err_code::CONTENT_LENGTH_ERROR);
}
