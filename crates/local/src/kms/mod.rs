//! KMS: symmetric keys over JSON 1.1, with real AES-256-GCM that binds the encryption context.

mod data_keys;
mod envelope;
mod keys;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::json::Input;

use keys::Keys;

/// The service and its keys.
#[derive(Debug)]
pub(crate) struct Kms {
    clock: Clock,
    keys: Mutex<Keys>,
}

impl Kms {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, keys: Mutex::default() }
    }

    /// Answers one authenticated request. `target` is the operation's name, `owner` where new keys belong.
    pub(crate) fn call(&self, target: &str, body: &[u8], owner: Owner<'_>) -> Result<Value, ServiceError> {
        let input = Input::parse(body)?;
        match target {
            "CreateAlias" => self.keys().create_alias(&input),
            "CreateKey" => self.keys().create(&input, owner, &self.clock),
            "Decrypt" => self.decrypt(&input),
            "DescribeKey" => self.keys().describe(&input),
            "DisableKey" => self.keys().set_enabled(&input, false),
            "EnableKey" => self.keys().set_enabled(&input, true),
            "Encrypt" => self.encrypt(&input),
            "GenerateDataKey" => self.generate_data_key(&input, true),
            "GenerateDataKeyWithoutPlaintext" => self.generate_data_key(&input, false),
            "GenerateRandom" => data_keys::generate_random(&input),
            "ListAliases" => self.keys().list_aliases(),
            "ListKeys" => self.keys().list(),
            "ReEncrypt" => self.re_encrypt(&input),
            _ => Err(ServiceError::sender("UnknownOperationException", format!("KMS has no {target} here"))),
        }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The account and the region of the caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

#[cfg(test)]
mod tests;
