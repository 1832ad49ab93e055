//! What a file holds: the answer of `AssumeRole` in JSON, as botocore has it.

use cumulo_core::SecretString;
use cumulo_core::schema::{Member, Target};
use cumulo_sts::operation::AssumeRoleOutput;
use cumulo_sts::types;
use zeroize::Zeroizing;

use crate::document::{document, parse_time, text};

document! {
    /// The members of the answer that are of use.
    Answer {
        0 credentials: Keys = Member::new("Credentials", Target::Structure(Keys::SCHEMA)).sensitive();
        1 assumed_role_user: User = Member::new("AssumedRoleUser", Target::Structure(User::SCHEMA));
    }
}

document! {
    /// The credentials, with an end in a form of Python's.
    Keys {
        0 access_key_id: String = text("AccessKeyId");
        1 secret_access_key: SecretString = text("SecretAccessKey").sensitive();
        2 session_token: SecretString = text("SessionToken").sensitive();
        3 expiration: String = text("Expiration");
        4 account_id: String = text("AccountId");
    }
}

document! {
    /// Who the credentials are.
    User {
        0 assumed_role_id: String = text("AssumedRoleId");
        1 arn: String = text("Arn");
    }
}

/// The answer that a file holds.
///
/// # Errors
/// Why it holds none; nothing of its content stands there.
pub(super) fn read(json: &[u8]) -> Result<AssumeRoleOutput, String> {
    let mut answer = Answer::default();
    cumulo_core::protocol::read_json(json, &mut answer).map_err(|error| error.message().to_owned())?;
    let keys = answer.credentials.ok_or("Credentials is missing")?;
    let expiration = keys.expiration.ok_or("Expiration is missing")?;
    let credentials = types::Credentials::new()
        .access_key_id(keys.access_key_id.filter(|id| !id.is_empty()).ok_or("AccessKeyId is missing")?)
        .secret_access_key(&*keys.secret_access_key.ok_or("SecretAccessKey is missing")?)
        .session_token(&*keys.session_token.ok_or("SessionToken is missing")?)
        .expiration(parse_time(&expiration).ok_or("Expiration is no time")?);
    let mut output = AssumeRoleOutput::new().credentials(credentials);
    output.assumed_role_user = answer.assumed_role_user.map(|user| {
        let mut of_sts = types::AssumedRoleUser::new();
        (of_sts.assumed_role_id, of_sts.arn) = (user.assumed_role_id, user.arn);
        of_sts
    });
    Ok(output)
}

/// A file's content; none if the answer is not worth one.
pub(super) fn write(output: &AssumeRoleOutput) -> Option<Zeroizing<Vec<u8>>> {
    let credentials = output.credentials.as_ref()?;
    let user = output.assumed_role_user.as_ref();
    let answer = Answer {
        credentials: Some(Keys {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: credentials.session_token.clone(),
            // 2026-01-01T01:00:00UTC, as the AWS CLI writes it.
            expiration: Some(credentials.expiration?.to_string().replace('Z', "UTC")),
            account_id: user.and_then(super::super::account_of),
        }),
        assumed_role_user: user
            .map(|user| User { assumed_role_id: user.assumed_role_id.clone(), arn: user.arn.clone() }),
    };
    cumulo_core::protocol::write_json(&answer).ok().map(Zeroizing::new)
}
