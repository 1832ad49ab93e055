//! What a session's connections are made with: authorities to trust, a certificate of its own, proxies.

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use cumulo_core::hyper_client::{HyperClient, Proxies};
use cumulo_core::{Error, SecretBlob};
use cumulo_shared_config::{Env, FileSystem, Profile, env};

use super::explain::place;
use crate::err_code;

/// What the code says of connections.
#[derive(Debug, Clone, Default)]
pub(crate) struct TransportOptions {
    pub(crate) ca_bundle: Option<Arc<[u8]>>,
    pub(crate) client_certificate: Option<(Arc<[u8]>, SecretBlob)>,
    pub(crate) proxies: Option<Proxies>,
}

/// A bundle of authorities, and where it is from.
struct Bundle {
    pem: Arc<[u8]>,
    place: String,
}

/// A client's certificate with its key, and where they are from.
struct Identity {
    certificates: Arc<[u8]>,
    key: SecretBlob,
    place: String,
}

impl TransportOptions {
    /// The first thing that the code says of connections, if it says anything.
    pub(crate) fn first_set(&self) -> Option<(&'static str, &'static str)> {
        let bundle = ("custom_ca_bundle", err_code::LOAD_CUSTOM_CA_BUNDLE_ERROR);
        let certificate = ("client_certificate", err_code::LOAD_CLIENT_TLS_CERT_ERROR);
        let proxies = ("proxies", err_code::CONFIG_ERROR);
        [
            (self.ca_bundle.is_some(), bundle),
            (self.client_certificate.is_some(), certificate),
            (self.proxies.is_some(), proxies),
        ]
        .into_iter()
        .find_map(|(is_set, option)| is_set.then_some(option))
    }

    /// The HTTP client of a session whose code has none.
    ///
    /// # Errors
    /// `LoadCustomCABundleError`, `LoadClientTLSCertError` or `EnvConfigErr`, naming the setting and the file.
    pub(crate) fn http_client(
        &self,
        env: &Env,
        files: &dyn FileSystem,
        profile: Option<Profile<'_>>,
    ) -> Result<HyperClient, Error> {
        let mut client = HyperClient::builder();
        if let Some(Bundle { pem, place }) = self.ca_bundle(env, files, profile)? {
            client = client.only_root_certificates(&pem).map_err(|error| bad_bundle(&place, &error))?;
        }
        if let Some(Identity { certificates, key, place }) = self.client_certificate(env, files)? {
            client = client
                .client_certificate(&certificates, &key)
                .map_err(|error| bad_certificate(&place, &error))?;
        }
        let proxies = match &self.proxies {
            Some(proxies) => proxies.clone(),
            None => proxies_of(env)?,
        };
        Ok(client.proxies(proxies).build())
    }

    fn ca_bundle(
        &self,
        env: &Env,
        files: &dyn FileSystem,
        profile: Option<Profile<'_>>,
    ) -> Result<Option<Bundle>, Error> {
        if let Some(pem) = &self.ca_bundle {
            let place = "custom_ca_bundle of the session".to_owned();
            return Ok(Some(Bundle { pem: Arc::clone(pem), place }));
        }
        let (path, setting) = if let Some(path) = env.path(env::AWS_CA_BUNDLE) {
            (path, env::AWS_CA_BUNDLE.to_owned())
        } else {
            let key = "ca_bundle";
            let Some((profile, path)) = profile.and_then(|profile| Some((profile, profile.ca_bundle()?)))
            else {
                return Ok(None);
            };
            (PathBuf::from(path), place(profile, key))
        };
        let path = env.expand_home(path);
        let place = format!("{} ({setting})", path.display());
        let pem = files.read(&path).map_err(|error| bad_bundle(&place, &error))?;
        Ok(Some(Bundle { pem: pem.into(), place }))
    }

    fn client_certificate(&self, env: &Env, files: &dyn FileSystem) -> Result<Option<Identity>, Error> {
        if let Some((certificates, key)) = &self.client_certificate {
            let place = "client_certificate of the session".to_owned();
            let (certificates, key) = (Arc::clone(certificates), key.clone());
            return Ok(Some(Identity { certificates, key, place }));
        }
        let names = (env::AWS_SDK_GO_CLIENT_TLS_CERT, env::AWS_SDK_GO_CLIENT_TLS_KEY);
        let half = |set: &str, unset: &str| {
            let message = format!(
                "{set} is set, but {unset} is not: a certificate needs its key, and a key its certificate"
            );
            Err(Error::new(err_code::LOAD_CLIENT_TLS_CERT_ERROR, message))
        };
        let (certificate, key) = match (env.path(names.0), env.path(names.1)) {
            (None, None) => return Ok(None),
            (Some(_), None) => return half(names.0, names.1),
            (None, Some(_)) => return half(names.1, names.0),
            (Some(certificate), Some(key)) => (env.expand_home(certificate), env.expand_home(key)),
        };
        let read = |path: &PathBuf, name| {
            let place = format!("{} ({name})", path.display());
            files.read(path).map_err(|error| bad_certificate(&place, &error))
        };
        let (pem, secret) = (read(&certificate, names.0)?, read(&key, names.1)?);
        let place = format!("{} and {} ({} and {})", certificate.display(), key.display(), names.0, names.1);
        Ok(Some(Identity { certificates: pem.into(), key: secret.into(), place }))
    }
}

/// The variables that name proxies, in the order in which they are asked.
pub(crate) const HTTP_PROXY: &[&str] = &[env::HTTP_PROXY, env::HTTP_PROXY_LOWER];
pub(crate) const HTTPS_PROXY: &[&str] = &[env::HTTPS_PROXY, env::HTTPS_PROXY_LOWER];
pub(crate) const NO_PROXY: &[&str] = &[env::NO_PROXY, env::NO_PROXY_LOWER];

/// The proxies that the environment names.
fn proxies_of(env: &Env) -> Result<Proxies, Error> {
    let invalid = |name, error: Error| {
        let message = format!("environment variable {name}: {}", error.message());
        Error::new(err_code::ENV_CONFIG_ERR, message).with_source(error)
    };
    let mut proxies = Proxies::new();
    if let Some((name, url)) = first_of(env, HTTP_PROXY) {
        proxies = proxies.http(&url).map_err(|error| invalid(name, error))?;
    }
    if let Some((name, url)) = first_of(env, HTTPS_PROXY) {
        proxies = proxies.https(&url).map_err(|error| invalid(name, error))?;
    }
    if let Some((_, hosts)) = first_of(env, NO_PROXY) {
        proxies = proxies.no_proxy(hosts);
    }
    Ok(proxies)
}

/// The first of these variables that is set and may be read.
pub(crate) fn first_of(env: &Env, names: &[&'static str]) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| {
        // Where a web server runs the program, this one is whatever the header `Proxy` of a request says.
        let is_header = *name == env::HTTP_PROXY && env.var(env::REQUEST_METHOD).is_some();
        let value = env.var(name).filter(|_| !is_header)?;
        Some((*name, value))
    })
}

fn bad_bundle(place: &str, error: &dyn Display) -> Error {
    failed(err_code::LOAD_CUSTOM_CA_BUNDLE_ERROR, "custom CA bundle", place, error)
}

fn bad_certificate(place: &str, error: &dyn Display) -> Error {
    failed(err_code::LOAD_CLIENT_TLS_CERT_ERROR, "client TLS certificate", place, error)
}

#[cold]
fn failed(code: &'static str, what: &str, place: &str, error: &dyn Display) -> Error {
    let why = format!("{error}");
    let why = why.strip_prefix("ConfigError: ").unwrap_or(&why);
    Error::new(code, format!("failed to load {what}, {place}: {why}"))
}
