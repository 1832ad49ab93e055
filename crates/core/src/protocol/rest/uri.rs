//! Members in the path and in the query string.

use std::borrow::Cow;

use crate::err_code;
use crate::error::Error;
use crate::protocol::percent::push_encoded;
use crate::protocol::scalar;
use crate::request::Request;
use crate::schema::{Location, Member, Target, TimestampFormat};
use crate::shape::{Ref, Shape};

/// Writes the path and the query from the request's template, behind the base path and query of the endpoint.
///
/// Nothing is normalised: the key of an S3 object may hold `..`, `//` and a slash at its start.
pub(super) fn write(request: &mut Request) -> Result<(), Error> {
    let (path_template, query_template) = match request.http_path.split_once('?') {
        Some((path, query)) => (path, query),
        None => (&*request.http_path, ""),
    };
    let params = &*request.params;
    let url = &mut request.http_request.url;
    if path_template != "/" || url.path.is_empty() {
        let kept = url.path.trim_end_matches('/').len();
        url.path.truncate(kept);
        if !path_template.starts_with('/') {
            url.path.push('/');
        }
        expand(path_template, params, &mut url.path)?;
    }
    url.append_query(query_template);
    write_query(params, &mut url.query)
}

/// Fills the `{Name}` and `{Name+}` places; only the latter keep their slashes.
fn expand(template: &str, params: &dyn Shape, path: &mut String) -> Result<(), Error> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let (label, tail) = after.split_once('}').unwrap_or((after, ""));
        let name = label.strip_suffix('+').unwrap_or(label);
        let value = label_value(params, name)?;
        push_encoded(path, &value, label.ends_with('+'));
        rest = tail;
    }
    path.push_str(rest);
    Ok(())
}

/// A path with an empty label would name another resource, the bucket in the place of the object for one.
fn label_value<'a>(params: &'a dyn Shape, name: &str) -> Result<Cow<'a, str>, Error> {
    let mut members = params.schema().members().iter().enumerate();
    let found = members.find(|(_, member)| member.location == Location::Uri && member.wire_name() == name);
    let value = found.and_then(|(index, member)| {
        scalar::write(member, params.member(index)?, TimestampFormat::Iso8601).filter(|text| !text.is_empty())
    });
    value.ok_or_else(|| {
        let message = format!("{name} must not be empty, as it is part of the path");
        Error::new(err_code::INVALID_PARAMETER, message)
    })
}

fn write_query(params: &dyn Shape, query: &mut String) -> Result<(), Error> {
    let in_query = || {
        let members = params.schema().members().iter().enumerate();
        members
            .filter(|(_, member)| member.location == Location::Query)
            .filter_map(|(index, member)| Some((member, params.member(index)?)))
    };
    for (member, value) in in_query() {
        if !matches!(value, Ref::Map(_)) {
            pairs(query, member.wire_name(), member, value)?;
        }
    }
    // The entries of a map are parameters themselves; a member of its own goes before an entry of that name.
    for (member, value) in in_query() {
        if let (Ref::Map(map), Target::Map(schema)) = (value, member.target) {
            let named = query.clone();
            map.visit(&mut |key, value| {
                if has_parameter(&named, key) { Ok(()) } else { pairs(query, key, &schema.value, value) }
            })?;
        }
    }
    Ok(())
}

/// One parameter; a list repeats it.
fn pairs(query: &mut String, name: &str, member: &Member, value: Ref<'_>) -> Result<(), Error> {
    if let (Ref::List(list), Target::List(schema)) = (value, member.target) {
        return (0..list.len())
            .filter_map(|index| list.item(index))
            .try_for_each(|item| pairs(query, name, &schema.element, item));
    }
    let Some(text) = scalar::write(member, value, TimestampFormat::Iso8601) else {
        return Err(scalar::mismatch(member, "what a query string can carry"));
    };
    if !query.is_empty() {
        query.push('&');
    }
    push_encoded(query, name, false);
    query.push('=');
    push_encoded(query, &text, false);
    Ok(())
}

fn has_parameter(query: &str, name: &str) -> bool {
    let mut escaped = String::new();
    push_encoded(&mut escaped, name, false);
    query.split('&').any(|pair| pair.split('=').next() == Some(&*escaped))
}
