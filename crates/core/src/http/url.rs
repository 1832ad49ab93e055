//! The parts of a URL that requests are built from, kept escaped as they will be sent.

use std::fmt;

use crate::err_code;
use crate::error::Error;

/// An `http` or `https` URL in its parts. Path and query are kept as they will be sent, never normalised.
///
/// ```
/// use cumulo_core::http::Url;
///
/// let url = Url::parse("https://example.com:8443/base?x=1")?;
/// assert_eq!((url.host(), url.port(), &*url.path, &*url.query), ("example.com", Some(8443), "/base", "x=1"));
/// assert_eq!(url.to_string(), "https://example.com:8443/base?x=1");
/// # Ok::<(), cumulo_core::Error>(())
/// ```
#[derive(PartialEq, Eq)]
pub struct Url {
    /// Whether the scheme is `https`.
    pub is_https: bool,
    /// Host and port; the port only where it is not the scheme's own.
    pub authority: String,
    /// The path, from its first slash on.
    pub path: String,
    /// The query, without the question mark; empty if there is none.
    pub query: String,
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    /// `InvalidEndpointURL` if the scheme is neither `http` nor `https`, the host is missing, or a character stands there that
    /// no URL holds.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match Parts::plain(text) {
            Some(parts) => Ok(parts.to_url()),
            None => Self::parse_any(text),
        }
    }

    fn parse_any(text: &str) -> Result<Self, Error> {
        // A URL with an at sign is not repeated, because of the password that may stand before it.
        let shown = if text.contains('@') { "…@…" } else { text };
        let invalid =
            |why: &str| Error::new(err_code::INVALID_ENDPOINT_URL, format!("{why} the URL `{shown}`"));
        let no_scheme = || invalid("expected `http://` or `https://` at the beginning of");
        let (scheme, rest) = text.split_once("://").ok_or_else(no_scheme)?;
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(no_scheme()),
        };
        if rest.bytes().any(|byte| byte <= b' ' || byte >= 0x7f) {
            return Err(invalid("found a character that must be escaped in"));
        }
        let rest = rest.split('#').next().unwrap_or(rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
        if authority.contains('@') {
            let message = "the URL holds a user name, which an endpoint cannot have";
            return Err(Error::new(err_code::INVALID_ENDPOINT_URL, message));
        }
        let parsed: ::http::uri::Authority =
            authority.parse().map_err(|_| invalid("expected a host name in"))?;
        if parsed.host().is_empty() {
            return Err(invalid("expected a host name in"));
        }
        let default = if is_https { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default).unwrap_or(authority).to_owned();
        Ok(Self { is_https, authority, path: path.to_owned(), query: query.to_owned() })
    }

    /// The place of a URL that could not be found; nothing is ever sent there.
    pub(crate) const fn nowhere() -> Self {
        Self { is_https: true, authority: String::new(), path: String::new(), query: String::new() }
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        self.split_port().0
    }

    /// The port, if it is not the scheme's own.
    pub fn port(&self) -> Option<u16> {
        self.split_port().1
    }

    fn split_port(&self) -> (&str, Option<u16>) {
        let Some((host, port)) = self.authority.rsplit_once(':') else { return (&self.authority, None) };
        port.parse().map_or((&self.authority, None), |port| (host, Some(port)))
    }

    /// Becomes the URL of these parts, in the memory that is there already where it is enough. Without a path and a query, the
    /// path is a slash.
    #[inline(always)]
    pub(crate) fn set(&mut self, is_https: bool, authority: &str, rest: Option<&(String, String)>) {
        self.is_https = is_https;
        self.authority.clear();
        self.authority.push_str(authority);
        match rest {
            None if self.path == "/" && self.query.is_empty() => {}
            rest => {
                let (path, query) = rest.map_or(("/", ""), |(path, query)| (path, query));
                self.set_rest(path, query);
            }
        }
    }

    fn set_rest(&mut self, path: &str, query: &str) {
        self.path.clear();
        self.path.push_str(path);
        self.query.clear();
        self.query.push_str(query);
    }

    /// The same text as that of `Display`, put together at once.
    pub(crate) fn to_text(&self) -> String {
        self.parts().concat()
    }

    fn parts(&self) -> [&str; 5] {
        let scheme = if self.is_https { "https://" } else { "http://" };
        [scheme, &self.authority, &self.path, if self.query.is_empty() { "" } else { "?" }, &self.query]
    }

    /// Appends one parameter, whose parts are escaped already.
    pub fn push_query(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(name);
        self.query.push('=');
        self.query.push_str(value);
    }

    /// Appends parameters, escaped and joined already.
    pub(crate) fn append_query(&mut self, more: &str) {
        if !self.query.is_empty() && !more.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(more);
    }
}

/// The parts of a URL without a query that stands somewhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) is_https: bool,
    pub(crate) authority: &'a str,
    pub(crate) path: &'a str,
}

/// What a byte can be part of in a URL that is read in one walk.
const IN_NAME: u8 = 1;
const IN_PATH: u8 = 2;
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => IN_NAME | IN_PATH,
            b'/' | b'%' | b'_' | b'~' => IN_PATH,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl<'a> Parts<'a> {
    /// The parts of a name in the DNS and a path, as endpoint rules give them for every bucket. What has more to it, or is no URL,
    /// is left to [`Url::parse`].
    pub(crate) fn plain(text: &'a str) -> Option<Self> {
        let (is_https, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        let (authority, path) = rest.split_at(name_len(rest.as_bytes()));
        let is_in_path = |byte: u8| CLASSES[usize::from(byte)] & IN_PATH != 0;
        let is_plain = !authority.is_empty()
            && (path.is_empty() || path.starts_with('/'))
            && path.bytes().all(is_in_path);
        let path = if path.is_empty() { "/" } else { path };
        is_plain.then_some(Self { is_https, authority, path })
    }

    fn to_url(self) -> Url {
        let Self { is_https, authority, path } = self;
        Url { is_https, authority: authority.to_owned(), path: path.to_owned(), query: String::new() }
    }
}

/// How many bytes from the first on can be part of a name in the DNS. Several at a time, as this is most of what reading an
/// endpoint costs.
fn name_len(bytes: &[u8]) -> usize {
    let is_name =
        |bytes: &[u8]| bytes.iter().fold(IN_NAME, |all, byte| all & CLASSES[usize::from(*byte)]) != 0;
    let (chunks, _) = bytes.as_chunks::<8>();
    let len = 8 * chunks.iter().take_while(|chunk| is_name(*chunk)).count();
    len + bytes.iter().skip(len).take_while(|byte| is_name(&[**byte])).count()
}

/// The longest label of a host name, and its dot.
const HOST_ROOM: usize = 64;

impl Clone for Url {
    /// With room for the name of a bucket in the host, which requests often get.
    fn clone(&self) -> Self {
        let Self { is_https, authority: host, path, query } = self;
        let mut authority = String::with_capacity(host.len() + HOST_ROOM);
        authority.push_str(host);
        Self { is_https: *is_https, authority, path: path.clone(), query: query.clone() }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().into_iter().try_for_each(|part| f.write_str(part))
    }
}

impl fmt::Debug for Url {
    /// Without the query, which may hold a signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        let query = if self.query.is_empty() { "" } else { "?<query>" };
        write!(f, "{scheme}://{}{}{query}", self.authority, self.path)
    }
}

/// The text of a URL as it may be shown: with `…` for the user name and the password that may stand in it, which is all up to
/// the last at sign, because a password that was not escaped may hold any character.
///
/// ```
/// assert_eq!(cumulo_core::http::without_user("http://me:secret@host:8080/x"), "http://…@host:8080/x");
/// ```
pub fn without_user(url: &str) -> String {
    let Some((user, host)) = url.rsplit_once('@') else { return url.to_owned() };
    let scheme = user.split_once("://").map_or("", |(scheme, _)| &user[..scheme.len() + "://".len()]);
    format!("{scheme}…@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_port_is_dropped_and_another_kept() {
        assert_eq!(Url::parse("http://localhost:80").unwrap().to_string(), "http://localhost/");
        assert_eq!(Url::parse("http://[::1]:4566").unwrap().port(), Some(4566));
        assert_eq!(Url::parse("http://[::1]").unwrap().host(), "[::1]");
    }

    #[test]
    fn the_short_way_reads_the_same() {
        for text in [
            "https://h",
            "http://h/",
            "https://a.b-c.D1/x%20y/../_~z//",
            "https://1.2.3.4/%2F",
            "http://h..x/a",
        ] {
            let plain = Parts::plain(text).unwrap();
            // A fragment is dropped.
            assert_eq!(plain.to_url(), Url::parse_any(&format!("{text}#x")).unwrap(), "{text}");
            let mut copy = Url::parse("http://other:1/x?y=z").unwrap();
            copy.set(plain.is_https, plain.authority, Some(&(plain.path.to_owned(), String::new())));
            assert_eq!(copy, plain.to_url());
            copy.set(true, "h", None);
            assert_eq!(copy, Url::parse("https://h").unwrap(), "{text}");
        }
        for text in [
            "https://h:1",
            "https://h?x",
            "https://u@h",
            "https://",
            "https:///x",
            "HTTPS://h",
            "https://h/ü",
        ] {
            assert_eq!(Parts::plain(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_url_is_named() {
        for text in ["localhost:4566", "ftp://host", "http://", "http:///x", "http://a b"] {
            let error = Url::parse(text).unwrap_err();
            assert_eq!(error.code(), err_code::INVALID_ENDPOINT_URL);
            assert!(error.message().contains(text), "{error}");
        }
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        let error = Url::parse("http://user:hush@host").unwrap_err();
        assert_eq!(error.code(), err_code::INVALID_ENDPOINT_URL);
        assert!(error.message().contains("user name") && !error.message().contains("hush"), "{error}");
    }

    #[test]
    fn debug_hides_the_query() {
        let url = Url::parse("https://h/p?X-Amz-Signature=secret").unwrap();
        assert_eq!(format!("{url:?}"), "https://h/p?<query>");
    }
}
