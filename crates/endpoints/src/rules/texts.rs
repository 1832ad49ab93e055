//! Texts that an evaluation makes on its way, such as encoded ones.

use std::cell::OnceCell;

/// Made texts, kept until the end of an evaluation so that all values can borrow. Few rules make any.
#[derive(Debug, Default)]
pub(super) struct Texts {
    first: OnceCell<Box<Kept>>,
}

#[derive(Debug)]
struct Kept {
    text: String,
    next: OnceCell<Box<Self>>,
}

impl Texts {
    pub(super) fn keep(&self, text: String) -> &str {
        let mut place = &self.first;
        while let Some(kept) = place.get() {
            place = &kept.next;
        }
        &place.get_or_init(|| Box::new(Kept { text, next: OnceCell::new() })).text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_while_others_are_added() {
        let texts = Texts::default();
        let (a, b) = (texts.keep("a".to_owned()), texts.keep("b".to_owned()));
        assert_eq!((a, b), ("a", "b"));
    }
}
