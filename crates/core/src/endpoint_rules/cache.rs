//! The endpoints of the calls that a client has made: a few hundred at most, found without a search.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Scope;
use super::call::Told;
use super::kept::Kept;
use crate::http::Url;

/// How many endpoints can stay for good. A power of two.
const SLOTS: usize = 32;
/// How many places there are for the others; each holds [`WAYS`] endpoints. A power of two.
const PLACES: usize = 64;
/// How many endpoints share a place; one more drives the oldest of them out.
const WAYS: usize = 4;

/// Endpoints by what their calls told the rules.
///
/// Bounded, as a program may call any number of buckets. What was driven out is resolved anew.
pub(super) struct Cache {
    /// The first endpoint in each slot stays, so that it is found without a lock: most programs ask for a few buckets.
    slots: [OnceLock<Box<Kept>>; SLOTS],
    others: Mutex<Others>,
}

#[derive(Default)]
struct Others {
    endpoints: Vec<Kept>,
    /// Where they stand, by the hash of what was told, the latest first. Empty until there is something to keep.
    places: Vec<[Position; WAYS]>,
    scopes: Vec<RuleScope>,
}

#[derive(Clone, Copy, Default)]
struct Position {
    /// More bits of the hash.
    tag: u16,
    /// One more than the index; zero for none.
    number: u16,
}

impl Position {
    fn index(self) -> Option<usize> {
        usize::from(self.number).checked_sub(1)
    }
}

/// What rules say beside the URL, where that is the same for many calls.
struct RuleScope {
    rule: u16,
    /// The parameters that it depends on.
    parameters: u32,
    scope: Option<Arc<Scope>>,
}

impl Cache {
    /// Sets the URL to that of a call that told the rules the same; the scope of its endpoint, which is none if it is the client's.
    /// None at all if there was no such call.
    #[inline(always)]
    pub(super) fn find(&self, told: &Told<'_>, url: &mut Url) -> Option<Option<Arc<Scope>>> {
        match self.slots[slot(told)].get() {
            Some(kept) if kept.is_of(told) => Some(kept.set(url)),
            Some(_) => self.find_other(told, url),
            None => None,
        }
    }

    #[inline(never)]
    fn find_other(&self, told: &Told<'_>, url: &mut Url) -> Option<Option<Arc<Scope>>> {
        Some(self.lock().find(told)?.set(url))
    }

    pub(super) fn keep(&self, told: &Told<'_>, kept: Kept) {
        let slot = &self.slots[slot(told)];
        if slot.get().is_some() {
            self.lock().keep(told, kept);
        } else if let Err(kept) = slot.set(Box::new(kept)) {
            self.lock().keep(told, *kept);
        }
    }

    /// What the rule says beside the URL to a call that tells the rules these parameters.
    pub(super) fn scope(&self, rule: u16, told: u32) -> Option<Option<Arc<Scope>>> {
        let others = self.lock();
        let known = others.scopes.iter().find(|known| known.rule == rule && known.parameters & told == 0)?;
        Some(known.scope.clone())
    }

    /// Keeps what the rule says beside the URL to all calls that tell the rules none of `parameters`.
    pub(super) fn keep_scope(&self, rule: u16, parameters: u32, scope: Option<Arc<Scope>>) {
        let mut others = self.lock();
        if others.scopes.iter().all(|known| known.rule != rule) {
            others.scopes.push(RuleScope { rule, parameters, scope });
        }
    }

    #[inline]
    fn lock(&self) -> MutexGuard<'_, Others> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Others {
    fn find(&self, told: &Told<'_>) -> Option<&Kept> {
        let hash = told.hash();
        let mut positions = self.places.get(place(hash))?.iter();
        // Two calls that share a place and a tag drive each other out, which is rare.
        let position = positions.find(|position| position.tag == tag(hash) && position.number > 0)?;
        self.endpoints.get(position.index()?).filter(|kept| kept.is_of(told))
    }

    fn keep(&mut self, told: &Told<'_>, kept: Kept) {
        if self.places.is_empty() {
            self.places.resize(PLACES, [Position::default(); WAYS]);
        }
        let hash = told.hash();
        let Some(positions) = self.places.get_mut(place(hash)) else { return };
        positions.rotate_right(1);
        let newest = &mut positions[0];
        newest.tag = tag(hash);
        match newest.index().and_then(|oldest| self.endpoints.get_mut(oldest)) {
            Some(oldest) => *oldest = kept,
            None => {
                self.endpoints.push(kept);
                newest.number = self.endpoints.len() as u16;
            }
        }
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self { slots: [const { OnceLock::new() }; SLOTS], others: Mutex::default() }
    }
}

#[cfg(test)]
impl Cache {
    pub(super) fn len(&self) -> usize {
        self.lock().endpoints.len() + self.slots.iter().filter(|slot| slot.get().is_some()).count()
    }
}

fn slot(told: &Told<'_>) -> usize {
    (told.quick_hash() >> (u64::BITS - SLOTS.trailing_zeros())) as usize
}

/// The upper bits of a product are its best.
fn place(hash: u64) -> usize {
    (hash >> (u64::BITS - PLACES.trailing_zeros())) as usize
}

/// The bits below.
fn tag(hash: u64) -> u16 {
    (hash >> (u64::BITS - PLACES.trailing_zeros() - u16::BITS)) as u16
}
