//! The cases of the endpoint rules that are calls: each goes through a client of the service's whole model, and the request that it
//! comes to is compared.
//!
//! What is compared is where the request goes, its headers, and how it is signed. A path that the operation adds behind the
//! endpoint's is its own matter.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use cumulo_core::dynamic::{Client, Model};
use cumulo_core::http::{HeaderMap, Url};
use cumulo_core::{
    AccountIdEndpointMode, AuthScheme, Config, Credentials, Error, RegionalEndpoints, Request, credentials,
};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::report::{Case, Failure, Suite};
use super::transport::{Answer, FixedRandom, Recorder};

/// One call of a case of `endpoint-tests-1.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Call {
    #[serde(default)]
    built_in_params: Map<String, Json>,
    operation_name: String,
    #[serde(default)]
    operation_params: Map<String, Json>,
}

/// A call with what must come of it.
pub(super) struct Expected<'a> {
    pub(super) name: String,
    pub(super) call: &'a Call,
    pub(super) expect: &'a Json,
}

/// Adds the calls of a service, whose model stands in `folder`, to the suite.
pub(super) fn run(folder: &Path, calls: &[Expected<'_>], suite: &mut Suite) -> Result<()> {
    if calls.is_empty() {
        return Ok(());
    }
    let read = |file: &str| fs::read(folder.join(file)).with_context(|| format!("read {file}"));
    let rules = read("endpoint-rule-set-1.json")?;
    let model = Model::builder(read("service-2.json")?).endpoint_rules(rules).load()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    for expected in calls {
        suite.cases.push(Case {
            name: expected.name.clone(),
            is_excluded: false,
            outcome: runtime.block_on(run_call(&model, expected)).map_err(Failure::Reason),
        });
    }
    Ok(())
}

/// A request as it comes to the signer.
#[derive(Debug, Clone)]
struct Built {
    url: Url,
    headers: HeaderMap,
    scheme: AuthScheme,
    region: String,
    service: String,
}

async fn run_call(model: &Model, expected: &Expected<'_>) -> Result<(), String> {
    let recorder = Recorder::new(Answer { status: 200, headers: HeaderMap::new(), body: Vec::new() });
    let config = config(&expected.call.built_in_params)?.http_client(recorder.clone());
    let mut client = Client::new(model, &config);
    let built = Arc::new(Mutex::new(None));
    let place = Arc::clone(&built);
    client.handlers_mut().sign.push_front(move |request: &mut Request| {
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(Built {
            url: request.http_request.url.clone(),
            headers: request.http_request.headers.clone(),
            scheme: request.auth_scheme.clone(),
            region: request.signing_region.to_string(),
            service: request.signing_name.to_string(),
        });
    });
    let params = Json::Object(expected.call.operation_params.clone());
    let answer = client.call(&expected.call.operation_name, &params).await;
    let built = built.lock().unwrap_or_else(PoisonError::into_inner).take();
    let endpoint = match (built, expected.expect.get("error").and_then(Json::as_str)) {
        (Some(built), None) => built,
        (Some(built), Some(error)) => return Err(format!("goes to {}, and not: {error}", built.url)),
        (None, wanted) => return refused(answer.err(), wanted),
    };
    let wanted = expected.expect.get("endpoint").ok_or("the case expects nothing")?;
    compare_place(&endpoint, wanted, prefix(model, expected.call))?;
    compare_headers(&endpoint.headers, wanted)?;
    compare_scheme(&endpoint, wanted)?;
    // Those that have no signer end there.
    let is_signed = endpoint.scheme.name.as_str() == "sigv4";
    match (recorder.sent(), is_signed) {
        (None, true) => Err("the request was not sent".to_owned()),
        (Some(sent), true) if sent.url.authority != endpoint.url.authority => {
            Err(format!("sent to {}, not {}", sent.url, endpoint.url))
        }
        _ => Ok(()),
    }
}

/// The configuration of a client that tells the rules these built-ins.
fn config(built_ins: &Map<String, Json>) -> Result<Config, String> {
    let mut config = Config::new().max_attempts(1).random(FixedRandom);
    let mut account = None;
    for (name, value) in built_ins {
        let text = || value.as_str().unwrap_or_default();
        let flag = value.as_bool().unwrap_or_default();
        let endpoints = if flag { RegionalEndpoints::Legacy } else { RegionalEndpoints::Regional };
        config = match name.as_str() {
            "AWS::Region" => config.region(text()),
            "AWS::UseFIPS" => config.use_fips(flag),
            "AWS::UseDualStack" => config.use_dual_stack(flag),
            "SDK::Endpoint" => config.endpoint(text()),
            "AWS::S3::ForcePathStyle" => config.s3_path_style(flag),
            "AWS::S3::Accelerate" => config.s3_use_accelerate(flag),
            "AWS::S3::UseArnRegion" | "AWS::S3Control::UseArnRegion" => config.s3_use_arn_region(flag),
            "AWS::S3::DisableMultiRegionAccessPoints" => config.s3_disable_multiregion_access_points(flag),
            "AWS::S3::UseGlobalEndpoint" => config.s3_us_east_1_regional_endpoint(endpoints),
            "AWS::STS::UseGlobalEndpoint" => config.sts_regional_endpoints(endpoints),
            "AWS::Auth::AccountId" => {
                account = Some(text());
                config
            }
            "AWS::Auth::AccountIdEndpointMode" => {
                let mode = AccountIdEndpointMode::parse(text());
                config.account_id_endpoint_mode(mode.ok_or("a mode that is not known")?)
            }
            _ => return Err(format!("the client cannot be told {name}")),
        };
    }
    let mut value = credentials::Value::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    if let Some(account) = account {
        value = value.account_id(account);
    }
    Ok(config.credentials(Credentials::from_value(value)))
}

fn refused(error: Option<Error>, wanted: Option<&str>) -> Result<(), String> {
    let error = error.ok_or("nothing was sent")?;
    match wanted {
        Some(wanted) if error.message().starts_with(wanted) => Ok(()),
        wanted => Err(format!("{error}, not {wanted:?}")),
    }
}

/// What the operation puts in front of the host.
fn prefix(model: &Model, call: &Call) -> String {
    let operation = model.operations().get(&call.operation_name);
    let mut prefix = operation.and_then(|operation| operation.host_prefix).unwrap_or_default().to_owned();
    for (name, value) in &call.operation_params {
        prefix = prefix.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
    }
    prefix
}

fn compare_place(built: &Built, wanted: &Json, prefix: String) -> Result<(), String> {
    let text = wanted["url"].as_str().unwrap_or_default();
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let has_host = built.url.authority == prefix + &url.authority;
    let base = url.path.trim_end_matches('/');
    let has_path =
        built.url.path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/') || rest.is_empty());
    if has_host && has_path && built.url.is_https == url.is_https {
        return Ok(());
    }
    Err(format!("goes to {}, not {text}", built.url))
}

fn compare_headers(headers: &HeaderMap, wanted: &Json) -> Result<(), String> {
    for (name, values) in wanted["headers"].as_object().into_iter().flatten() {
        let found: Vec<_> = headers.get_all(name).iter().map(|value| value.to_str().ok()).collect();
        let wanted: Vec<_> = values.as_array().into_iter().flatten().map(Json::as_str).collect();
        if found != wanted {
            return Err(format!("the header {name} is {found:?}, not {wanted:?}"));
        }
    }
    Ok(())
}

/// The scheme must be one that the case lists: the first, or the first that there is a signer for.
fn compare_scheme(built: &Built, wanted: &Json) -> Result<(), String> {
    let schemes = wanted["properties"]["authSchemes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(first) = schemes.first() else { return Ok(()) };
    let named = schemes.iter().find(|scheme| scheme["name"] == built.scheme.name.as_str());
    let scheme = named.ok_or_else(|| format!("is signed by {:?}, not {}", built.scheme, first["name"]))?;
    let set: Vec<_> = built.scheme.signing_region_set.iter().map(|region| Json::from(&**region)).collect();
    for (key, found) in [
        ("signingRegion", Json::from(&*built.region)),
        ("signingName", Json::from(&*built.service)),
        ("signingRegionSet", Json::from(set)),
        ("disableDoubleEncoding", built.scheme.disable_double_encoding.into()),
    ] {
        match scheme.get(key) {
            Some(wanted) if *wanted != found => return Err(format!("{key} is {found}, not {wanted}")),
            _ => {}
        }
    }
    Ok(())
}
