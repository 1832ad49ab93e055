//! Credentials of a role that other processes may have got already.

use std::sync::PoisonError;
use std::time::Duration;

use cumulo_core::Error;
use cumulo_core::credentials::Value;

use super::super::RoleCache;
use super::super::role_cache::Entry;
use super::AssumeRoleProvider;

/// How long credentials must last yet to be taken from a file. No less than the time before their end at which the cache in
/// front of this provider asks for others, so that an early refresh does not bring the same again.
const LASTING: Duration = Duration::from_secs(5 * 60);

impl AssumeRoleProvider {
    /// The credentials in the file of the role, or else new ones, for which one process at a time asks.
    pub(super) async fn shared_value(&self, cache: &RoleCache) -> Result<Value, Error> {
        let entry = cache.entry(&self.input(), self.input.role_session_name.is_some());
        if let Some(value) = self.lasting_value(&entry) {
            return Ok(value);
        }
        let _turn = entry.turn(&*self.clock).await;
        if let Some(value) = self.lasting_value(&entry) {
            return Ok(value);
        }
        let output = self.call().await?;
        entry.write(&output);
        self.value(output).map(|value| self.remembered(value))
    }

    /// What the file holds, if it is still good. What this provider has given before is not: nobody would ask again.
    fn lasting_value(&self, entry: &Entry) -> Option<Value> {
        let value = self.value(entry.read()?).ok()?;
        let until = self.clock.now().plus(LASTING);
        let is_lasting = value.expires.is_some_and(|expires| expires > until);
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = given.as_deref() != Some(&value.access_key_id);
        drop(given);
        (is_lasting && is_new).then(|| self.remembered(value))
    }

    fn remembered(&self, value: Value) -> Value {
        let id = value.access_key_id.clone();
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        value
    }
}
