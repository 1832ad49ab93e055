//! Copies and comparisons through the lens, for code that must repeat a request or carry a value from an answer into one.

use crate::error::Error;
use crate::event_stream::Events;
use crate::shape::{List, Map, Mut, Ref, Shape};

/// Sets every member of `to` that is set in `from`; both have the same schema.
///
/// Called by paginators and waiters, which send the same parameters again and again.
///
/// # Errors
/// `SerializationError` if the two have members of different kinds, or a body that can be read only once.
pub fn copy(from: &dyn Shape, to: &mut dyn Shape) -> Result<(), Error> {
    copy_members(from, to, &[])
}

/// The same without the members at the indexes in `except`.
pub(crate) fn copy_members(from: &dyn Shape, to: &mut dyn Shape, except: &[usize]) -> Result<(), Error> {
    let members = from.schema().members().iter().enumerate();
    for (index, member) in members.filter(|(index, _)| !except.contains(index)) {
        let Some(value) = from.member(index) else { continue };
        match to.member_mut(index) {
            Some(place) => copy_value(value, place)?,
            None => {
                return Err(Error::unreadable(format!("there is no place for the member {}", member.name)));
            }
        }
    }
    Ok(())
}

/// Writes `from` into the fresh place `to`.
///
/// # Errors
/// As [`copy`].
pub(crate) fn copy_value(from: Ref<'_>, to: Mut<'_>) -> Result<(), Error> {
    match (from, to) {
        (Ref::Boolean(value), Mut::Boolean(place)) => *place = value,
        (Ref::Integer(value), Mut::Integer(place)) => *place = value,
        (Ref::Integer(value), Mut::Long(place)) => *place = value.into(),
        (Ref::Long(value), Mut::Long(place)) => *place = value,
        (Ref::Float(value), Mut::Float(place)) => *place = value,
        (Ref::Double(value), Mut::Double(place)) => *place = value,
        (Ref::String(value), Mut::String(place)) => place.set_text(value.to_owned()),
        (Ref::Blob(value), Mut::Blob(place)) => *place = value.to_vec().into(),
        (Ref::Blob(value), Mut::SecretBlob(place)) => *place = value.into(),
        (Ref::Timestamp(value), Mut::Timestamp(place)) => *place = value,
        (Ref::Document(value), Mut::Document(place)) => place.clone_from(value),
        (Ref::Structure(value), Mut::Structure(place)) => copy(value, place)?,
        (Ref::List(list), Mut::List(place)) => copy_list(list, place)?,
        (Ref::Map(map), Mut::Map(place)) => copy_map(map, place)?,
        (Ref::Stream(body), Mut::Stream(place)) => {
            let copied = body.try_clone();
            *place = copied.ok_or_else(|| Error::unreadable("the body can be read only once"))?;
        }
        (Ref::Events(events), Mut::Events(place)) => copy_events(events, place)?,
        (from, to) => {
            let message = format!("{} has been found in the place of {}", from.kind(), to.kind());
            return Err(Error::unreadable(message));
        }
    }
    Ok(())
}

fn copy_list(from: &dyn List, to: &mut dyn List) -> Result<(), Error> {
    let mut items = (0..from.len()).filter_map(|index| from.item(index));
    items.try_for_each(|item| copy_value(item, to.push_item()))
}

fn copy_map(from: &dyn Map, to: &mut dyn Map) -> Result<(), Error> {
    from.visit(&mut |key, value| copy_value(value, to.insert_entry(key.to_owned())))
}

/// A stream that is not in memory can be read only once.
fn copy_events(from: &Events, to: &mut Events) -> Result<(), Error> {
    let events = from.in_memory().ok_or_else(|| Error::unreadable("the events can be read only once"))?;
    for event in events {
        let copied = event.map_err(Error::clone).and_then(|event| {
            let mut place = to.make();
            copy(event, &mut *place)?;
            Ok(place)
        });
        to.push(copied);
    }
    Ok(())
}

/// Whether two values are equal; bodies and streams of events never are.
pub(crate) fn same_value(a: Ref<'_>, b: Ref<'_>) -> bool {
    match (a, b) {
        (Ref::Boolean(a), Ref::Boolean(b)) => a == b,
        (Ref::Integer(a), Ref::Integer(b)) => a == b,
        (Ref::Integer(small), Ref::Long(long)) | (Ref::Long(long), Ref::Integer(small)) => {
            i64::from(small) == long
        }
        (Ref::Long(a), Ref::Long(b)) => a == b,
        (Ref::Float(a), Ref::Float(b)) => a == b,
        (Ref::Double(a), Ref::Double(b)) => a == b,
        (Ref::String(a), Ref::String(b)) => a == b,
        (Ref::Blob(a), Ref::Blob(b)) => a == b,
        (Ref::Timestamp(a), Ref::Timestamp(b)) => a == b,
        (Ref::Document(a), Ref::Document(b)) => a == b,
        (Ref::Structure(a), Ref::Structure(b)) => {
            let (members, others) = (a.schema().members(), b.schema().members());
            members.len() == others.len()
                && (0..members.len()).all(|index| same_optional(a.member(index), b.member(index)))
        }
        (Ref::List(a), Ref::List(b)) => {
            a.len() == b.len() && (0..a.len()).all(|index| same_optional(a.item(index), b.item(index)))
        }
        (Ref::Map(a), Ref::Map(b)) => {
            let mut is_same = a.len() == b.len();
            let walked = a.visit(&mut |key, value| {
                is_same = is_same && same_optional(Some(value), b.entry(key));
                Ok(())
            });
            is_same && walked.is_ok()
        }
        _ => false,
    }
}

/// Whether both are unset, or both are set and equal.
pub(crate) fn same_optional(a: Option<Ref<'_>>, b: Option<Ref<'_>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_value(a, b),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Deployment, DescribeServicesOutput, EcsService, ListInput, ListOutput};
    use crate::shape::get_mut;
    use crate::value::SecretBlob;

    fn services() -> DescribeServicesOutput {
        let deployments = vec![Deployment::default().id("d"), Deployment::default()];
        let service = EcsService::default().status("ACTIVE").running(2).deployments(deployments);
        DescribeServicesOutput::default().services(vec![service]).failures(vec![])
    }

    #[test]
    fn a_copy_is_equal_down_to_what_is_unset_and_what_is_empty() {
        let (original, mut copied) = (services(), DescribeServicesOutput::default());
        copy(&original, &mut copied).unwrap();
        assert!(same_value(Ref::Structure(&original), Ref::Structure(&copied)));
        assert!(copied.failures.is_some());
        copied.services.as_mut().unwrap()[0].deployments.as_mut().unwrap()[1].id = Some("new".into());
        assert!(!same_value(Ref::Structure(&original), Ref::Structure(&copied)));
    }

    #[test]
    fn secret_bytes_are_copied_into_secret_bytes() {
        let mut place: Option<SecretBlob> = None;
        copy_value(Ref::Blob(b"key"), get_mut(&mut place).unwrap()).unwrap();
        assert_eq!(place.as_deref(), Some(b"key".as_slice()));
    }

    #[test]
    fn members_of_another_kind_are_an_error_that_names_both() {
        let error = copy(&ListInput::default().token("t"), &mut ListOutput::default()).unwrap_err();
        assert_eq!(error.message(), "a string has been found in the place of a list");
    }
}
