//! One endpoint of the cache, with what its calls told the rules.

use std::sync::Arc;

use super::Scope;
use super::builtins::Value;
use super::call::Told;
use crate::error::Error;
use crate::http::{Parts, Url};

/// An endpoint that is kept.
pub(super) struct Kept {
    /// The authority of the URL, and then the text that the call told first: one allocation for both.
    text: String,
    authority_len: usize,
    /// The path and the query, where they are more than a slash.
    rest: Option<Box<(String, String)>>,
    /// How its requests are signed and what headers they have, if that is not as with the client's own endpoint.
    scope: Option<Arc<Scope>>,
    is_https: bool,
    form: u64,
    more: Box<[(usize, Value)]>,
}

impl Kept {
    /// The endpoint of calls that tell the rules this, from its URL.
    ///
    /// # Errors
    /// `InvalidEndpointURL`.
    pub(super) fn new(told: &Told<'_>, mut text: String, scope: Option<Arc<Scope>>) -> Result<Self, Error> {
        let (is_https, authority_len, rest) = match Parts::plain(&text) {
            Some(Parts { is_https, authority, path }) => {
                let authority_len = authority.len();
                let rest = (path != "/").then(|| Box::new((path.to_owned(), String::new())));
                text.drain(..if is_https { "https://".len() } else { "http://".len() });
                text.truncate(authority_len);
                (is_https, authority_len, rest)
            }
            None => {
                let Url { is_https, authority, path, query } = Url::parse(&text)?;
                text = authority;
                (is_https, text.len(), Some(Box::new((path, query))))
            }
        };
        text.push_str(told.text);
        let (form, more) = (told.form, told.more_to_keep());
        Ok(Self { text, authority_len, rest, scope, is_https, form, more })
    }

    /// Whether it is the endpoint of calls that tell the rules this.
    #[inline(always)]
    pub(super) fn is_of(&self, told: &Told<'_>) -> bool {
        self.text.as_bytes().get(self.authority_len..) == Some(told.text.as_bytes())
            && self.form == told.form
            && told.has_more(&self.more)
    }

    /// Sets the URL of a request, and returns the rest of the endpoint.
    #[inline(always)]
    pub(super) fn set(&self, url: &mut Url) -> Option<Arc<Scope>> {
        let authority = self.text.get(..self.authority_len).unwrap_or_default();
        url.set(self.is_https, authority, self.rest.as_deref());
        self.scope.clone()
    }
}
