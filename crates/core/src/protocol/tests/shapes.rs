//! The shapes of the tests, written as the generator would write them.

use std::collections::BTreeMap;

use crate::body::Body;
use crate::schema::{ListSchema, MapSchema, Member, Schema, Target, TimestampFormat, Traits, XmlNamespace};
use crate::shape::{Mut, Ref, Shape, get, get_mut};
use crate::value::{Blob, DateTime};

macro_rules! shape {
    ($name:ident, $schema:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Default)]
        pub(super) struct $name { $(pub(super) $field: Option<$type>),* }

        impl Shape for $name {
            fn schema(&self) -> &'static Schema {
                &$schema
            }
            fn member(&self, index: usize) -> Option<Ref<'_>> {
                let mut places = [$(get(&self.$field)),*].into_iter();
                places.nth(index)?
            }
            fn member_mut(&mut self, index: usize) -> Option<Mut<'_>> {
                let mut countdown = index;
                $(
                    if countdown == 0 {
                        return get_mut(&mut self.$field);
                    }
                    countdown = countdown.wrapping_sub(1);
                )*
                let _ = countdown;
                None
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::shape::debug(self, f)
            }
        }
    };
}

shape!(Everything, EVERYTHING {
    text: String,
    flag: bool,
    count: i32,
    size: i64,
    ratio: f64,
    data: Blob,
    when: DateTime,
    http_date: DateTime,
    names: Vec<String>,
    tags: Vec<Item>,
    counts: BTreeMap<String, i32>,
    labels: BTreeMap<String, String>,
    nested: Box<Item>,
    token: String,
});

pub(super) static EVERYTHING: Schema = Schema::new(
    "Everything",
    &[
        Member::new("Text", Target::String),
        Member::new("Flag", Target::Boolean),
        Member::new("Count", Target::Integer),
        Member::new("Size", Target::Long),
        Member::new("Ratio", Target::Double),
        Member::new("Data", Target::Blob),
        Member::new("When", Target::Timestamp),
        Member::new("HttpDate", Target::Timestamp).timestamp(TimestampFormat::Rfc822),
        Member::new("Names", Target::List(&NAMES)),
        Member::new("Tags", Target::List(&TAGS)).named("Tag").flattened(),
        Member::new("Counts", Target::Map(&COUNTS)),
        Member::new("Labels", Target::Map(&LABELS)).named("Label").flattened(),
        Member::new("Nested", Target::Structure(&ITEM)).named("Inner"),
        Member::new("Token", Target::String).with(Traits::IDEMPOTENCY_TOKEN),
    ],
);

static NAMES: ListSchema = ListSchema { element: Member::new("member", Target::String) };
static TAGS: ListSchema = ListSchema { element: Member::new("member", Target::Structure(&ITEM)) };
static COUNTS: MapSchema =
    MapSchema { key: Member::new("key", Target::String), value: Member::new("value", Target::Integer) };
static LABELS: MapSchema =
    MapSchema { key: Member::new("K", Target::String), value: Member::new("V", Target::String) };

shape!(Item, ITEM { kind: String, name: String, children: Vec<Item> });

const XSI: XmlNamespace = XmlNamespace::prefixed("http://www.w3.org/2001/XMLSchema-instance", "xsi");

pub(super) static ITEM: Schema = Schema::new(
    "Item",
    &[
        Member::new("Kind", Target::String).named("xsi:type").with(Traits::XML_ATTRIBUTE),
        Member::new("Name", Target::String),
        Member::new("Children", Target::List(&CHILDREN)),
    ],
);

static CHILDREN: ListSchema =
    ListSchema { element: Member::new("Child", Target::Structure(&ITEM)).namespace(XSI) };

shape!(Fault, FAULT { message: String, name: String });

pub(super) static FAULT: Schema = Schema::new(
    "ThingNotThere",
    &[Member::new("message", Target::String), Member::new("Name", Target::String)],
);

shape!(Located, LOCATED {
    bucket: String,
    key: String,
    filter: Vec<String>,
    extra: BTreeMap<String, String>,
    until: DateTime,
    id: String,
    length: i64,
    modified: DateTime,
    parts: Vec<String>,
    dates: Vec<DateTime>,
    meta: BTreeMap<String, String>,
    status: i32,
    expires: DateTime,
    json: String,
});

pub(super) static LOCATED: Schema = Schema::new("Located", LOCATED_MEMBERS);

const LOCATED_MEMBERS: &[Member] = &[
    Member::new("Bucket", Target::String).uri("Bucket"),
    Member::new("Key", Target::String).uri("Key"),
    Member::new("Filter", Target::List(&NAMES)).query("filter"),
    Member::new("Extra", Target::Map(&LABELS)).query(""),
    Member::new("Until", Target::Timestamp).query("until"),
    Member::new("Id", Target::String).header("X-Id"),
    Member::new("Length", Target::Long).header("X-Length"),
    Member::new("Modified", Target::Timestamp).header("Last-Modified"),
    Member::new("Parts", Target::List(&NAMES)).header("X-Parts"),
    Member::new("Dates", Target::List(&DATES)).header("X-Dates"),
    Member::new("Meta", Target::Map(&LABELS)).headers("x-meta-"),
    Member::new("Status", Target::Integer).status_code(),
    Member::new("Expires", Target::Timestamp).header("Expires"),
    Member::new("Json", Target::String).header("X-Json").with(Traits::JSON_VALUE),
];

static DATES: ListSchema = ListSchema { element: Member::new("member", Target::Timestamp) };

shape!(Streamed, STREAMED { content_type: String, body: Body });

pub(super) static STREAMED: Schema = Schema::new(
    "Streamed",
    &[
        Member::new("ContentType", Target::String).header("Content-Type"),
        Member::new("Body", Target::Blob).streaming(),
    ],
)
.payload(1);

shape!(Document, DOCUMENT { id: String, item: Box<Item> });

pub(super) static DOCUMENT: Schema = Schema::new(
    "Document",
    &[
        Member::new("Id", Target::String).header("X-Id"),
        Member::new("Item", Target::Structure(&ITEM))
            .named("ItemRoot")
            .namespace(XmlNamespace::new("http://example.com/ns")),
    ],
)
.payload(1);

shape!(Free, FREE { value: crate::value::Document });

pub(super) static FREE: Schema = Schema::new("Free", &[Member::new("Value", Target::Document)]).payload(0);

shape!(Either, EITHER { one: Box<Item> });

pub(super) static EITHER: Schema =
    Schema::new("Either", &[Member::new("One", Target::Structure(&CHOICE))]).payload(0);

static CHOICE: Schema = Schema::new("Choice", &[Member::new("A", Target::String)]).union();

shape!(Cased, CASED {
    lower: String,
    named: String,
    asked: String,
    items: Vec<String>,
    nested: Box<Item>,
    flat: Vec<Item>,
    flat_named: Vec<String>,
    map: BTreeMap<String, i32>,
    other: String,
});

pub(super) static CASED: Schema = Schema::new(
    "Cased",
    &[
        Member::new("lower", Target::String),
        Member::new("Named", Target::String).named("theName"),
        Member::new("Asked", Target::String).named("theOther").query_name("queryName"),
        Member::new("Items", Target::List(&ITEMS)).named("itemSet"),
        Member::new("Nested", Target::Structure(&ITEM)),
        Member::new("Flat", Target::List(&CHILDREN)).flattened(),
        Member::new("FlatNamed", Target::List(&ITEMS)).named("Own").flattened(),
        Member::new("Map", Target::Map(&COUNTS)),
        Member::new("Other", Target::String).named("écrit"),
    ],
);

static ITEMS: ListSchema = ListSchema { element: Member::new("member", Target::String).named("item") };

shape!(Text, TEXT { policy: String });

pub(super) static TEXT: Schema = Schema::new("Text", &[Member::new("Policy", Target::String)]).payload(0);

shape!(Nothing, NOTHING { unused: String });

pub(super) static NOTHING: Schema = Schema::new("Nothing", &[]);
