//! What was considered on the way to a session's credentials, for [`Session::explain`](crate::Session::explain).

use std::cell::RefCell;

use cumulo_core::Error;
use cumulo_shared_config::{Profile, env};

use crate::session::explain::{ExplainedProvider, Outcome, place};

/// The places, as the error of the chain calls them.
pub(super) const ENVIRONMENT: &str = "environment";
pub(super) const WEB_IDENTITY: &str = "web identity";
pub(super) const SHARED_FILES: &str = "shared files";
pub(super) const CONTAINER: &str = "container";
pub(super) const EC2: &str = "EC2 instance metadata";
const ALL: [&str; 5] = [ENVIRONMENT, WEB_IDENTITY, SHARED_FILES, CONTAINER, EC2];

/// The variables of static credentials.
pub(super) const KEY_VARIABLES: [&str; 4] =
    [env::AWS_ACCESS_KEY_ID, env::AWS_ACCESS_KEY, env::AWS_SECRET_ACCESS_KEY, env::AWS_SECRET_KEY];

/// A list that grows while credentials are looked for.
#[derive(Debug, Default)]
pub(crate) struct Trace(RefCell<Vec<ExplainedProvider>>);

impl Trace {
    pub(crate) fn into_inner(self) -> Vec<ExplainedProvider> {
        self.0.into_inner()
    }

    pub(super) fn chosen(&self, name: &str, looked_at: &[&str], how: impl Into<String>) {
        self.push(name, looked_at, Outcome::Chosen(how.into()));
    }

    pub(super) fn declined(&self, name: &str, looked_at: &[&str], error: &Error) {
        self.push(name, looked_at, Outcome::Declined(error.to_string()));
    }

    /// Every place from `first` to `last` is left out, because of `why`.
    pub(super) fn not_asked(&self, first: &str, last: &str, why: &str) {
        let names = ALL.iter().skip_while(|name| **name != first);
        for name in names {
            self.push(name, &[], Outcome::NotAsked(why.to_owned()));
            if *name == last {
                break;
            }
        }
    }

    /// A profile gives credentials by these of its keys.
    pub(super) fn profile(&self, profile: Profile<'_>, keys: &[&str], how: impl Into<String>) {
        let mut places = Vec::new();
        for key in keys {
            if profile.string(key).is_some() {
                places.push(place(profile, key));
            }
        }
        let places: Vec<_> = places.iter().map(String::as_str).collect();
        self.chosen(&format!("profile {}", profile.name()), &places, how);
    }

    fn push(&self, name: &str, looked_at: &[&str], outcome: Outcome) {
        self.0.borrow_mut().push(ExplainedProvider::new(name, looked_at, outcome));
    }
}
