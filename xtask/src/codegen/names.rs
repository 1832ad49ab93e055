//! The one table of names: how the names of a service model become Rust's.
//!
//! A name is cut into words, and the words are put together again in the case of the place. Only the word lists here
//! know that `SSEKMSKeyId` is `sse_kms_key_id`; an oddity of a single service belongs in its overrides.

#[cfg(test)]
mod tests;

/// Words that a change of case would cut in two. Found wherever a word can begin.
const MIXED: [&str; 16] = [
    "CRC32C",
    "CRC64NVME",
    "FSx",
    "GBps",
    "Gbps",
    "GiB",
    "IPv4",
    "IPv6",
    "IoT",
    "KiB",
    "MBps",
    "Mbps",
    "MiB",
    "OAuth2",
    "OAuth",
    "VCpu",
];

/// Acronyms that are written together with others: a run of capitals is cut if it consists of these alone.
const ACRONYMS: [&str; 32] = [
    "ACL", "API", "ARN", "AWS", "AZ", "CA", "CSV", "DB", "DNS", "EBS", "EC2", "ECS", "EFS", "GPU", "HTTP",
    "IAM", "ID", "IP", "IPC", "JSON", "KMS", "MFA", "OIDC", "PID", "RDS", "S3", "SAML", "SNS", "SQS", "SSE",
    "TTL", "URL",
];

/// Rust's keywords, those that are only reserved included.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Keywords that cannot be written as `r#keyword`.
const NEVER_RAW: [&str; 4] = ["Self", "crate", "self", "super"];

/// Type names that generated code needs for itself.
const PRELUDE: [&str; 17] = [
    "Box", "Clone", "Copy", "Default", "Drop", "Err", "From", "Into", "None", "Ok", "Option", "Result",
    "Self", "Some", "String", "ToString", "Vec",
];

/// The field and setter of a member, or a method: `SSEKMSKeyId` is `sse_kms_key_id`, `type` is `r#type`.
pub(crate) fn field(name: &str) -> String {
    let field = snake(name);
    match field.as_str() {
        // `new` makes an empty structure.
        "new" => "new_".into(),
        keyword if NEVER_RAW.contains(&keyword) => field + "_",
        keyword if KEYWORDS.contains(&keyword) => format!("r#{field}"),
        _ => field,
    }
}

/// The method of an operation: `ListObjectsV2` is `list_objects_v2`.
pub(crate) fn method(operation: &str) -> String {
    field(operation)
}

/// The module of an operation, which is also the name of its file and so has no `r#`.
pub(crate) fn module(operation: &str) -> String {
    let module = snake(operation);
    if KEYWORDS.contains(&module.as_str()) { module + "_" } else { module }
}

/// The type of a shape: `SSEKMSEncryption` is `SseKmsEncryption`. A name that Rust's prelude has gets a `_`.
pub(crate) fn type_name(shape: &str) -> String {
    let mut name = String::new();
    for word in words(shape) {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    if PRELUDE.contains(&name.as_str()) { name + "_" } else { name }
}

/// The constant of an error, or the table of a shape: `NoSuchBucket` is `NO_SUCH_BUCKET`.
pub(crate) fn constant(name: &str) -> String {
    words(name).join("_").to_ascii_uppercase()
}

/// The constant of an enum's value: `aws:kms` is `AWS_KMS`.
///
/// `*` becomes `ALL` and the empty value `EMPTY`; a value that starts with a digit gets a `V`.
pub(crate) fn enum_constant(value: &str) -> String {
    let constant = constant(&value.replace('*', " all "));
    match constant.chars().next() {
        None => "EMPTY".into(),
        Some('0'..='9') => format!("V{constant}"),
        Some(_) => constant,
    }
}

fn snake(name: &str) -> String {
    words(name).join("_")
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut rest = part;
        while !rest.is_empty() {
            let (word, after) = rest.split_at(first_word(rest));
            match acronyms(word) {
                Some(several) => words.extend(several.into_iter().map(str::to_ascii_lowercase)),
                None => words.push(word.to_ascii_lowercase()),
            }
            rest = after;
        }
    }
    words
}

/// The length of the word that `text` (ASCII letters and digits) starts with.
fn first_word(text: &str) -> usize {
    if let Some(length) = mixed(text) {
        return length;
    }
    let bytes = text.as_bytes();
    let capitals = count(bytes, u8::is_ascii_uppercase);
    if capitals < 2 {
        return capitals + tail(&bytes[capitals..]);
    }
    if let Some(cut) = (1..capitals).find(|&at| mixed(&text[at..]).is_some()) {
        return cut;
    }
    match &bytes[capitals..] {
        // A plural: `ARNs`, `IDsPerPage`.
        [b's'] => capitals + 1,
        [b's', next, ..] if !next.is_ascii_lowercase() => capitals + 1,
        // The last capital starts the next word: `KMSKey`.
        [next, ..] if next.is_ascii_lowercase() => capitals - 1,
        rest => capitals + tail(rest),
    }
}

/// The length of the word of [`MIXED`] that `text` starts with, if that word ends there.
fn mixed(text: &str) -> Option<usize> {
    let word = MIXED.iter().find(|word| text.starts_with(**word))?;
    let next = text.as_bytes().get(word.len());
    (!next.is_some_and(u8::is_ascii_lowercase)).then_some(word.len())
}

/// The length of what goes on with a word: lower case and digits, in any order.
fn tail(bytes: &[u8]) -> usize {
    count(bytes, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn count(bytes: &[u8], belongs: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| belongs(byte)).count()
}

/// `SSEKMS` as `SSE` and `KMS`; none if it is one word, or does not consist of known acronyms alone.
fn acronyms(word: &str) -> Option<Vec<&str>> {
    let mut several = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let acronym = ACRONYMS.iter().find(|acronym| rest.starts_with(**acronym))?;
        several.push(*acronym);
        rest = &rest[acronym.len()..];
    }
    (several.len() > 1).then_some(several)
}
