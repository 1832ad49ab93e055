//! The endpoints of the calls that a client has made: a few hundred at most, found without a search.

use std::sync::{Arc, Mutex, PoisonError};

use super::Resolved;
use super::builtins::Value;
use super::call::{self, CallParams};

/// How many places there are; each holds [`WAYS`] endpoints. A power of two.
const PLACES: usize = 64;
/// How many endpoints share a place; one more drives the oldest of them out.
const WAYS: usize = 4;

/// Endpoints by what their calls told the rules.
///
/// Bounded, as a program may call any number of buckets. What was driven out is resolved anew.
#[derive(Default)]
pub(super) struct Cache {
    /// Empty until there is something to keep.
    places: Mutex<Vec<[Option<Entry>; WAYS]>>,
}

struct Entry {
    key: Box<[(u8, Value)]>,
    resolved: Arc<Resolved>,
}

impl Cache {
    #[inline]
    pub(super) fn get(&self, hash: u64, call: &CallParams<'_>) -> Option<Arc<Resolved>> {
        self.find(hash, |key| call.is_key(key))
    }

    /// The same for a call that told the rules nothing but a text.
    #[inline]
    pub(super) fn get_by_text(&self, index: usize, text: &str) -> Option<Arc<Resolved>> {
        self.find(call::hash_of_text(index, text), |key| call::is_text(key, index, text))
    }

    #[inline]
    fn find(&self, hash: u64, is_key: impl Fn(&[(u8, Value)]) -> bool) -> Option<Arc<Resolved>> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = places.get(place(hash))?.iter().map_while(Option::as_ref);
        let found = entries.into_iter().find(|entry| is_key(&entry.key))?;
        Some(Arc::clone(&found.resolved))
    }

    pub(super) fn keep(&self, hash: u64, call: &CallParams<'_>, resolved: Arc<Resolved>) {
        let entry = Entry { key: call.to_key(), resolved };
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.is_empty() {
            places.resize_with(PLACES, || [const { None }; WAYS]);
        }
        if let Some(entries) = places.get_mut(place(hash)) {
            entries.rotate_right(1);
            entries[0] = Some(entry);
        }
    }
}

#[cfg(test)]
impl Cache {
    pub(super) fn len(&self) -> usize {
        self.places.lock().unwrap().iter().flatten().flatten().count()
    }
}

/// The upper bits of a product are its best.
fn place(hash: u64) -> usize {
    (hash >> (u64::BITS - PLACES.trailing_zeros())) as usize
}
