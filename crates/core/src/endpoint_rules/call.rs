//! What one call tells the rules.

use cumulo_endpoints::rules::ParamValue;

use super::builtins::Value;
use super::param::{EndpointParam, MAX_CALL_PARAMS, ParamSource};
use crate::err_code;
use crate::error::Error;
use crate::path::{Found, Path};
use crate::shape::{Ref, Shape};

/// The parameters of one call by their places in the rules, borrowed from its input.
pub(super) struct CallParams<'a> {
    indices: [u8; MAX_CALL_PARAMS],
    values: [CallValue<'a>; MAX_CALL_PARAMS],
    len: usize,
    /// What paths lead to.
    lists: Vec<Vec<String>>,
}

#[derive(Clone, Copy)]
enum CallValue<'a> {
    Unset,
    Boolean(bool),
    Text(&'a str),
    /// One of the lists.
    Texts(usize),
}

impl<'a> CallParams<'a> {
    /// None.
    #[inline]
    pub(super) fn none() -> Self {
        Self {
            indices: [0; MAX_CALL_PARAMS],
            values: [CallValue::Unset; MAX_CALL_PARAMS],
            len: 0,
            lists: Vec::new(),
        }
    }

    /// Sets a parameter, over a value that it has.
    #[inline]
    pub(super) fn add(&mut self, param: EndpointParam, input: &'a dyn Shape) -> Result<(), Error> {
        let value = match param.source {
            ParamSource::Boolean(value) => CallValue::Boolean(value),
            ParamSource::Text(text) => CallValue::Text(text),
            ParamSource::Member(name) => match input.named(name) {
                Some(Ref::String(text)) => CallValue::Text(text),
                Some(Ref::Boolean(value)) => CallValue::Boolean(value),
                _ => return Ok(()),
            },
            ParamSource::Path(path) => return self.add_found(param.index, path, input),
        };
        self.put(param.index, value)
    }

    pub(super) fn add_text(&mut self, index: usize, text: &'a str) -> Result<(), Error> {
        self.put(index, CallValue::Text(text))
    }

    fn add_found(&mut self, index: usize, path: &str, input: &dyn Shape) -> Result<(), Error> {
        let path = Path::parse(path)?;
        let found = path.search(input);
        let texts = match found.items() {
            Some(items) => items.iter().filter_map(text).collect(),
            None => match text(&found) {
                Some(text) => vec![text],
                None => return Ok(()),
            },
        };
        self.lists.push(texts);
        self.put(index, CallValue::Texts(self.lists.len() - 1))
    }

    #[inline]
    fn put(&mut self, index: usize, value: CallValue<'a>) -> Result<(), Error> {
        let byte = u8::try_from(index).map_err(|_| too_many())?;
        let at = self.indices[..self.len].iter().position(|known| *known == byte).unwrap_or(self.len);
        let (Some(place), Some(slot)) = (self.indices.get_mut(at), self.values.get_mut(at)) else {
            return Err(too_many());
        };
        (*place, *slot) = (byte, value);
        self.len = self.len.max(at + 1);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    fn iter(&self) -> impl Iterator<Item = (u8, CallValue<'a>)> {
        self.indices[..self.len].iter().copied().zip(self.values.iter().copied())
    }

    /// The values for the interpreter. A single text is one also where a path led to it.
    pub(super) fn params(&self) -> impl Iterator<Item = (usize, ParamValue<'_>)> {
        self.iter().map(|(index, value)| {
            let value = match value {
                CallValue::Unset => ParamValue::Unset,
                CallValue::Boolean(value) => value.into(),
                CallValue::Text(text) => text.into(),
                CallValue::Texts(at) => self.list(at).into(),
            };
            (index.into(), value)
        })
    }

    fn list(&self, at: usize) -> &[String] {
        self.lists.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    /// A number that is the same for the same values. Not to be trusted further than that: callers choose the values.
    #[inline]
    pub(super) fn hash(&self) -> u64 {
        let mut hash = 0;
        for (index, value) in self.iter() {
            hash = mix(hash, index.into());
            match value {
                CallValue::Unset => {}
                CallValue::Boolean(value) => hash = mix(hash, value.into()),
                CallValue::Text(text) => hash = mix_text(hash, text),
                CallValue::Texts(at) => {
                    hash = self.list(at).iter().fold(hash, |hash, text| mix_text(hash, text));
                }
            }
        }
        hash
    }

    /// The values to be kept.
    pub(super) fn to_key(&self) -> Box<[(u8, Value)]> {
        let owned = self.iter().filter_map(|(index, value)| {
            let value = match value {
                CallValue::Unset => return None,
                CallValue::Boolean(value) => Value::Boolean(value),
                CallValue::Text(text) => Value::Text(text.to_owned()),
                CallValue::Texts(at) => Value::Texts(self.list(at).to_vec()),
            };
            Some((index, value))
        });
        owned.collect()
    }

    /// Whether these are the values that were kept.
    #[inline]
    pub(super) fn is_key(&self, key: &[(u8, Value)]) -> bool {
        self.len == key.len()
            && self.iter().zip(key).all(|((index, value), (kept_index, kept))| {
                index == *kept_index
                    && match (value, kept) {
                        (CallValue::Text(text), Value::Text(kept)) => text == kept,
                        (CallValue::Boolean(value), Value::Boolean(kept)) => value == *kept,
                        (CallValue::Texts(at), Value::Texts(kept)) => self.list(at) == kept,
                        _ => false,
                    }
            })
    }
}

/// [`CallParams::hash`] of nothing but a text.
#[inline]
pub(super) fn hash_of_text(index: usize, text: &str) -> u64 {
    mix_text(mix(0, index as u64), text)
}

/// [`CallParams::is_key`] of nothing but a text.
#[inline]
pub(super) fn is_text(key: &[(u8, Value)], index: usize, text: &str) -> bool {
    matches!(key, [(kept_index, Value::Text(kept))] if usize::from(*kept_index) == index && kept == text)
}

fn too_many() -> Error {
    let message = format!("a call sets more than {MAX_CALL_PARAMS} parameters of the endpoint rules");
    Error::new(err_code::INVALID_MODEL, message)
}

fn text(found: &Found<'_>) -> Option<String> {
    match found {
        Found::Text(text) => Some(text.to_string()),
        Found::Ref(Ref::String(text)) => Some((*text).to_owned()),
        _ => None,
    }
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

#[inline]
fn mix_text(hash: u64, text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(hash, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let rest = rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte));
    mix(hash, rest)
}
