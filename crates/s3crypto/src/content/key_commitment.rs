//! The key schedule of format V3: HKDF-SHA512 of the data key, salted with the message id, gives the content's key and a
//! value that commits to it.

use cumulo_core::{Error, SecretBlob};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{err_code, error, provider};

/// Bytes of a message id, the salt.
pub(crate) const MESSAGE_ID_LEN: usize = 28;
/// Bytes of a commitment.
pub(crate) const COMMITMENT_LEN: usize = 28;

/// The suite's id, 0x0073, in front of both labels; also the content's AAD.
pub(crate) const SUITE_ID: [u8; 2] = [0x00, 0x73];
/// The content's IV: fixed, as each message has its own key.
pub(crate) const IV: [u8; provider::NONCE_LEN] = [0x01; provider::NONCE_LEN];

/// The key of the content and the commitment to it.
pub(crate) struct Derived {
    pub(crate) key: SecretBlob,
    pub(crate) commitment: [u8; COMMITMENT_LEN],
}

/// Derives both.
pub(crate) fn derive(data_key: &[u8], message_id: &[u8]) -> Result<Derived, Error> {
    if data_key.len() != 32 {
        return Err(error::key_length("the data key", "32", data_key.len()));
    }
    let mut key = Zeroizing::new([0; 32]);
    let mut commitment = [0; COMMITMENT_LEN];
    provider::hkdf_sha512(message_id, data_key, &[&SUITE_ID, b"DERIVEKEY"], &mut *key)?;
    provider::hkdf_sha512(message_id, data_key, &[&SUITE_ID, b"COMMITKEY"], &mut commitment)?;
    Ok(Derived { key: SecretBlob::from(&key[..]), commitment })
}

/// Derives the key and gives it only if the object commits to it.
pub(crate) fn derive_committed(
    data_key: &[u8],
    message_id: &[u8],
    commitment: &[u8],
) -> Result<SecretBlob, Error> {
    let derived = derive(data_key, message_id)?;
    if bool::from(derived.commitment.ct_eq(commitment)) {
        return Ok(derived.key);
    }
    Err(Error::new(
        err_code::KEY_COMMITMENT_ERROR,
        "the commitment that is stored with the object is not that of its data key",
    ))
}

/// A random message id; all zeros, which other clients refuse, does not come out of a working generator.
pub(crate) fn new_message_id() -> Result<Vec<u8>, Error> {
    let mut id = vec![0; MESSAGE_ID_LEN];
    provider::fill_random(&mut id)?;
    if id.iter().all(|byte| *byte == 0) {
        return Err(Error::new(err_code::CRYPTO_PROVIDER_ERROR, "the generator gave a message id of zeros"));
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{hex, unhex};

    /// Data key, message id, content key, commitment: the known answers that the clients of other languages share.
    const KNOWN: [[&str; 4]; 3] = [
        [
            "80d90dc4cc7e77d8a6332efa44eba56230a7fe7b89af37d1e501ab2e07c0a163",
            "b8ea76bed24c7b85382a148cb9dcd1cfdfb765f55ded4dfa6e0c4c79",
            "6dd14f546cc006e639126e83f5d4d1b118576bb5df97f38c6fb3a1db87bbc338",
            "f89818bc0a346d3a3426b68e9509b6b2ae5fe1f904aa329fb73625db",
        ],
        [
            "501afb8227d22e75e68010414b8abdaf3064c081e8e922dafef4992036394d60",
            "61a00b4981a5aacfd136c55cb726e32d2a547dc7600a7d4675c69127",
            "e14786a714748d1d2c3a4a6816dec56ddf1881bbeabb4f39420ffb9f63700b2f",
            "5c1e73e47f6fe3a70d6d094283aceaa76d2975feb829212d88f0afc1",
        ],
        [
            "09b579890de8618fa436ced66b655af4aa6ec760fabf3eb9e7cc7fd22e79851e",
            "9faa68cd791762eb7280bab11ca1d4011de7e3a255a628d9fbe54f0a",
            "bd99a917127150fae9e6f87193b122c52ae72fbcdc30e8d18cdf81fabf8b2df3",
            "ebbeb009a83d2dad7ce3d8df0b7814d1dfe7e9e89703f768ab6ffe3f",
        ],
    ];

    #[test]
    fn keys_and_commitments_are_the_known_ones() {
        for [data_key, message_id, key, commitment] in KNOWN {
            let derived = derive(&unhex(data_key), &unhex(message_id)).unwrap();
            assert_eq!(
                (hex(&derived.key), hex(&derived.commitment)),
                (key.to_owned(), commitment.to_owned())
            );
        }
    }

    #[test]
    fn the_fixed_iv_and_the_suite_id_as_aad_give_the_known_ciphertext() {
        let mut data = b"Hello, World!".to_vec();
        provider::OneShotGcm::new(&unhex(KNOWN[2][2])).unwrap().seal(IV, &SUITE_ID, &mut data).unwrap();
        assert_eq!(hex(&data), "ac9f0d1185cbc1d2b7e77788b4abe58c0c421fa648faca6de694057e9a");
    }

    #[test]
    fn a_commitment_to_another_key_gives_no_key() {
        let [data_key, message_id, _, commitment] = KNOWN[0].map(unhex);
        assert!(derive_committed(&data_key, &message_id, &commitment).is_ok());
        for wrong in [&commitment[..27], &[], &unhex(KNOWN[1][3])] {
            let error = derive_committed(&data_key, &message_id, wrong).unwrap_err();
            assert_eq!(error.code(), err_code::KEY_COMMITMENT_ERROR);
        }
    }
}
