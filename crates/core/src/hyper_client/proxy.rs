//! Proxies: which requests go through one, and how it is told apart from the server.

use std::fmt;
use std::net::IpAddr;

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri, header};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::err_code;
use crate::error::Error;
use crate::http::insert_header;
use crate::value::SecretString;

/// The proxies of a [`HyperClient`](crate::hyper_client::HyperClient); without any set, requests go straight to their servers.
///
/// A request to an `http` URL is handed to its proxy whole; for an `https` URL the proxy is asked for a tunnel (`CONNECT`),
/// and the TLS session is with the server as ever. A user name and a password in a proxy's URL go to the proxy alone, as basic
/// authorization, and are never shown.
///
/// Requests to `localhost` and to loopback addresses use no proxy, as in Go. Nor do the metadata service of EC2 and the
/// agents of containers: see [`HttpClient::without_proxy`](crate::http::HttpClient::without_proxy).
///
/// ```
/// use cumulo_core::hyper_client::{HyperClient, Proxies};
///
/// let proxies = Proxies::new().https("http://user:password@proxy.example.com:3128")?.no_proxy(".internal,10.0.0.0/8");
/// assert_eq!(format!("{proxies:?}"), "Proxies { http: none, https: proxy.example.com:3128, no_proxy: \".internal,10.0.0.0/8\" }");
/// let client = HyperClient::builder().proxies(proxies).build();
/// # let _ = client;
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    no_proxy: String,
}

#[derive(Clone)]
struct Proxy {
    url: SecretString,
    authority: String,
}

impl Proxies {
    /// No proxy at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The proxy of requests to `http` URLs: `http://host:port` or `https://host:port`, without a scheme `http`.
    ///
    /// # Errors
    /// `ConfigError` if `url` is no such URL. What it holds is not repeated.
    pub fn http(mut self, url: &str) -> Result<Self, Error> {
        self.http = Some(Proxy::parse(url)?);
        Ok(self)
    }

    /// The proxy of requests to `https` URLs. The scheme in `url` is how the proxy itself is reached.
    ///
    /// # Errors
    /// As of [`http`](Self::http).
    pub fn https(mut self, url: &str) -> Result<Self, Error> {
        self.https = Some(Proxy::parse(url)?);
        Ok(self)
    }

    /// The hosts that are reached without a proxy, with commas between: names, which stand for the names below them too, IP
    /// addresses, networks such as `10.0.0.0/8`, and `*` for all. A name or an address may have a port: then it counts for
    /// this port alone.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.no_proxy = hosts.into();
        self
    }

    /// Whether there is no proxy.
    pub fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |proxy: &Option<Proxy>| proxy.as_ref().map_or("none", |proxy| &proxy.authority).to_owned();
        f.debug_struct("Proxies")
            .field("http", &format_args!("{}", host(&self.http)))
            .field("https", &format_args!("{}", host(&self.https)))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

impl Proxy {
    fn parse(url: &str) -> Result<Self, Error> {
        let invalid = |why| Error::new(err_code::CONFIG_ERROR, format!("the proxy's URL {why}"));
        let uri: Uri =
            url.trim().parse().map_err(|_| invalid("cannot be read: expected http://host:port"))?;
        if uri.scheme().is_some_and(|scheme| *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS) {
            return Err(invalid("has another scheme than http and https, which are supported"));
        }
        let authority = uri.authority().filter(|authority| !authority.host().is_empty());
        let authority = authority.ok_or_else(|| invalid("has no host: expected http://host:port"))?;
        let shown = match authority.as_str().rsplit_once('@') {
            Some((_, host)) => host,
            None => authority.as_str(),
        };
        Ok(Self { authority: shown.to_owned(), url: url.trim().into() })
    }
}

/// The proxies in the form in which connections ask for them.
pub(super) struct Rules {
    matcher: Matcher,
    /// What is reached without a proxy at one port alone.
    ports: Vec<(u16, Matcher)>,
}

impl Rules {
    /// `None` where there is no proxy.
    pub(super) fn of(proxies: &Proxies) -> Option<Self> {
        let mut entries = proxies.no_proxy.split(',').map(str::trim);
        if proxies.is_empty() || entries.any(|entry| entry == "*") {
            return None;
        }
        let url = |proxy: &Option<Proxy>| proxy.as_ref().map_or("", |proxy| &*proxy.url).to_owned();
        let (mut anywhere, mut ports) = (Vec::new(), Vec::new());
        for entry in proxies.no_proxy.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            match split_port(entry) {
                (host, Some(port)) => ports.push((port, Matcher::builder().all("http://p").no(host).build())),
                (host, None) => anywhere.push(host),
            }
        }
        let matcher = Matcher::builder()
            .http(url(&proxies.http))
            .https(url(&proxies.https))
            .no(anywhere.join(","))
            .build();
        Some(Self { matcher, ports })
    }

    /// The proxy between here and the server of `uri`.
    pub(super) fn on_the_way_to(&self, uri: &Uri) -> Option<Intercept> {
        if uri.authority().is_some_and(is_loopback) {
            return None;
        }
        let default_port = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default_port);
        let is_excepted = |(at, matcher): &(u16, Matcher)| *at == port && matcher.intercept(uri).is_none();
        if self.ports.iter().any(is_excepted) {
            return None;
        }
        self.matcher.intercept(uri)
    }

    /// Adds the user and the password of the proxy that `request` is handed to. Where it asks for a tunnel instead, the
    /// tunnel's request has them, and this one must not.
    pub(super) fn authorize<B>(&self, request: &mut http::Request<B>) {
        if request.uri().scheme() != Some(&Scheme::HTTP) {
            return;
        }
        let proxy = self.on_the_way_to(request.uri());
        if let Some(value) = proxy.as_ref().and_then(Intercept::basic_auth) {
            let value: HeaderValue = value.clone();
            insert_header(request.headers_mut(), header::PROXY_AUTHORIZATION, value);
        }
    }
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A host that needs no proxy, and the port if it is meant for one.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some((host, port)) = entry.rsplit_once(':') {
        // An IPv6 address has colons of its own, unless it stands in brackets.
        let is_whole = !host.contains(':') || host.ends_with(']');
        if let (true, Ok(port)) = (is_whole, port.parse()) {
            return (bare(host), Some(port));
        }
    }
    (bare(entry), None)
}

/// A host without brackets; `*.name` is the same as `.name`.
fn bare(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address,
        None if host.starts_with("*.") => &host[1..],
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_proxied(no_proxy: &str, url: &str) -> bool {
        let proxies = Proxies::new().http("http://p:1").unwrap().https("p:2").unwrap().no_proxy(no_proxy);
        Rules::of(&proxies).unwrap().on_the_way_to(&url.parse().unwrap()).is_some()
    }

    #[test]
    fn a_host_is_reached_without_a_proxy_by_name_address_network_or_port() {
        for (no_proxy, url, expected) in [
            ("", "http://example.com/", true),
            ("other.com, example.com ,", "https://example.com/", false),
            ("example.com", "https://s3.example.com/", false),
            (".example.com", "https://s3.example.com/", false),
            ("*.example.com", "https://s3.example.com/", false),
            ("EXAMPLE.com", "https://s3.Example.COM/", false),
            ("example.com", "https://notexample.com/", true),
            ("ple.com", "https://example.com/", true),
            ("10.0.0.0/8", "http://10.200.3.4/", false),
            ("10.0.0.0/8", "http://11.0.0.1/", true),
            ("192.0.2.7", "http://192.0.2.7:8080/", false),
            ("fd00::/8,2001:db8::1", "http://[fd12::1]/", false),
            ("fd00::/8,2001:db8::1", "http://[2001:db8::1]/", false),
            ("[2001:db8::1]", "http://[2001:db8::1]/", false),
            ("example.com:8080", "http://example.com:8080/", false),
            ("example.com:8080", "http://example.com/", true),
            ("example.com:443", "https://a.example.com/", false),
            ("example.com:80", "https://example.com/", true),
            ("[2001:db8::1]:80", "http://[2001:db8::1]/", false),
            ("[2001:db8::1]:81", "http://[2001:db8::1]/", true),
            ("192.0.2.7:90", "http://192.0.2.7:90/", false),
        ] {
            assert_eq!(is_proxied(no_proxy, url), expected, "{no_proxy:?} {url}");
        }
    }

    #[test]
    fn this_machine_is_never_behind_a_proxy() {
        for url in ["http://localhost:4566/", "https://127.0.0.1/", "http://127.9.8.7/", "http://[::1]:80/"] {
            assert!(!is_proxied("", url), "{url}");
        }
        assert!(is_proxied("", "http://localhost.example.com/"));
    }

    #[test]
    fn each_scheme_has_its_own_proxy() {
        let rules = Rules::of(&Proxies::new().https("http://p:1").unwrap()).unwrap();
        assert!(rules.on_the_way_to(&Uri::from_static("http://example.com/")).is_none());
        assert!(rules.on_the_way_to(&Uri::from_static("https://example.com/")).is_some());
        assert!(Rules::of(&Proxies::new().no_proxy("x")).is_none());
        assert!(Rules::of(&Proxies::new().https("http://p:1").unwrap().no_proxy("x, *")).is_none());
    }

    #[test]
    fn a_url_that_names_no_proxy_is_refused_and_not_repeated() {
        for (url, why) in [
            ("socks5://user:hush@p:1", "another scheme"),
            ("http://", "cannot be read"),
            ("http://us er:hush@p", "cannot be read"),
            ("/hush", "no host"),
            ("", "cannot be read"),
        ] {
            let error = Proxies::new().http(url).unwrap_err();
            assert_eq!(error.code(), err_code::CONFIG_ERROR);
            assert!(error.message().contains(why) && !error.message().contains("hush"), "{url}: {error}");
        }
        let shown = format!("{:?}", Proxies::new().http("user:hush@p:1").unwrap());
        assert_eq!(shown, "Proxies { http: p:1, https: none, no_proxy: \"\" }");
    }
}
