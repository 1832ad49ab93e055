//! One AES-256-GCM message whose parts are encrypted apart, in any order and on any thread: each part's counter begins
//! where the part does (NIST SP 800-38D §6.5), and the hashes of the parts are joined into the message's (§6.4).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cumulo_core::{Error, SecretBlob};
use zeroize::Zeroizing;

use crate::content::gcm_stream::{self, MAX_PLAINTEXT};
use crate::content::message_hash::{BLOCK, Block, MessageHash};
use crate::content::{EncryptPart, PartsCipher};
use crate::error;
use crate::provider::NONCE_LEN;

/// The message: hands out its bytes once, from the first to the last, and knows which have been encrypted.
pub(super) struct GcmParts {
    key: SecretBlob,
    nonce: [u8; NONCE_LEN],
    aad_len: u64,
    /// Where the next part begins; None after a part that does not end at a block's border, and after the tag.
    next: Option<u64>,
    len: u64,
    joined: Arc<Mutex<Joined>>,
}

/// The hash of the message up to `len`, and those of the parts behind a gap.
struct Joined {
    /// None once the tag has been made of it.
    hash: Option<MessageHash>,
    len: u64,
    waiting: BTreeMap<u64, (u64, Zeroizing<Block>)>,
}

impl GcmParts {
    pub(super) fn new(key: SecretBlob, nonce: [u8; NONCE_LEN], aad: &[u8]) -> Result<Self, Error> {
        let mut hash = gcm_stream::message_hash(&key, nonce)?;
        hash.update(&mut aad.to_vec())?;
        hash.pad()?;
        let joined = Arc::new(Mutex::new(Joined { hash: Some(hash), len: 0, waiting: BTreeMap::new() }));
        Ok(Self { key, nonce, aad_len: aad.len() as u64, next: Some(0), len: 0, joined })
    }
}

impl PartsCipher for GcmParts {
    fn part(&mut self, len: usize) -> Result<EncryptPart, Error> {
        let offset =
            self.next.ok_or_else(|| error::construction("the message's last part has been taken"))?;
        let end = offset.saturating_add(len as u64);
        if len == 0 {
            return Err(error::construction("a part of a message is not empty"));
        }
        if end > MAX_PLAINTEXT {
            return Err(gcm_stream::too_long());
        }
        self.next = Some(end).filter(|end| end.is_multiple_of(BLOCK as u64));
        self.len = end;
        let (key, nonce, joined) = (self.key.clone(), self.nonce, Arc::clone(&self.joined));
        Ok(Box::new(move |data| {
            if data.len() != len {
                return Err(error::construction("a part has another length than it was taken for"));
            }
            let mut hash = gcm_stream::message_hash(&key, nonce)?;
            gcm_stream::encrypt(&mut gcm_stream::keystream(&key, nonce, offset)?, &mut hash, data)?;
            let hash = hash.part()?;
            lock(&joined).add(offset, len as u64, hash);
            Ok(())
        }))
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        self.next = None;
        let mut joined = lock(&self.joined);
        if joined.len != self.len {
            return Err(error::construction("a part of the message has not been encrypted"));
        }
        let hash = joined.hash.take();
        let hash = hash.ok_or_else(|| error::construction("the message has been ended"))?;
        Ok(hash.tag(self.aad_len, self.len)?.to_vec())
    }
}

impl Joined {
    fn add(&mut self, offset: u64, len: u64, hash: Zeroizing<Block>) {
        self.waiting.insert(offset, (len, hash));
        while let Some((len, hash)) = self.waiting.remove(&self.len) {
            if let Some(message) = &mut self.hash {
                message.join(len, &hash);
            }
            self.len += len;
        }
    }
}

fn lock(joined: &Mutex<Joined>) -> MutexGuard<'_, Joined> {
    joined.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
