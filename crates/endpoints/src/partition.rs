//! Partitions: the groups that AWS is divided into, how a region's name tells its group, and a constant for each id.
//!
//! The tables are generated from the API models; this module gives them their meaning.

pub use crate::generated::partition_ids::*;
use crate::generated::partitions::PARTITIONS;
pub use crate::generated::partitions::{
    aws_cn_partition, aws_eusc_partition, aws_iso_b_partition, aws_iso_e_partition, aws_iso_f_partition,
    aws_iso_partition, aws_partition, aws_us_gov_partition,
};
use crate::{Region, Service, metadata};

/// A group of regions that shares accounts, DNS suffixes and an identity system, such as `aws` or `aws-cn`.
///
/// Source: the partitions file of the API models; Go's `endpoints.Partition`.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    pub(crate) index: usize,
    pub(crate) id: &'static str,
    pub(crate) dns_suffix: &'static str,
    pub(crate) dual_stack_dns_suffix: &'static str,
    pub(crate) supports_fips: bool,
    pub(crate) supports_dual_stack: bool,
    pub(crate) implicit_global_region: &'static str,
    pub(crate) region_pattern: RegionPattern,
    pub(crate) regions: &'static [Region],
}

impl Partition {
    /// The partition's name as it stands in ARNs: `aws`, `aws-cn`, `aws-us-gov`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The domain that ordinary endpoints end in, such as `amazonaws.com`.
    pub const fn dns_suffix(&self) -> &'static str {
        self.dns_suffix
    }

    /// The domain that dual-stack (IPv4 and IPv6) endpoints end in, such as `api.aws`.
    pub const fn dual_stack_dns_suffix(&self) -> &'static str {
        self.dual_stack_dns_suffix
    }

    /// Whether services of this partition offer FIPS 140 endpoints.
    pub const fn supports_fips(&self) -> bool {
        self.supports_fips
    }

    /// Whether services of this partition offer dual-stack endpoints.
    pub const fn supports_dual_stack(&self) -> bool {
        self.supports_dual_stack
    }

    /// The region that requests to a global endpoint are signed for, such as `us-east-1`.
    pub const fn implicit_global_region(&self) -> &'static str {
        self.implicit_global_region
    }

    /// The regions known when this release was made, sorted by id.
    ///
    /// The list includes the partition's pseudo-region (`aws-global`); see [`Region::is_global`].
    pub const fn regions(&self) -> &'static [Region] {
        self.regions
    }

    /// The listed region of this id.
    pub fn region(&self, id: &str) -> Option<&'static Region> {
        self.regions.iter().find(|region| region.id() == id)
    }

    /// The services known when this release was made, sorted by id.
    pub fn services(&'static self) -> impl ExactSizeIterator<Item = Service> {
        metadata::services(self.index).map(move |row| Service::new(self, row))
    }

    /// The listed service of this id.
    pub fn service(&'static self, id: &str) -> Option<Service> {
        Some(Service::new(self, metadata::service(self.index, id)?))
    }

    /// Whether a region's name has the form of this partition's regions, listed or not.
    ///
    /// ```
    /// let china = cumulo_endpoints::partition("aws-cn").expect("known");
    /// assert!(china.matches("cn-south-7"));
    /// assert!(!china.matches("us-east-1"));
    /// ```
    pub fn matches(&self, region: &str) -> bool {
        self.region_pattern.matches(region)
    }

    /// Whether a region is of this partition: it lists it, or the name has the form.
    pub(crate) fn has(&self, region: &str) -> bool {
        self.region(region).is_some() || self.matches(region)
    }
}

/// The form of a partition's region names: one of some prefixes, then `-<word>-<digits>`.
///
/// It stands for the models' regular expressions, all of which are `^<prefix>\-\w+\-\d+$` with alternatives in
/// the prefix, so that no expression engine is needed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RegionPattern {
    prefixes: &'static [&'static str],
}

impl RegionPattern {
    pub(crate) const fn new(prefixes: &'static [&'static str]) -> Self {
        Self { prefixes }
    }

    fn matches(&self, region: &str) -> bool {
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        self.prefixes.iter().any(|prefix| {
            region
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('-'))
                .and_then(|rest| rest.split_once('-'))
                .is_some_and(|(word, number)| is_word(word) && is_number(number))
        })
    }
}

/// Every partition, sorted by id.
///
/// ```
/// let ids: Vec<_> = cumulo_endpoints::partitions().map(|partition| partition.id()).collect();
/// assert!(ids.starts_with(&["aws", "aws-cn"]));
/// ```
pub fn partitions() -> impl ExactSizeIterator<Item = &'static Partition> {
    PARTITIONS.iter().copied()
}

/// The partition of this id.
pub fn partition(id: &str) -> Option<&'static Partition> {
    partitions().find(|partition| partition.id == id)
}

/// The partition a region belongs to: the one that lists it, else the one whose region names have its form.
///
/// A region newer than this release is found by its form, so it works without an update.
///
/// Source: Go's `endpoints.PartitionForRegion`.
///
/// ```
/// use cumulo_endpoints::partition_for_region;
///
/// assert_eq!(partition_for_region("us-gov-west-1").map(|p| p.id()), Some("aws-us-gov"));
/// assert_eq!(partition_for_region("eu-mars-1").map(|p| p.id()), Some("aws"));
/// assert_eq!(partition_for_region("nowhere"), None);
/// ```
pub fn partition_for_region(region: &str) -> Option<&'static Partition> {
    partitions()
        .find(|partition| partition.region(region).is_some())
        .or_else(|| partitions().find(|partition| partition.matches(region)))
}

/// The partition assumed for a region that no partition knows.
pub(crate) fn default_partition() -> &'static Partition {
    aws_partition()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_listings_are_stable() {
        assert!(partitions().map(Partition::id).is_sorted());
        for partition in partitions() {
            assert!(partition.regions().iter().map(Region::id).is_sorted(), "{}", partition.id());
        }
    }

    #[test]
    fn every_listed_region_but_the_pseudo_regions_has_its_partitions_form() {
        for partition in partitions() {
            for region in partition.regions() {
                assert_eq!(partition.matches(region.id()), !region.is_global(), "{}", region.id());
                assert_eq!(partition_for_region(region.id()), Some(partition));
            }
        }
    }

    #[test]
    fn every_implicit_global_region_is_listed() {
        for partition in partitions() {
            assert!(partition.region(partition.implicit_global_region()).is_some(), "{}", partition.id());
        }
    }

    #[test]
    fn no_region_form_belongs_to_two_partitions() {
        for region in
            ["us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-9", "cn-north-9", "us-x-1"]
        {
            assert_eq!(partitions().filter(|partition| partition.matches(region)).count(), 1, "{region}");
        }
    }

    #[test]
    fn text_that_only_resembles_a_region_has_no_partition() {
        for region in
            ["", "us", "us-", "us-east", "us-east-", "us--1", "us-east-1a", "us-ea st-1", "xx-east-1"]
        {
            assert_eq!(partition_for_region(region), None, "{region}");
        }
    }
}
