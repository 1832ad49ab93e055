//! Several providers in turn.

use cumulo_core::credentials::{Provider, Value};
use cumulo_core::{BoxFuture, Error};

use crate::err_code;

/// Asks its providers in order and takes the first credentials it gets.
///
/// Every refresh begins with the first provider again. Same meaning as Go's `credentials.ChainProvider`, whose
/// `VerboseErrors` is always on here.
///
/// ```
/// use cumulo_credentials::{ChainProvider, EnvProvider, Provider};
/// use cumulo_shared_config::Env;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let nothing = Env::from_map([("", "")]);
/// let error = ChainProvider::new().with("environment", EnvProvider::new(nothing)).retrieve().await.unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "NoCredentialProviders: no provider has credentials: environment (EnvAccessKeyNotFound: \
///      AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY not found in environment)"
/// );
/// # }
/// ```
#[derive(Debug, Default)]
pub struct ChainProvider {
    links: Vec<(&'static str, Box<dyn Provider>)>,
}

impl ChainProvider {
    /// A chain without providers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more provider at the end; the error of a failed chain calls it `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, provider: impl Provider) -> Self {
        self.links.push((name, Box::new(provider)));
        self
    }

    async fn first_success(&self) -> Result<Value, Error> {
        let mut declined = Vec::with_capacity(self.links.len());
        for (name, provider) in &self.links {
            match provider.retrieve().await {
                Ok(value) => return Ok(value),
                Err(error) => declined.push(format!("{name} ({error})")),
            }
        }
        let message = match declined.as_slice() {
            [] => "the chain has no providers".to_owned(),
            declined => format!("no provider has credentials: {}", declined.join("; ")),
        };
        Err(Error::new(err_code::NO_CREDENTIAL_PROVIDERS, message))
    }
}

impl Provider for ChainProvider {
    fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
        Box::pin(self.first_success())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[derive(Debug)]
    struct Refuses(&'static str);

    impl Provider for Refuses {
        fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
            Box::pin(async { Err(Error::new(self.0, "not here")) })
        }
    }

    #[derive(Debug)]
    struct Gives(&'static str, &'static AtomicU32);

    impl Provider for Gives {
        fn retrieve(&self) -> BoxFuture<'_, Result<Value, Error>> {
            self.1.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(Value::new(self.0, "secret")) })
        }
    }

    #[tokio::test]
    async fn the_first_success_wins_and_the_rest_is_not_asked() {
        static FIRST: AtomicU32 = AtomicU32::new(0);
        static SECOND: AtomicU32 = AtomicU32::new(0);
        let chain = ChainProvider::new()
            .with("none", Refuses("A"))
            .with("first", Gives("one", &FIRST))
            .with("second", Gives("two", &SECOND));
        assert_eq!(chain.retrieve().await.unwrap().access_key_id, "one");
        assert_eq!((FIRST.load(Ordering::SeqCst), SECOND.load(Ordering::SeqCst)), (1, 0));
    }

    #[tokio::test]
    async fn the_error_names_each_provider_and_its_reason_in_one_line() {
        let chain = ChainProvider::new().with("one", Refuses("A")).with("two", Refuses("B"));
        assert_eq!(
            chain.retrieve().await.unwrap_err().to_string(),
            "NoCredentialProviders: no provider has credentials: one (A: not here); two (B: not here)"
        );
        let error = ChainProvider::new().retrieve().await.unwrap_err();
        assert_eq!(error.to_string(), "NoCredentialProviders: the chain has no providers");
    }
}
