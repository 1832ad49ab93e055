//! The tables of services, as rows: what `xtask` has merged out of the API models, read by number.
//!
//! Rows are numbers, so that a program that asks pays for no pointers, and one that does not links none of this.

use crate::generated::services::{
    ENDPOINT_IDS, ENDPOINTS, FORMS, HOSTS, PARTITION_STARTS, SERVICE_IDS, SERVICES, SIGNING_NAMES,
};

/// No entry, where a number is one of a table.
const NONE: u16 = u16::MAX;

/// A table of texts, one on each line.
pub(crate) struct Texts {
    lines: &'static str,
    ends: &'static [u16],
}

impl Texts {
    pub(crate) const fn new(lines: &'static str, ends: &'static [u16]) -> Self {
        Self { lines, ends }
    }

    /// Where each of `N` lines ends.
    pub(crate) const fn ends<const N: usize>(lines: &str) -> [u16; N] {
        let bytes = lines.as_bytes();
        let mut ends = [0; N];
        let (mut at, mut line) = (0, 0);
        while at < bytes.len() {
            if bytes[at] == b'\n' {
                ends[line] = at as u16;
                line += 1;
            }
            at += 1;
        }
        ends[line] = at as u16;
        ends
    }

    fn at(&self, number: u16) -> Option<&'static str> {
        let end = *self.ends.get(usize::from(number))?;
        let start = if number == 0 { 0 } else { self.ends.get(usize::from(number) - 1)? + 1 };
        self.lines.get(usize::from(start)..usize::from(end))
    }

    /// The text of a number that a table holds; such a number is never beyond the end.
    fn text(&self, number: u16) -> &'static str {
        self.at(number).unwrap_or_default()
    }

    /// The number of a text, in a table that is sorted.
    fn number(&self, text: &str) -> Option<u16> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = (low + high) / 2;
            match self.text(middle as u16).cmp(text) {
                std::cmp::Ordering::Equal => return Some(middle as u16),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// The number of columns of a service, an endpoint and a form.
const SERVICE: usize = 5;
const ENDPOINT: usize = 3;
const FORM: usize = 6;

/// One service in one partition: the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServiceRow(usize);

/// One endpoint of a service: the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EndpointRow(usize);

/// What an endpoint has: the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form(usize);

/// The services of the partition of this index, sorted by id.
pub(crate) fn services(partition: usize) -> impl ExactSizeIterator<Item = ServiceRow> {
    service_rows(partition).map(ServiceRow)
}

/// One service of the partition of this index.
pub(crate) fn service(partition: usize, id: &str) -> Option<ServiceRow> {
    let id = SERVICE_IDS.number(id)?;
    search(service_rows(partition), |row| SERVICES[row * SERVICE], id).map(ServiceRow)
}

fn service_rows(partition: usize) -> std::ops::Range<usize> {
    usize::from(PARTITION_STARTS[partition])..usize::from(PARTITION_STARTS[partition + 1])
}

impl ServiceRow {
    pub(crate) fn id(self) -> &'static str {
        SERVICE_IDS.text(self.column(0))
    }

    /// What a region has that is not listed.
    pub(crate) fn form(self) -> Form {
        Form(usize::from(self.column(2)))
    }

    /// The id of the endpoint that stands for the partition as a whole.
    pub(crate) fn partition_endpoint(self) -> Option<&'static str> {
        ENDPOINT_IDS.at(self.column(3))
    }

    pub(crate) fn is_regionalized(self) -> bool {
        self.column(4) == 1
    }

    /// The endpoints, sorted by id.
    pub(crate) fn endpoints(self) -> impl ExactSizeIterator<Item = EndpointRow> {
        self.endpoint_rows().map(EndpointRow)
    }

    pub(crate) fn endpoint(self, id: &str) -> Option<EndpointRow> {
        let id = ENDPOINT_IDS.number(id)?;
        search(self.endpoint_rows(), |row| ENDPOINTS[row * ENDPOINT], id).map(EndpointRow)
    }

    fn endpoint_rows(self) -> std::ops::Range<usize> {
        let end = SERVICES.get((self.0 + 1) * SERVICE + 1);
        let end = end.map_or(ENDPOINTS.len() / ENDPOINT, |first| usize::from(*first));
        usize::from(self.column(1))..end
    }

    fn column(self, column: usize) -> u16 {
        SERVICES[self.0 * SERVICE + column]
    }
}

impl EndpointRow {
    pub(crate) fn id(self) -> &'static str {
        ENDPOINT_IDS.text(ENDPOINTS[self.0 * ENDPOINT])
    }

    /// The region to sign for, if it is not the one that was asked for.
    pub(crate) fn signing_region(self) -> Option<&'static str> {
        ENDPOINT_IDS.at(ENDPOINTS[self.0 * ENDPOINT + 1])
    }

    pub(crate) fn form(self) -> Form {
        Form(usize::from(ENDPOINTS[self.0 * ENDPOINT + 2]))
    }
}

impl Form {
    /// The host name, with places to fill; `None` if there is no such variant.
    pub(crate) fn host(self, fips: bool, dual_stack: bool) -> Option<&'static str> {
        let number = self.column(usize::from(fips) + 2 * usize::from(dual_stack));
        if number == NONE { None } else { HOSTS.at(number) }
    }

    /// The name to sign with, if it is not the service's id.
    pub(crate) fn signing_name(self) -> Option<&'static str> {
        SIGNING_NAMES.at(self.column(4))
    }

    pub(crate) fn signing_method(self) -> &'static str {
        ["v4", "s3v4", "v2", "s3"][usize::from(self.column(5) >> 2 & 3)]
    }

    pub(crate) fn is_deprecated(self) -> bool {
        self.column(5) & 2 != 0
    }

    pub(crate) fn has_tls(self) -> bool {
        self.column(5) & 1 != 0
    }

    fn column(self, column: usize) -> u16 {
        FORMS[self.0 * FORM + column]
    }
}

/// The row whose key is `wanted`, of rows that are sorted by it.
fn search(rows: std::ops::Range<usize>, key: impl Fn(usize) -> u16, wanted: u16) -> Option<usize> {
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = (low + high) / 2;
        match key(middle).cmp(&wanted) {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partitions;

    #[test]
    fn every_row_refers_to_what_is_there_and_is_found_by_its_id() {
        for (index, _) in partitions().enumerate() {
            assert!(services(index).map(ServiceRow::id).is_sorted());
            for row in services(index) {
                assert_eq!(service(index, row.id()), Some(row));
                assert!(row.endpoints().map(EndpointRow::id).is_sorted());
                for endpoint in row.endpoints() {
                    assert_eq!(row.endpoint(endpoint.id()), Some(endpoint));
                    let host = endpoint.form().host(false, false);
                    assert!(host.is_some_and(|host| host.contains(['.', ':'])), "{} {host:?}", endpoint.id());
                }
            }
        }
    }

    #[test]
    fn what_is_in_no_table_is_not_found() {
        for id in ["", "S3", "s3 ", "s3\n", "zzz"] {
            assert_eq!(service(0, id), None, "{id:?}");
        }
        let s3 = service(0, "s3").unwrap();
        for id in ["", "us-east", "us-east-1 ", "US-EAST-1", "cn-north-1", "\u{10ffff}"] {
            assert_eq!(s3.endpoint(id), None, "{id:?}");
        }
    }
}
