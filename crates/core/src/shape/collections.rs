//! Lists and maps behind a lens.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::Error;
use crate::shape::{Field, Mut, Ref};

/// A list whose element type is not known.
pub trait List: Send + Sync {
    /// How many elements there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The element at `index`.
    fn item(&self, index: usize) -> Option<Ref<'_>>;
    /// Appends a default element and answers the place to fill it.
    fn push_item(&mut self) -> Mut<'_>;
}

impl<T: Field + Default> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn item(&self, index: usize) -> Option<Ref<'_>> {
        self.get(index).map(Field::as_ref)
    }
    fn push_item(&mut self) -> Mut<'_> {
        self.push(T::default());
        let last = self.len() - 1;
        self[last].as_mut()
    }
}

/// What a walk over a map calls for each entry.
pub type MapVisitor<'v> = &'v mut dyn FnMut(&str, Ref<'_>) -> Result<(), Error>;

/// A map from text to values of an unknown type, ordered by key.
pub trait Map: Send + Sync {
    /// How many entries there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The value under `key`.
    fn entry(&self, key: &str) -> Option<Ref<'_>>;
    /// Calls `visit` for each entry in the order of the keys, until it fails.
    fn visit(&self, visit: MapVisitor<'_>) -> Result<(), Error>;
    /// Inserts a default value under `key`, replacing what was there, and answers the place to fill it.
    fn insert_entry(&mut self, key: String) -> Mut<'_>;
}

impl<K, V> Map for BTreeMap<K, V>
where
    K: AsRef<str> + From<String> + Ord + Send + Sync + 'static,
    V: Field + Default,
{
    fn len(&self) -> usize {
        self.len()
    }
    fn entry(&self, key: &str) -> Option<Ref<'_>> {
        self.get(&K::from(key.to_owned())).map(Field::as_ref)
    }
    fn visit(&self, visit: MapVisitor<'_>) -> Result<(), Error> {
        self.iter().try_for_each(|(key, value)| visit(key.as_ref(), Field::as_ref(value)))
    }
    fn insert_entry(&mut self, key: String) -> Mut<'_> {
        match Self::entry(self, K::from(key)) {
            Entry::Occupied(mut entry) => {
                entry.insert(V::default());
                entry.into_mut().as_mut()
            }
            Entry::Vacant(entry) => entry.insert(V::default()).as_mut(),
        }
    }
}
