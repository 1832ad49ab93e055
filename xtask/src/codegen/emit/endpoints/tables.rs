//! `services.rs`: what every service has where.
//!
//! Everything that the file leaves to be merged is merged here, and host names that differ in the region alone become one
//! template. What is left is numbers: a service has a range of endpoints, an endpoint an id, a signing region and a form,
//! and few forms serve all.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use indexmap::IndexSet;

use super::super::super::writer::Writer;
use super::data::{File, Partition, Properties, Service, hostname};

/// No entry, where a number is one of a table.
const NONE: usize = u16::MAX as usize;

/// What a host name can be asked to have, in the order of a form's columns.
const VARIANTS: [&[&str]; 4] = [&[], &["fips"], &["dualstack"], &["dualstack", "fips"]];

/// Signing methods, the preferred first. The signer knows the first two, which differ in the escaping of paths.
const METHODS: [&str; 4] = ["v4", "s3v4", "v2", "s3"];

/// `services.rs`: what every service has where.
pub(super) fn services(file: &File) -> Result<Writer> {
    let mut tables = Tables::new(file);
    for partition in &file.partitions {
        for (id, service) in &partition.services {
            tables.service(partition, id, service).with_context(|| format!("{id} in {}", partition.id))?;
        }
        tables.partitions.push(tables.services.len() / 5);
    }
    tables.write()
}

/// The tables as they grow. Rows refer to one another by number.
struct Tables<'a> {
    /// Ids of endpoints, and regions that are signed for; sorted, so that numbers can be searched for.
    endpoint_ids: IndexSet<&'a str>,
    service_ids: IndexSet<&'a str>,
    signing_names: IndexSet<&'a str>,
    hosts: IndexSet<String>,
    forms: IndexSet<[usize; 6]>,
    endpoints: Vec<usize>,
    services: Vec<usize>,
    partitions: Vec<usize>,
}

impl<'a> Tables<'a> {
    fn new(file: &'a File) -> Self {
        let services = || file.partitions.iter().flat_map(|partition| partition.services.values());
        let mut endpoint_ids = BTreeSet::new();
        let mut signing_names = BTreeSet::new();
        for service in services() {
            endpoint_ids.extend(service.endpoints.keys().map(String::as_str));
            for properties in service.endpoints.values().chain([&service.defaults]) {
                endpoint_ids.extend(properties.credential_scope.region.as_deref());
                signing_names.extend(properties.credential_scope.service.as_deref());
            }
        }
        Self {
            endpoint_ids: endpoint_ids.into_iter().collect(),
            service_ids: file.service_ids().into_iter().collect(),
            signing_names: signing_names.into_iter().collect(),
            hosts: IndexSet::new(),
            forms: IndexSet::new(),
            endpoints: Vec::new(),
            services: Vec::new(),
            partitions: vec![0],
        }
    }

    fn service(&mut self, partition: &Partition, id: &str, service: &Service) -> Result<()> {
        ensure!(
            service.defaults.credential_scope.region.is_none(),
            "a signing region by default, which the tables cannot hold"
        );
        let nothing = Properties::default();
        let form = self.form(partition, id, service, "", &nothing)?;
        let partition_endpoint = match &service.partition_endpoint {
            None => NONE,
            Some(id) if service.endpoints.contains_key(id) => number(&self.endpoint_ids, id)?,
            // The file names some endpoints that it does not list; they say nothing that the defaults do not.
            Some(_) => NONE,
        };
        let is_regionalized = usize::from(service.is_regionalized.unwrap_or(true));
        let first = self.endpoints.len() / 3;
        let service_number = number(&self.service_ids, id)?;
        self.services.extend([service_number, first, form, partition_endpoint, is_regionalized]);
        for (endpoint_id, endpoint) in &service.endpoints {
            let form = self.form(partition, id, service, endpoint_id, endpoint)?;
            let region = match &endpoint.credential_scope.region {
                Some(region) => number(&self.endpoint_ids, region)?,
                None => NONE,
            };
            self.endpoints.extend([number(&self.endpoint_ids, endpoint_id)?, region, form]);
        }
        Ok(())
    }

    /// The number of what one endpoint has, with every default in place.
    fn form(
        &mut self,
        partition: &Partition,
        service_id: &str,
        service: &Service,
        id: &str,
        endpoint: &Properties,
    ) -> Result<usize> {
        let chain = [endpoint, &service.defaults, &partition.defaults];
        let mut columns = [NONE; 6];
        for (column, tags) in columns.iter_mut().zip(VARIANTS) {
            if let Some(host) = hostname(partition, chain, tags)? {
                let scope = endpoint.credential_scope.region.as_deref();
                let template = template(&host, service_id, id, scope);
                let filled = |text: &str| {
                    text.replace("{service}", service_id)
                        .replace("{region}", id)
                        .replace("{scope}", scope.unwrap_or(id))
                };
                ensure!(filled(&template) == filled(&host), "the template {template} does not give {host}");
                *column = self.hosts.insert_full(template).0;
            }
        }
        let scope =
            [endpoint, &service.defaults].into_iter().find_map(|of| of.credential_scope.service.as_ref());
        if let Some(name) = scope {
            columns[4] = number(&self.signing_names, name)?;
        }
        let first = |list: fn(&Properties) -> &Vec<String>| {
            chain.into_iter().map(list).find(|list| !list.is_empty()).context("a list without a default")
        };
        let methods = first(|properties| &properties.signature_versions)?;
        let method = METHODS.iter().position(|method| methods.iter().any(|known| known == method));
        let has_https = first(|properties| &properties.protocols)?.iter().any(|protocol| protocol == "https");
        let method = method.with_context(|| format!("no known signing method in {methods:?}"))?;
        columns[5] = method << 2 | usize::from(endpoint.deprecated) << 1 | usize::from(has_https);
        Ok(self.forms.insert_full(columns).0)
    }

    fn write(self) -> Result<Writer> {
        let mut writer = Writer::new("cargo xtask codegen", "endpoints.json");
        writer.blank().line("use crate::metadata::Texts;").blank();
        writer.doc("Ids of endpoints, most of them regions, and regions that are signed for; sorted.");
        texts(&mut writer, "ENDPOINT_IDS", self.endpoint_ids)?;
        writer.doc("Ids of services, sorted.");
        texts(&mut writer, "SERVICE_IDS", self.service_ids)?;
        writer.doc("Names that services sign with, where it is not their id.");
        texts(&mut writer, "SIGNING_NAMES", self.signing_names)?;
        writer.doc("Host names.");
        texts(&mut writer, "HOSTS", self.hosts.iter().map(String::as_str))?;
        writer.doc(
            "What endpoints have: hosts (plain, FIPS, dual-stack, both), signing name, and bits: the signing method from the \
             third on, then whether it is deprecated, and whether it has TLS.",
        );
        numbers(&mut writer, "FORMS", self.forms.into_iter().flatten().collect())?;
        writer.doc("Endpoints by service: id, signing region, form.");
        numbers(&mut writer, "ENDPOINTS", self.endpoints)?;
        writer.doc(
            "Services by partition: id, first endpoint, form of regions that are not listed, endpoint of the partition, and \
             whether it is regional.",
        );
        numbers(&mut writer, "SERVICES", self.services)?;
        writer.doc("The first service of each partition, in the order of `PARTITIONS`, and the end.");
        numbers(&mut writer, "PARTITION_STARTS", self.partitions)?;
        Ok(writer)
    }
}

/// The host name with what differs between endpoints taken out, which `cumulo_endpoints` puts in again.
fn template(host: &str, service: &str, id: &str, signing_region: Option<&str>) -> String {
    let mut text = host.to_owned();
    if let Some(rest) = host.strip_prefix(service).filter(|rest| rest.starts_with(['.', '-'])) {
        text = format!("{{service}}{rest}");
    }
    for (value, name) in [(Some(id), "{region}"), (signing_region, "{scope}")] {
        let Some(value) = value.filter(|value| value.contains('-') && text.contains(value)) else { continue };
        if !text.contains("{region}") {
            text = text.replacen(value, name, 1);
        }
    }
    text
}

fn number(set: &IndexSet<&str>, id: &str) -> Result<usize> {
    set.get_index_of(id).with_context(|| format!("{id} is in no table"))
}

fn texts<'a>(writer: &mut Writer, name: &str, texts: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let texts: Vec<&str> = texts.into_iter().collect();
    ensure!(!texts.iter().any(|text| text.contains(['\n', '"', '\\'])), "a text that needs escapes");
    let lines = texts.join("\n");
    ensure!(lines.len() < NONE, "{name} is too long for its offsets");
    let count = texts.len();
    writer.line(format_args!("pub(crate) static {name}: Texts = Texts::new({name}_LINES, &{name}_ENDS);"));
    writer.line(format_args!("const {name}_LINES: &str = \"{lines}\";"));
    writer.line(format_args!("static {name}_ENDS: [u16; {count}] = Texts::ends({name}_LINES);")).blank();
    Ok(())
}

fn numbers(writer: &mut Writer, name: &str, numbers: Vec<usize>) -> Result<()> {
    ensure!(numbers.iter().all(|number| *number <= NONE), "{name} has a number that does not fit");
    let list: Vec<String> = numbers.iter().map(usize::to_string).collect();
    writer.line(format_args!("pub(crate) static {name}: [u16; {}] = [{}];", list.len(), list.join(", ")));
    Ok(())
}
