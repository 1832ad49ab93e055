//! What an operation tells the rules: a static table, written by the generator.

/// The most parameters of the endpoint rules that one call can set, those that its handlers set included.
pub(super) const MAX_CALL_PARAMS: usize = 12;

/// A parameter of the endpoint rules that the calls of one operation set.
///
/// Only those stand in an [`Operation`](crate::operation::Operation) that the endpoint can depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointParam {
    /// Its place among the parameters of the service's rules.
    pub index: usize,
    /// Where its value comes from.
    pub source: ParamSource,
}

/// Where the value of an [`EndpointParam`] comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamSource {
    /// It is the same for all calls: the model's `staticContextParams`.
    Boolean(bool),
    /// The same for a text.
    Text(&'static str),
    /// A member of the input: the model's `contextParam`.
    Member(&'static str),
    /// What stands in the input at a path in the JMESPath subset of [`crate::path`]: the model's `operationContextParams`.
    Path(&'static str),
}

impl EndpointParam {
    /// The parameter at `index` with the value from `source`. Called by generated code.
    pub const fn new(index: usize, source: ParamSource) -> Self {
        Self { index, source }
    }
}
