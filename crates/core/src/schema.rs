//! What a shape looks like: static tables that protocols, validation and `Debug` walk.
//!
//! Generated code declares one [`Schema`] per structure. Nothing here holds data of a call; the data is reached
//! through the lens in [`crate::shape`], by the index that a member has in its schema. A model that is loaded at run time
//! makes the same tables on the heap ([`crate::dynamic`]).

use std::fmt;
use std::sync::OnceLock;

/// A structure: its name and its members in the order of the service model.
#[derive(Debug)]
pub struct Schema {
    /// The shape's name in the service model.
    pub name: &'static str,
    members: Members,
    /// The index of the member that alone makes up the HTTP body, if the model names one.
    pub payload: Option<usize>,
    /// The index of the member that is a stream of events, if there is one.
    pub event_stream: Option<usize>,
    /// Whether at most one member may be set.
    pub is_union: bool,
}

impl Schema {
    /// A structure with these members and no payload member.
    pub const fn new(name: &'static str, members: &'static [Member]) -> Self {
        Self { name, members: Members::Known(members), payload: None, event_stream: None, is_union: false }
    }

    /// A structure whose members are put into `members` later, so that they can refer to the structure itself.
    #[cfg(any(feature = "dynamic", test))]
    pub(crate) const fn late(name: &'static str, members: &'static OnceLock<&'static [Member]>) -> Self {
        Self { name, members: Members::Late(members), payload: None, event_stream: None, is_union: false }
    }

    /// The members; the position of a member is the index that [`Shape`](crate::Shape) takes.
    pub fn members(&self) -> &'static [Member] {
        match self.members {
            Members::Known(members) => members,
            Members::Late(members) => members.get().copied().unwrap_or_default(),
        }
    }

    /// The same, with the member at `index` as its HTTP payload.
    #[must_use]
    pub const fn payload(mut self, index: usize) -> Self {
        self.payload = Some(index);
        self
    }

    /// The same with the member at `index` as a stream of events.
    #[must_use]
    pub const fn event_stream(mut self, index: usize) -> Self {
        self.event_stream = Some(index);
        self
    }

    /// The same, as a union.
    #[must_use]
    pub const fn union(mut self) -> Self {
        self.is_union = true;
        self
    }

    /// The payload member with its index.
    pub fn payload_member(&self) -> Option<(usize, &'static Member)> {
        self.payload.map(|index| (index, &self.members()[index]))
    }

    /// The index of the member called `name` in the service model.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.members().iter().position(|member| member.name == name)
    }
}

/// Where the members of a structure stand.
#[derive(Clone, Copy)]
enum Members {
    /// In a static table.
    Known(&'static [Member]),
    /// On the heap, in a table that was made after the structure.
    #[cfg_attr(
        not(any(feature = "dynamic", test)),
        expect(dead_code, reason = "models of run time alone have them")
    )]
    Late(&'static OnceLock<&'static [Member]>),
}

impl fmt::Debug for Members {
    /// The names alone: a member may lead back to its structure.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = match self {
            Self::Known(members) => members,
            Self::Late(members) => members.get().copied().unwrap_or_default(),
        };
        f.debug_list().entries(members.iter().map(|member| member.name)).finish()
    }
}

/// A list: what its elements look like.
#[derive(Debug)]
pub struct ListSchema {
    /// The element; its name is the element's wire name where one is given.
    pub element: Member,
}

/// A map from text to values.
#[derive(Debug)]
pub struct MapSchema {
    /// The key; its name is the key's wire name where one is given.
    pub key: Member,
    /// The value; its name is the value's wire name where one is given.
    pub value: Member,
}

/// The type of a member, an element or a map value.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// `true` or `false`.
    Boolean,
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    Long,
    /// A 32-bit floating-point number.
    Float,
    /// A 64-bit floating-point number.
    Double,
    /// Text, or one of an open set of names.
    String,
    /// Bytes; with [`Traits::STREAMING`] a [`Body`](crate::Body).
    Blob,
    /// A point in time.
    Timestamp,
    /// Any JSON value.
    Document,
    /// A nested structure.
    Structure(&'static Schema),
    /// A list.
    List(&'static ListSchema),
    /// A map.
    Map(&'static MapSchema),
    /// An [`EventStream`](crate::EventStream) of structures with a member for each kind of event.
    EventStream(&'static Schema),
}

/// Where in an HTTP message a member travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the body.
    Body,
    /// In the path or host, in the place of a `{Name}` label.
    Uri,
    /// In the query string.
    Query,
    /// In one header.
    Header,
    /// In all headers that start with the wire name.
    Headers,
    /// In the status code of the response.
    StatusCode,
    /// Beside the document of the body, which is a stream of events.
    EventStream,
    /// In a header of an event.
    EventHeader,
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2015-08-30T12:36:00Z`
    Iso8601,
    /// `Sun, 30 Aug 2015 12:36:00 GMT`
    Rfc822,
    /// Seconds since 1970, with a fraction if there is one.
    UnixTimestamp,
}

/// An XML namespace: `xmlns="uri"`, or `xmlns:prefix="uri"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XmlNamespace {
    /// The namespace's name.
    pub uri: &'static str,
    /// The prefix it is bound to, or none for the default namespace.
    pub prefix: Option<&'static str>,
}

impl XmlNamespace {
    /// The default namespace `uri`.
    pub const fn new(uri: &'static str) -> Self {
        Self { uri, prefix: None }
    }

    /// The namespace `uri` bound to `prefix`.
    pub const fn prefixed(uri: &'static str, prefix: &'static str) -> Self {
        Self { uri, prefix: Some(prefix) }
    }
}

/// The yes-or-no traits of a member, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits(u16);

impl Traits {
    /// No trait.
    pub const NONE: Self = Self(0);
    /// Must be set in a request.
    pub const REQUIRED: Self = Self(1);
    /// Repeats without a wrapping element (lists and maps in XML and query).
    pub const FLATTENED: Self = Self(1 << 1);
    /// Must not be shown.
    pub const SENSITIVE: Self = Self(1 << 2);
    /// Is a body that is read or written piece by piece.
    pub const STREAMING: Self = Self(1 << 3);
    /// Is filled with a random UUID when unset.
    pub const IDEMPOTENCY_TOKEN: Self = Self(1 << 4);
    /// Is written as an attribute of its parent's XML element.
    pub const XML_ATTRIBUTE: Self = Self(1 << 5);
    /// Takes part in the host name.
    pub const HOST_LABEL: Self = Self(1 << 6);
    /// Is JSON inside a string.
    pub const JSON_VALUE: Self = Self(1 << 7);
    /// Needs a known length although it streams.
    pub const REQUIRES_LENGTH: Self = Self(1 << 8);
    /// Is the payload of an event.
    pub const EVENT_PAYLOAD: Self = Self(1 << 9);
    /// Has the same XML element as a flattened list beside it, which takes all of them from an answer. Models keep such a
    /// member for one when there come to be several, as those of S3's `GetBucketNotification`.
    pub const LISTED: Self = Self(1 << 10);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every trait of `other` is in this set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any trait of `other` is in this set.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A member of a structure, the element of a list, or the key or value of a map.
///
/// ```
/// use cumulo_core::schema::{Location, Member, Target};
///
/// const BUCKET: Member = Member::new("Bucket", Target::String).uri("Bucket").required().min(1);
/// assert_eq!(BUCKET.location, Location::Uri);
/// assert_eq!(BUCKET.wire_name(), "Bucket");
/// ```
#[derive(Debug)]
pub struct Member {
    /// The name in the service model.
    pub name: &'static str,
    /// The `locationName` of the model, if it gives one.
    pub location_name: Option<&'static str>,
    /// The type.
    pub target: Target,
    /// Where it travels.
    pub location: Location,
    /// Its yes-or-no traits.
    pub traits: Traits,
    /// How a timestamp is written, if not in the protocol's own way.
    pub timestamp_format: Option<TimestampFormat>,
    /// The least length (text, bytes, lists, maps) or the least value (numbers).
    pub min: Option<i64>,
    /// The XML namespace declared on its element.
    pub xml_namespace: Option<XmlNamespace>,
    /// The name in the `ec2` protocol, if the model gives one.
    pub query_name: Option<&'static str>,
}

impl Member {
    /// A member in the body, without traits; a stream of events beside it.
    pub const fn new(name: &'static str, target: Target) -> Self {
        Self {
            name,
            location_name: None,
            target,
            location: match target {
                Target::EventStream(_) => Location::EventStream,
                _ => Location::Body,
            },
            traits: Traits::NONE,
            timestamp_format: None,
            min: None,
            xml_namespace: None,
            query_name: None,
        }
    }

    /// The name on the wire: the location name, or else the member's own.
    pub fn wire_name(&self) -> &'static str {
        self.location_name.unwrap_or(self.name)
    }

    /// Whether the member has this trait.
    pub const fn has(&self, traits: Traits) -> bool {
        self.traits.has(traits)
    }

    /// Whether the member's value must not be shown.
    pub const fn is_sensitive(&self) -> bool {
        self.has(Traits::SENSITIVE)
    }

    /// Whether the member is a [`Body`](crate::Body).
    pub const fn is_stream(&self) -> bool {
        self.has(Traits::STREAMING)
    }

    /// Whether the member stands in the body of an answer. Places in the path and in the query are those of requests; a
    /// structure that is an output as well has such members in its body.
    pub const fn is_in_answer_body(&self) -> bool {
        matches!(self.location, Location::Body | Location::Uri | Location::Query)
    }

    const fn located(mut self, location: Location, name: &'static str) -> Self {
        self.location = location;
        self.location_name = Some(name);
        self
    }

    /// The same, in the path label `name`.
    #[must_use]
    pub const fn uri(self, name: &'static str) -> Self {
        self.located(Location::Uri, name)
    }

    /// The same, in the query parameter `name`.
    #[must_use]
    pub const fn query(self, name: &'static str) -> Self {
        self.located(Location::Query, name)
    }

    /// The same, in the header `name`.
    #[must_use]
    pub const fn header(self, name: &'static str) -> Self {
        self.located(Location::Header, name)
    }

    /// The same, in the headers that start with `prefix`.
    #[must_use]
    pub const fn headers(self, prefix: &'static str) -> Self {
        self.located(Location::Headers, prefix)
    }

    /// The same, in the status code.
    #[must_use]
    pub const fn status_code(mut self) -> Self {
        self.location = Location::StatusCode;
        self
    }

    /// The same, in a header of an event.
    #[must_use]
    pub const fn event_header(mut self) -> Self {
        self.location = Location::EventHeader;
        self
    }

    /// The same, called `name` on the wire.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.location_name = Some(name);
        self
    }

    /// The same with these traits added.
    #[must_use]
    pub const fn with(mut self, traits: Traits) -> Self {
        self.traits = self.traits.with(traits);
        self
    }

    /// The same, required in requests.
    #[must_use]
    pub const fn required(self) -> Self {
        self.with(Traits::REQUIRED)
    }

    /// The same, without a wrapping element.
    #[must_use]
    pub const fn flattened(self) -> Self {
        self.with(Traits::FLATTENED)
    }

    /// The same, never shown.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        self.with(Traits::SENSITIVE)
    }

    /// The same, as a streamed body.
    #[must_use]
    pub const fn streaming(self) -> Self {
        self.with(Traits::STREAMING)
    }

    /// The same, with a least length or value.
    #[must_use]
    pub const fn min(mut self, min: i64) -> Self {
        self.min = Some(min);
        self
    }

    /// The same, with timestamps written as `format`.
    #[must_use]
    pub const fn timestamp(mut self, format: TimestampFormat) -> Self {
        self.timestamp_format = Some(format);
        self
    }

    /// The same, declaring an XML namespace.
    #[must_use]
    pub const fn namespace(mut self, namespace: XmlNamespace) -> Self {
        self.xml_namespace = Some(namespace);
        self
    }

    /// The same, called `name` by the `ec2` protocol.
    #[must_use]
    pub const fn query_name(mut self, name: &'static str) -> Self {
        self.query_name = Some(name);
        self
    }
}
