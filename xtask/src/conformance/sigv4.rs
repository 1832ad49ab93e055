//! The cases of Signature Version 4: a raw request each, and the `Authorization` header that it must get.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cumulo_core::http::{HeaderMap, HeaderName, HeaderValue};
use cumulo_core::signer::v4::{self, Options, Payload, Scope, SigningCredentials, SigningRequest};

use super::report::{Case, Suite};

/// 2015-08-30T12:36:00Z, when every request of the suite was made.
const TIME: i64 = 1_440_938_160;

pub(super) fn run(folder: &Path) -> Result<Suite> {
    let runner = folder.join("test_sigv4.py");
    let runner = fs::read_to_string(&runner).with_context(|| format!("read {}", runner.display()))?;
    let excluded = exclusions(&runner);
    let root = folder.join("aws4_testsuite");
    let mut cases = Vec::new();
    for path in requests(&root)? {
        let parent = path.parent().unwrap_or(&root);
        let name = parent.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let is_excluded = excluded.contains(&name.as_str());
        cases.push(Case { name, is_excluded, outcome: run_case(&path).map_err(Into::into) });
    }
    Ok(Suite { name: "auth/sigv4".to_owned(), cases })
}

/// The names in the list `TESTS_TO_IGNORE` of the release's own runner.
fn exclusions(runner: &str) -> Vec<&str> {
    let list = runner.split_once("TESTS_TO_IGNORE = [").and_then(|(_, rest)| rest.split_once(']'));
    let lines = list.map(|(list, _)| list.lines()).into_iter().flatten();
    lines.filter_map(|line| line.trim().strip_prefix('\'')?.strip_suffix("',")).collect()
}

/// Every file that holds a request, in alphabetical order.
fn requests(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "req") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn run_case(path: &Path) -> Result<(), String> {
    let read = |extension: &str| {
        let text = fs::read_to_string(path.with_extension(extension)).map_err(|error| error.to_string())?;
        Ok::<String, String>(text.replace('\r', ""))
    };
    let (request, canonical, expected) = (read("req")?, read("creq")?, read("authz")?);
    let request = parse(&request)?;
    // A token is signed where the canonical request has it; in one case it is added to the request afterwards.
    let token = canonical.lines().find_map(|line| line.strip_prefix("x-amz-security-token:"));
    let credentials = SigningCredentials {
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        session_token: token,
    };
    // The paths of the suite are not escaped yet, so they are escaped once here.
    let mut options = Options::new();
    options.normalize_path = true;
    options.double_escape_path = true;
    let unsigned = SigningRequest {
        method: &request.method,
        host: &request.host,
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        payload: Payload::Bytes(request.body.as_bytes()),
    };
    let scope = Scope { region: "us-east-1", service: "service" };
    let signed = v4::sign(&unsigned, &credentials, &scope, TIME, options, None);
    let signed = signed.map_err(|error| error.to_string())?;
    let found = signed.authorization.to_str().unwrap_or_default();
    if found == expected.trim() { Ok(()) } else { Err(format!("{found}, not {expected}")) }
}

struct Raw {
    method: String,
    host: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: String,
}

/// Reads a request; a header may go on in lines that start with white space.
fn parse(text: &str) -> Result<Raw, String> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default();
    let (method, rest) = line.split_once(' ').ok_or("there is no request line")?;
    let (target, _) = rest.rsplit_once(' ').ok_or("there is no version in the request line")?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<(String, String)> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        match pairs.last_mut() {
            Some((_, value)) if line.starts_with([' ', '\t']) => *value += &format!(" {}", line.trim()),
            _ => {
                let (name, value) = line.split_once(':').ok_or("there is a header without a colon")?;
                pairs.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    let mut raw = Raw {
        method: method.to_owned(),
        host: String::new(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: HeaderMap::new(),
        body: body.to_owned(),
    };
    for (name, value) in pairs {
        if name.eq_ignore_ascii_case("host") {
            raw.host = value.trim().to_owned();
            continue;
        }
        let name: HeaderName = name.parse().map_err(|_| format!("{name} is no header's name"))?;
        raw.headers.append(name, HeaderValue::from_str(&value).map_err(|error| error.to_string())?);
    }
    Ok(raw)
}
