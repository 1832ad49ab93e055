//! What one call tells the rules.

use cumulo_endpoints::rules::{MAX_PARAMETERS, ParamValue};

use super::builtins::Value;
use super::param::{EndpointParam, ParamSource};
use crate::err_code;
use crate::error::Error;
use crate::shape::{Ref, Shape};

/// The parameters of one call by their places in the rules, borrowed from its input.
///
/// Most calls tell no more than one text, as those of S3 do with their bucket, so that it has a place of its own.
pub(super) struct CallParams<'a> {
    /// A bit for each parameter that is true.
    trues: u32,
    /// A bit for each parameter that is false.
    falses: u32,
    /// The parameter that takes the first text, or [`NO_TEXT`].
    index: usize,
    text: &'a str,
    more: Vec<(usize, Text<'a>)>,
}

/// The same in a form that is quick to compare.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// From the lowest bit: which parameters are true, which are false, which takes the text, and whether there are more texts.
    pub(super) form: u64,
    pub(super) text: &'a str,
    /// The texts that are not the first.
    more: &'a [(usize, Text<'a>)],
}

enum Text<'a> {
    One(&'a str),
    /// What a path leads to.
    List(Vec<String>),
}

/// In place of a parameter that takes a text.
const NO_TEXT: usize = 0xff;

const FALSES: usize = MAX_PARAMETERS;
const INDEX: usize = FALSES + MAX_PARAMETERS;
const MORE: u64 = 1 << (INDEX + 8);
const _: () = assert!(INDEX + 8 < u64::BITS as usize, "a form has a bit for all that a call tells");

impl<'a> CallParams<'a> {
    /// None.
    #[inline]
    pub(super) const fn none() -> Self {
        Self { trues: 0, falses: 0, index: NO_TEXT, text: "", more: Vec::new() }
    }

    pub(super) fn told(&self) -> Told<'_> {
        let more = if self.more.is_empty() { 0 } else { MORE };
        let booleans = u64::from(self.trues) | u64::from(self.falses) << FALSES;
        Told { form: booleans | (self.index as u64) << INDEX | more, text: self.text, more: &self.more }
    }

    /// Sets a parameter, over a value that it has.
    pub(super) fn add(&mut self, param: EndpointParam, input: &'a dyn Shape) -> Result<(), Error> {
        match param.source {
            ParamSource::Boolean(value) => self.add_boolean(param.index, value),
            ParamSource::Text(text) => self.add_text(param.index, text),
            ParamSource::Member(member) => match input.member(member) {
                Some(Ref::String(text)) => self.add_text(param.index, text),
                Some(Ref::Boolean(value)) => self.add_boolean(param.index, value),
                _ => Ok(()),
            },
            ParamSource::Path(path) => match path.texts(input)? {
                Some(texts) => self.add_texts(param.index, texts),
                None => Ok(()),
            },
        }
    }

    pub(super) fn add_text(&mut self, index: usize, text: &'a str) -> Result<(), Error> {
        self.unset(index)?;
        if self.index == NO_TEXT {
            (self.index, self.text) = (index, text);
        } else {
            self.more.push((index, Text::One(text)));
        }
        Ok(())
    }

    fn add_boolean(&mut self, index: usize, value: bool) -> Result<(), Error> {
        self.unset(index)?;
        if value {
            self.trues |= 1 << index;
        } else {
            self.falses |= 1 << index;
        }
        Ok(())
    }

    fn add_texts(&mut self, index: usize, texts: Vec<String>) -> Result<(), Error> {
        self.unset(index)?;
        self.more.push((index, Text::List(texts)));
        Ok(())
    }

    fn unset(&mut self, index: usize) -> Result<(), Error> {
        if index >= MAX_PARAMETERS {
            let message = format!("there are no endpoint rules with a parameter number {index}");
            return Err(Error::new(err_code::INVALID_MODEL, message));
        }
        self.trues &= !(1 << index);
        self.falses &= !(1 << index);
        if self.index == index {
            (self.index, self.text) = (NO_TEXT, "");
        }
        if let Some(at) = self.more.iter().position(|(known, _)| *known == index) {
            self.more.swap_remove(at);
        }
        Ok(())
    }
}

impl<'a> Told<'a> {
    pub(super) const NOTHING: Self = Self { form: (NO_TEXT as u64) << INDEX, text: "", more: &[] };

    /// A text and nothing else. None if there can be no such parameter.
    #[inline]
    pub(super) fn text(index: usize, text: &'a str) -> Option<Self> {
        (index < MAX_PARAMETERS).then_some(Self { form: (index as u64) << INDEX, text, more: &[] })
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.form == Self::NOTHING.form
    }

    /// A bit for each parameter that is set.
    pub(super) fn bits(&self) -> u32 {
        self.texts().fold(self.booleans(), |bits, (index, _)| bits | 1 << index)
    }

    fn booleans(&self) -> u32 {
        (self.form | self.form >> FALSES) as u32 & ((1 << MAX_PARAMETERS) - 1)
    }

    /// The values for the interpreter.
    pub(super) fn params(&self) -> impl Iterator<Item = (usize, ParamValue<'a>)> + use<'a> {
        let (booleans, form) = (self.booleans(), self.form);
        let set = (0..(u32::BITS - booleans.leading_zeros()) as usize)
            .filter(move |index| booleans >> index & 1 != 0);
        set.map(move |index| (index, (form >> index & 1 != 0).into())).chain(self.texts())
    }

    fn texts(&self) -> impl Iterator<Item = (usize, ParamValue<'a>)> + use<'a> {
        let index = (self.form >> INDEX) as usize & NO_TEXT;
        let first = (index != NO_TEXT).then(|| (index, self.text.into()));
        first.into_iter().chain(self.more.iter().map(|(index, text)| {
            let value = match text {
                Text::One(text) => (*text).into(),
                Text::List(texts) => texts.as_slice().into(),
            };
            (*index, value)
        }))
    }

    /// A number that is the same for the same values. Not to be trusted further than that: callers choose the values.
    #[inline]
    pub(super) fn hash(&self) -> u64 {
        let hash = mix_text(self.form, self.text);
        if self.form & MORE == 0 { hash } else { self.hash_more(hash) }
    }

    /// A cheaper one, which is the same for all texts of a length whose ends are the same.
    #[inline]
    pub(super) fn quick_hash(&self) -> u64 {
        let bytes = self.text.as_bytes();
        let ends = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (Some(first), Some(last)) => {
                u64::from_le_bytes(*first).rotate_left(5) ^ u64::from_le_bytes(*last)
            }
            _ => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        mix(self.form ^ bytes.len() as u64, ends)
    }

    fn hash_more(&self, hash: u64) -> u64 {
        self.more.iter().fold(hash, |hash, (index, text)| {
            let hash = mix(hash, *index as u64);
            match text {
                Text::One(text) => mix_text(hash, text),
                Text::List(texts) => texts.iter().fold(hash, |hash, text| mix_text(hash, text)),
            }
        })
    }

    /// The texts that are not the first, to be kept.
    pub(super) fn more_to_keep(&self) -> Box<[(usize, Value)]> {
        if self.form & MORE == 0 {
            return Box::default();
        }
        let owned = self.more.iter().map(|(index, text)| {
            let value = match text {
                Text::One(text) => Value::Text((*text).to_owned()),
                Text::List(texts) => Value::Texts(texts.clone()),
            };
            (*index, value)
        });
        owned.collect()
    }

    /// Whether these were kept, if the form is the same.
    #[inline]
    pub(super) fn has_more(&self, kept: &[(usize, Value)]) -> bool {
        self.form & MORE == 0 || self.is_more(kept)
    }

    #[cold]
    fn is_more(&self, kept: &[(usize, Value)]) -> bool {
        self.more.len() == kept.len()
            && self.more.iter().zip(kept).all(|((index, text), (kept_index, kept))| {
                index == kept_index
                    && match (text, kept) {
                        (Text::One(text), Value::Text(kept)) => text == kept,
                        (Text::List(texts), Value::Texts(kept)) => texts == kept,
                        _ => false,
                    }
            })
    }
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// By words, the last of which overlaps the one before it; a short text by its bytes.
#[inline]
fn mix_text(hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (words, _) = bytes.as_chunks::<8>();
    let hash =
        words.iter().fold(hash ^ bytes.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let rest = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    mix(hash, rest)
}
