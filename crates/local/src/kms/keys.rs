//! Keys and their aliases.

use std::collections::BTreeMap;
use std::fmt;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::Owner;
use crate::clock::Clock;
use crate::error::ServiceError;
use crate::ids::{random_bytes, uuid};
use crate::json::Input;

/// All keys by id, and the aliases that name them.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: BTreeMap<String, Key>,
    aliases: BTreeMap<String, String>,
}

/// One symmetric key.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) material: Zeroizing<[u8; 32]>,
    account: String,
    description: String,
    created: f64,
    enabled: bool,
}

impl Keys {
    pub(super) fn create(
        &mut self,
        input: &Input,
        owner: Owner<'_>,
        clock: &Clock,
    ) -> Result<Value, ServiceError> {
        for spec in ["KeySpec", "CustomerMasterKeySpec"] {
            if input.text(spec)?.is_some_and(|spec| spec != "SYMMETRIC_DEFAULT") {
                return Err(ServiceError::sender(
                    "UnsupportedOperationException",
                    "Only SYMMETRIC_DEFAULT keys.",
                ));
            }
        }
        let id = uuid();
        let key = Key {
            arn: format!("arn:aws:kms:{}:{}:key/{id}", owner.region, owner.account),
            id: id.clone(),
            material: Zeroizing::new(random_bytes()),
            account: owner.account.to_owned(),
            description: input.text("Description")?.unwrap_or_default().to_owned(),
            created: clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64(),
            enabled: true,
        };
        let metadata = json!({ "KeyMetadata": key.metadata() });
        self.keys.insert(id, key);
        Ok(metadata)
    }

    pub(super) fn describe(&self, input: &Input) -> Result<Value, ServiceError> {
        let key = self.find(input.required_text("KeyId")?)?;
        Ok(json!({ "KeyMetadata": key.metadata() }))
    }

    pub(super) fn create_alias(&mut self, input: &Input) -> Result<Value, ServiceError> {
        let name = input.required_text("AliasName")?;
        if !name.starts_with("alias/") || name.starts_with("alias/aws/") {
            let message = "Alias must start with the prefix \"alias/\" and not with \"alias/aws/\".";
            return Err(ServiceError::sender("InvalidAliasNameException", message));
        }
        let target = self.find(input.required_text("TargetKeyId")?)?.id.clone();
        if self.aliases.contains_key(name) {
            return Err(ServiceError::sender(
                "AlreadyExistsException",
                format!("An alias {name} already exists"),
            ));
        }
        self.aliases.insert(name.to_owned(), target);
        Ok(json!({}))
    }

    pub(super) fn set_enabled(&mut self, input: &Input, enabled: bool) -> Result<Value, ServiceError> {
        let id = self.find(input.required_text("KeyId")?)?.id.clone();
        if let Some(key) = self.keys.get_mut(&id) {
            key.enabled = enabled;
        }
        Ok(json!({}))
    }

    pub(super) fn list(&self) -> Result<Value, ServiceError> {
        let keys: Vec<_> =
            self.keys.values().map(|key| json!({ "KeyId": key.id, "KeyArn": key.arn })).collect();
        Ok(json!({ "Keys": keys, "Truncated": false }))
    }

    pub(super) fn list_aliases(&self) -> Result<Value, ServiceError> {
        let alias = |(name, id): (&String, &String)| {
            let arn = self.keys.get(id).map(|key| key.arn.replace(&format!("key/{id}"), name));
            json!({ "AliasName": name, "AliasArn": arn, "TargetKeyId": id })
        };
        Ok(json!({ "Aliases": self.aliases.iter().map(alias).collect::<Vec<_>>(), "Truncated": false }))
    }

    /// A key by its id, its ARN, its alias or its alias's ARN.
    pub(super) fn find(&self, name: &str) -> Result<&Key, ServiceError> {
        let resource =
            if name.starts_with("arn:") { name.splitn(6, ':').last().unwrap_or(name) } else { name };
        if resource.starts_with("alias/") {
            let key = self.aliases.get(resource).and_then(|id| self.keys.get(id));
            return key.ok_or_else(|| not_found(format!("Alias {name} is not found.")));
        }
        let id = resource.strip_prefix("key/").unwrap_or(resource);
        self.keys.get(id).ok_or_else(|| not_found(format!("Key '{name}' does not exist")))
    }

    /// The same, for use in a cryptographic operation.
    pub(super) fn usable(&self, name: &str) -> Result<Key, ServiceError> {
        let key = self.find(name)?;
        if !key.enabled {
            return Err(ServiceError::sender("DisabledException", format!("{} is disabled.", key.arn)));
        }
        Ok(key.clone())
    }
}

impl Key {
    fn metadata(&self) -> Value {
        json!({
            "AWSAccountId": self.account,
            "Arn": self.arn,
            "CreationDate": self.created,
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "Description": self.description,
            "Enabled": self.enabled,
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
            "KeyId": self.id,
            "KeyManager": "CUSTOMER",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyState": if self.enabled { "Enabled" } else { "Disabled" },
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": false,
            "Origin": "AWS_KMS",
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("arn", &self.arn).field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

fn not_found(message: String) -> ServiceError {
    ServiceError::sender("NotFoundException", message)
}
