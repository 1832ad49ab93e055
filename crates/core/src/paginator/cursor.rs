//! Where the pages are: the parameters of the next call, and how an answer leads to the ones after it.

use crate::err_code;
use crate::error::Error;
use crate::operation::{Operation, Pagination};
use crate::path::{Found, Path};
use crate::shape::{Shape, copy, copy_members, copy_value};

/// The parameters of one page's call.
pub(super) struct Cursor {
    operation: &'static Operation,
    rules: Option<Rules>,
    input: Box<dyn Shape>,
}

/// A [`Pagination`] with its paths parsed and its members found.
struct Rules {
    more_results: Option<Path>,
    /// Where in the output each token stands, and which member of the input takes it.
    tokens: Vec<(Path, usize)>,
}

impl Cursor {
    pub(super) fn new(operation: &'static Operation, input: Box<dyn Shape>) -> Result<Self, Error> {
        let rules = operation.pagination.map(|pagination| Rules::new(pagination, &*input)).transpose()?;
        Ok(Self { operation, rules, input })
    }

    /// The parameters, as a copy that handlers may change without touching the pages after.
    pub(super) fn params(&self) -> Result<Box<dyn Shape>, Error> {
        let mut params = self.operation.input.make();
        copy(&*self.input, &mut *params)?;
        Ok(params)
    }

    /// What follows the page `output`: `None` after the last.
    ///
    /// A page is the last if the output says that there is no more, or if none of its tokens is set. Tokens that are not set are
    /// left out of the next input, whatever the one before had.
    pub(super) fn after(self, output: &dyn Shape) -> Result<Option<Self>, Error> {
        let Some(rules) = &self.rules else { return Ok(None) };
        if rules.more_results.as_ref().is_some_and(|path| !path.search(output).is_truthy()) {
            return Ok(None);
        }
        let found = rules.tokens.iter().map(|(path, index)| (path.search(output), *index));
        let found: Vec<_> = found.filter(|(token, _)| is_token(token)).collect();
        if found.is_empty() {
            return Ok(None);
        }
        let indexes: Vec<_> = rules.tokens.iter().map(|(_, index)| *index).collect();
        let mut next = self.operation.input.make();
        copy_members(&*self.input, &mut *next, &indexes)?;
        for (token, index) in &found {
            let place = next.member_mut(*index);
            let (Some(value), Some(place)) = (token.value(), place) else {
                return Err(Error::unreadable("the token of the next page is a list"));
            };
            copy_value(value, place)?;
        }
        let is_same = |index: &usize| Found::from(self.input.member(*index)) == next.member(*index).into();
        if indexes.iter().all(is_same) {
            let message = "the service answered the token of this page as the token of the next";
            return Err(Error::new(err_code::PAGINATION_ERROR, message));
        }
        Ok(Some(Self { operation: self.operation, rules: self.rules, input: next }))
    }
}

/// Whether a value asks for a page that is not the first.
fn is_token(found: &Found<'_>) -> bool {
    found.is_truthy() && !matches!(found, Found::Integer(0))
}

impl Rules {
    fn new(pagination: &Pagination, input: &dyn Shape) -> Result<Self, Error> {
        let token = |(path, name): (&&str, &&str)| {
            let index = input.schema().index_of(name);
            let index = index.ok_or_else(|| Error::unreadable(format!("the input has no member {name}")))?;
            Ok((Path::parse(path)?, index))
        };
        let tokens = pagination.output_tokens.iter().zip(pagination.input_tokens).map(token);
        Ok(Self {
            more_results: pagination.more_results.map(Path::parse).transpose()?,
            tokens: tokens.collect::<Result<_, Error>>()?,
        })
    }
}
