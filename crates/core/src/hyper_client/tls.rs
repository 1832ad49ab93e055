//! TLS: the provider by feature, always named, and the roots, read when they are first needed.

#[cfg(feature = "aws-lc-rs")]
pub(super) use rustls::crypto::aws_lc_rs::default_provider as provider;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(super) use rustls::crypto::ring::default_provider as provider;

use std::fmt;
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_native_certs::{CertificateResult, load_native_certs};
use tokio::sync::OnceCell;

use crate::err_code;
use crate::error::Error;

/// Which certificates are trusted.
#[derive(Clone)]
pub(super) struct Roots {
    is_system_trusted: bool,
    certificates: Vec<CertificateDer<'static>>,
}

impl Default for Roots {
    fn default() -> Self {
        Self { is_system_trusted: true, certificates: Vec::new() }
    }
}

impl Roots {
    /// Those of a PEM bundle.
    pub(super) fn only(pem: &[u8]) -> Result<Self, Error> {
        let mut roots = Self { is_system_trusted: false, certificates: Vec::new() };
        roots.add(pem)?;
        Ok(roots)
    }

    /// Those of a PEM bundle as well.
    pub(super) fn add(&mut self, pem: &[u8]) -> Result<(), Error> {
        let invalid = |why: String| {
            Error::new(err_code::CONFIG_ERROR, format!("the bundle of root certificates {why}"))
        };
        let certificates = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| invalid(format!("is not PEM: {error}")))?;
        if certificates.is_empty() {
            return Err(invalid("holds no certificate".to_owned()));
        }
        let mut check = RootCertStore::empty();
        for (index, certificate) in certificates.iter().enumerate() {
            check.add(certificate.clone()).map_err(|error| {
                invalid(format!("cannot be used: its certificate {} is wrong: {error}", index + 1))
            })?;
        }
        self.certificates.extend(certificates);
        Ok(())
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let system = if self.is_system_trusted { "the system's and " } else { "" };
        write!(f, "{system}{} of a bundle", self.certificates.len())
    }
}

/// A client's own certificate with its private key.
#[derive(Clone)]
pub(super) struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// From PEM texts: the certificate, followed by those between it and its authority, and the key.
    pub(super) fn of(certificates: &[u8], key: &[u8]) -> Result<Self, Error> {
        let invalid = |why: String| {
            Error::new(err_code::CONFIG_ERROR, format!("the client's certificate cannot be used: {why}"))
        };
        let chain = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| invalid(format!("it is not PEM: {error}")))?;
        if chain.is_empty() {
            return Err(invalid("its PEM holds no certificate".to_owned()));
        }
        // What the PEM reader says of a key quotes none of it.
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| invalid(format!("its key is not a private key in PEM: {error}")))?;
        let certified =
            CertifiedKey::from_der(chain, key, &provider()).map_err(|error| invalid(error.to_string()))?;
        Ok(Self(Arc::new(certified)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// The TLS configuration, made at the first TLS connection.
pub(super) struct Tls {
    roots: Roots,
    identity: Option<Identity>,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    pub(super) fn new(roots: Roots, identity: Option<Identity>) -> Self {
        Self { roots, identity, config: OnceCell::new() }
    }

    /// The configuration. A failure is not kept: the next connection tries again.
    pub(super) async fn config(&self) -> Result<Arc<ClientConfig>, Error> {
        let make = || async {
            let (roots, identity) = (self.roots.clone(), self.identity.clone());
            // The system's roots are files, or a slow keychain.
            let made = tokio::task::spawn_blocking(|| make_config(roots, identity)).await;
            made.unwrap_or_else(|error| Err(unusable("setting up TLS was given up").with_source(error)))
                .map(Arc::new)
        };
        self.config.get_or_try_init(make).await.map(Arc::clone)
    }
}

fn make_config(roots: Roots, identity: Option<Identity>) -> Result<ClientConfig, Error> {
    // Named, because the process-wide default panics when a program's crates turn on two providers.
    let builder = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("the TLS library supports no usable version").with_source(error))?;
    let trusting = trust(builder, roots)?;
    let mut config = match identity {
        None => trusting.with_no_client_auth(),
        Some(Identity(key)) => trusting.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key))),
    };
    if cfg!(feature = "http2") {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    Ok(config)
}

type Untrusting = ConfigBuilder<ClientConfig, WantsVerifier>;
type Trusting = ConfigBuilder<ClientConfig, WantsClientCert>;

fn trust(builder: Untrusting, roots: Roots) -> Result<Trusting, Error> {
    #[cfg(feature = "platform-verifier")]
    if roots.is_system_trusted {
        return trust_platform(builder, roots);
    }
    let mut store = if roots.is_system_trusted {
        system_roots(load_native_certs(), !roots.certificates.is_empty())?
    } else {
        RootCertStore::empty()
    };
    store.add_parsable_certificates(roots.certificates);
    Ok(builder.with_root_certificates(store))
}

#[cfg(feature = "platform-verifier")]
fn trust_platform(builder: Untrusting, roots: Roots) -> Result<Trusting, Error> {
    let provider = Arc::clone(builder.crypto_provider());
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(roots.certificates, provider)
        .map_err(|error| unusable("the system's certificate verifier cannot be used").with_source(error))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}

/// The operating system's roots or, where it has none, those that the program carries.
fn system_roots(found: CertificateResult, may_be_none: bool) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(found.certs);
    #[cfg(feature = "webpki-roots")]
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if !store.is_empty() || may_be_none {
        return Ok(store);
    }
    let error = unusable(
        "no root certificate was found on this system: install its CA certificates, or name a bundle in AWS_CA_BUNDLE",
    );
    Err(match found.errors.into_iter().next() {
        Some(cause) => error.with_source(cause),
        None => error,
    })
}

fn unusable(message: &'static str) -> Error {
    Error::new(err_code::REQUEST_ERROR, message).with_retryable(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(feature = "webpki-roots"))]
    fn a_system_without_roots_is_an_error_that_says_what_to_do() {
        let error = system_roots(CertificateResult::default(), false).unwrap_err();
        assert_eq!(error.code(), err_code::REQUEST_ERROR);
        assert!(error.message().contains("AWS_CA_BUNDLE"), "{error}");
        assert!(!error.is_retryable());
    }

    #[test]
    fn a_system_without_roots_is_no_error_where_others_are_named() {
        assert!(system_roots(CertificateResult::default(), true).is_ok());
    }

    #[tokio::test]
    async fn the_configuration_is_made_at_the_first_use_and_once() {
        let tls = Tls::new(Roots { is_system_trusted: false, certificates: Vec::new() }, None);
        assert!(tls.config.get().is_none());
        let first = tls.config().await.unwrap();
        assert!(Arc::ptr_eq(&first, &tls.config().await.unwrap()));
    }

    #[test]
    fn post_quantum_key_exchange_is_offered_first_where_there_is_one() {
        let first = provider().kx_groups[0].name();
        let expected = if cfg!(feature = "aws-lc-rs") {
            rustls::NamedGroup::X25519MLKEM768
        } else {
            rustls::NamedGroup::X25519
        };
        assert_eq!(first, expected);
    }
}
