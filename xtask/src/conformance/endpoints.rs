//! The cases of the endpoint rules: for each service parameters, and the endpoint or the error that its rules must give.
//!
//! The rules are read from JSON. Those that the service crates hold as constants are the same tables word by word, which a test
//! of theirs compares, so that what passes here passes there.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cumulo_core::endpoints::rules::{AuthScheme, Endpoint, ParamValue, Property, RuleSet};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::operations;
use super::report::{Case, Failure, Report, Suite};
use crate::models;

/// `endpoint-tests-1.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    test_cases: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expected {
    documentation: Option<String>,
    #[serde(default)]
    params: Map<String, Json>,
    expect: Json,
    /// The same as calls.
    #[serde(default)]
    operation_inputs: Vec<operations::Call>,
}

/// Runs the cases of every service, and those of the rules language itself.
///
/// `release` is the folder that holds `botocore` and `tests`.
pub(super) fn run(release: &Path, is_wanted: impl Fn(&str) -> bool, report: &mut Report) -> Result<()> {
    let language = release.join("tests/unit/data/endpoints");
    if is_wanted("endpoints/rules-language") {
        let mut suite = Suite { name: "endpoints/rules-language".to_owned(), cases: Vec::new() };
        for name in names(&language.join("test-cases"))? {
            let rules = read(&language.join("valid-rules").join(&name))?;
            let cases = language.join("test-cases").join(&name);
            let group = name.trim_end_matches(".json");
            suite.cases.extend(run_file(&rules, &cases)?.into_iter().map(|case| within(group, case)));
        }
        report.add(suite);
    }
    let all_cases = release.join("tests/functional/endpoint-rules");
    let data = release.join("botocore/data");
    for service in names(&all_cases)? {
        let name = format!("endpoints/{service}");
        let file = all_cases.join(&service).join("endpoint-tests-1.json");
        if !is_wanted(&name) || !file.exists() {
            continue;
        }
        report.add(Suite { name, cases: run_file(&latest_rules(&data.join(&service))?, &file)? });
    }
    if is_wanted("endpoints/operations") {
        report.add(run_operations(&all_cases, &data)?);
    }
    Ok(())
}

/// Those of all services that are calls, through clients of the services' models.
fn run_operations(all_cases: &Path, data: &Path) -> Result<Suite> {
    let mut suite = Suite { name: "endpoints/operations".to_owned(), cases: Vec::new() };
    for service in names(all_cases)? {
        let file = all_cases.join(&service).join("endpoint-tests-1.json");
        if !file.exists() {
            continue;
        }
        let file: File = serde_json::from_value(read(&file)?)?;
        let calls = file.test_cases.iter().enumerate().flat_map(|(index, case)| {
            let name = format!("{service} {index}: {}", case.documentation.as_deref().unwrap_or_default());
            let expected =
                move |call| operations::Expected { name: name.clone(), call, expect: &case.expect };
            case.operation_inputs.iter().map(expected)
        });
        let calls: Vec<_> = calls.collect();
        let versions = names(&data.join(&service))?;
        let latest = versions.last().with_context(|| format!("{service} has no model"))?;
        operations::run(&data.join(&service).join(latest), &calls, &mut suite)?;
    }
    Ok(suite)
}

/// The rules of the service's latest version, the one that its cases are for.
fn latest_rules(service: &Path) -> Result<Json> {
    let versions = names(service)?.into_iter().map(|version| service.join(version));
    let rules = versions.map(|folder| models::read(&folder, "endpoint-rule-set-1"));
    let rules = rules.collect::<Result<Vec<_>>>()?.into_iter().flatten().next_back();
    rules.with_context(|| format!("{} has no endpoint rules", service.display()))
}

fn run_file(rules: &Json, cases: &Path) -> Result<Vec<Case>> {
    let file: File = serde_json::from_value(read(cases)?)?;
    let rules = RuleSet::from_json_value(rules).map_err(|error| error.to_string());
    let cases = file.test_cases.into_iter().enumerate().map(|(index, case)| {
        let name = case.documentation.clone().unwrap_or_default();
        Case {
            name: format!("{index}: {}", name.trim()),
            is_excluded: false,
            outcome: rules.clone().and_then(|rules| run_case(&rules, &case)).map_err(Failure::Reason),
        }
    });
    Ok(cases.collect())
}

fn run_case(rules: &RuleSet, case: &Expected) -> Result<(), String> {
    let found = match resolve(rules, &case.params) {
        Ok(endpoint) => json!({"endpoint": show(&endpoint)}),
        Err(message) => json!({"error": message}),
    };
    let mut expected = case.expect.clone();
    // What is empty may be left out.
    if let Some(Json::Object(endpoint)) = expected.get_mut("endpoint") {
        endpoint.retain(|_, value| value.as_object().is_none_or(|object| !object.is_empty()));
    }
    if found == expected { Ok(()) } else { Err(format!("{found}, not {expected}")) }
}

fn resolve(rules: &RuleSet, values: &Map<String, Json>) -> Result<Endpoint, String> {
    let lists: Vec<Vec<String>> = values
        .values()
        .map(|value| {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        })
        .collect();
    let mut params = rules.params();
    for ((name, value), list) in values.iter().zip(&lists) {
        let value: ParamValue<'_> = match value {
            Json::String(text) => text.into(),
            Json::Bool(value) => (*value).into(),
            _ => list.as_slice().into(),
        };
        params.set(name, value).map_err(|error| error.to_string())?;
    }
    params.resolve().map_err(|error| error.to_string())
}

/// The endpoint as a case describes it.
fn show(endpoint: &Endpoint) -> Json {
    let mut shown = Map::from_iter([("url".to_owned(), endpoint.url.clone().into())]);
    let mut headers = Map::new();
    for (name, value) in &endpoint.headers {
        let values = headers.entry(name.clone()).or_insert_with(|| json!([]));
        values.as_array_mut().into_iter().for_each(|values| values.push(value.clone().into()));
    }
    let mut properties: Map<_, _> =
        endpoint.properties.iter().map(|(name, value)| (name.clone(), show_property(value))).collect();
    if !endpoint.auth_schemes.is_empty() {
        properties.insert("authSchemes".to_owned(), endpoint.auth_schemes.iter().map(show_scheme).collect());
    }
    if let Some(backend) = &endpoint.backend {
        properties.insert("backend".to_owned(), backend.clone().into());
    }
    for (name, value) in [("headers", headers), ("properties", properties)] {
        if !value.is_empty() {
            shown.insert(name.to_owned(), value.into());
        }
    }
    shown.into()
}

fn show_scheme(scheme: &AuthScheme) -> Json {
    let mut shown = Map::from_iter([("name".to_owned(), scheme.name.as_str().into())]);
    let texts = [("signingName", &scheme.signing_name), ("signingRegion", &scheme.signing_region)];
    for (name, text) in texts {
        shown.extend(text.as_ref().map(|text| (name.to_owned(), text.clone().into())));
    }
    if !scheme.signing_region_set.is_empty() {
        shown.insert("signingRegionSet".to_owned(), scheme.signing_region_set.clone().into());
    }
    if scheme.disable_double_encoding {
        shown.insert("disableDoubleEncoding".to_owned(), true.into());
    }
    shown.extend(scheme.other.iter().map(|(name, value)| (name.clone(), show_property(value))));
    shown.into()
}

fn show_property(property: &Property) -> Json {
    match property {
        Property::Boolean(value) => (*value).into(),
        Property::Integer(value) => (*value).into(),
        Property::String(text) => text.clone().into(),
        Property::List(items) => items.iter().map(show_property).collect(),
        Property::Object(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), show_property(value))).collect()
        }
        _ => Json::Null,
    }
}

fn within(group: &str, case: Case) -> Case {
    Case { name: format!("{group} {}", case.name), ..case }
}

/// What lies in a folder, in alphabetical order.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<Json> {
    let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("parse {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(params: &Json, expect: Json) -> Result<(), String> {
        let rules = json!({
            "parameters": {"Region": {"type": "string"}, "Names": {"type": "stringArray"}},
            "rules": [{
                "type": "endpoint",
                "conditions": [{"fn": "isSet", "argv": [{"ref": "Region"}]}],
                "endpoint": {
                    "url": "https://{Region}",
                    "headers": {"x-a": ["1", "2"]},
                    "properties": {"authSchemes": [{"name": "sigv4a", "signingRegionSet": ["*"]}], "backend": "B", "n": [1]},
                },
            }, {"type": "error", "conditions": [], "error": "no region"}],
        });
        let params = params.as_object().cloned().unwrap_or_default();
        let case = Expected { documentation: None, params, expect, operation_inputs: Vec::new() };
        run_case(&RuleSet::from_json_value(&rules).unwrap(), &case)
    }

    #[test]
    fn a_case_passes_if_everything_about_the_endpoint_is_as_expected() {
        let expected = json!({"endpoint": {
            "url": "https://r",
            "headers": {"x-a": ["1", "2"]},
            "properties": {"authSchemes": [{"name": "sigv4a", "signingRegionSet": ["*"]}], "backend": "B", "n": [1]},
        }});
        let params = json!({"Region": "r", "Names": ["a"]});
        assert_eq!(outcome(&params, expected.clone()), Ok(()));
        for (pointer, other) in [
            ("/endpoint/url", json!("https://s")),
            ("/endpoint/headers/x-a", json!(["1"])),
            ("/endpoint/properties/authSchemes/0/name", json!("sigv4")),
            ("/endpoint/properties/backend", json!("C")),
        ] {
            let mut expected = expected.clone();
            *expected.pointer_mut(pointer).unwrap() = other;
            assert!(outcome(&params, expected).unwrap_err().contains(", not "), "{pointer}");
        }
    }

    #[test]
    fn a_case_of_an_error_passes_with_its_message_alone() {
        assert_eq!(outcome(&json!({}), json!({"error": "no region"})), Ok(()));
        assert!(outcome(&json!({}), json!({"error": "other"})).is_err());
        assert!(outcome(&json!({"Region": "r"}), json!({"error": "no region"})).is_err());
        assert!(outcome(&json!({"Zone": "r"}), json!({"error": "no region"})).is_err());
    }
}
