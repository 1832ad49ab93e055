//! How clients name their service's endpoints. Most services have nothing but a prefix.

/// How a service names its endpoints. A service client holds one and hands it to [`resolve`](crate::resolve).
///
/// Made with [`ServiceEndpoint::new`], then changed where the service departs from the rule.
///
/// ```
/// use cumulo_endpoints::{Params, ServiceEndpoint, resolve};
///
/// let monitoring = ServiceEndpoint::new("monitoring", "monitoring");
/// let endpoint = resolve(&Params::new(&monitoring, "eu-west-1"))?;
/// assert_eq!(endpoint.url, "https://monitoring.eu-west-1.amazonaws.com");
/// # Ok::<(), cumulo_endpoints::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceEndpoint<'a> {
    /// The first label of the host name, such as `kms`: the model's `endpointPrefix`.
    pub endpoint_prefix: &'a str,
    /// The service name in the signature's scope: the model's `signingName`.
    pub signing_name: &'a str,
    /// The form of dual-stack host names. Default: [`DualStack::Suffix`].
    pub dual_stack: DualStack,
    /// Partitions (by id) whose FIPS endpoints depart from `<prefix>-fips`. Default: none.
    pub fips_exceptions: &'a [(&'a str, Fips)],
    /// The host of the pseudo-region `aws-global`, for a service that has one. Default: none, and then
    /// `aws-global` means the partition's implicit global region.
    pub global_host: Option<&'a str>,
}

impl<'a> ServiceEndpoint<'a> {
    /// A service whose endpoints follow the common rule, `https://<prefix>.<region>.<suffix>`.
    pub const fn new(endpoint_prefix: &'a str, signing_name: &'a str) -> Self {
        Self {
            endpoint_prefix,
            signing_name,
            dual_stack: DualStack::Suffix,
            fips_exceptions: &[],
            global_host: None,
        }
    }

    /// Sets the form of dual-stack host names.
    #[must_use]
    pub const fn dual_stack(mut self, form: DualStack) -> Self {
        self.dual_stack = form;
        self
    }

    /// Sets the partitions whose FIPS endpoints depart from the rule.
    #[must_use]
    pub const fn fips_exceptions(mut self, exceptions: &'a [(&'a str, Fips)]) -> Self {
        self.fips_exceptions = exceptions;
        self
    }

    /// Sets the host of `aws-global`.
    #[must_use]
    pub const fn global_host(mut self, host: &'a str) -> Self {
        self.global_host = Some(host);
        self
    }
}

/// The form of a service's dual-stack (IPv4 and IPv6) host names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DualStack {
    /// `<prefix>.<region>.<dual-stack suffix>`, as in `kms.us-east-1.api.aws`.
    Suffix,
    /// `<prefix>.dualstack.<region>.<suffix>`, as in `s3.dualstack.us-east-1.amazonaws.com`.
    Label,
}

/// How one partition's FIPS endpoints of a service depart from `<prefix>-fips`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fips {
    /// The ordinary endpoint is the FIPS endpoint. Dual-stack FIPS endpoints keep the suffix.
    Ordinary,
    /// The service has no FIPS endpoint in that partition.
    Absent,
}

/// Amazon S3.
///
/// Its endpoint in `us-east-1` is the regional one; `aws-global` gives `s3.amazonaws.com`.
pub const S3: ServiceEndpoint<'static> = ServiceEndpoint::new("s3", "s3")
    .dual_stack(DualStack::Label)
    .fips_exceptions(&[("aws-cn", Fips::Absent)])
    .global_host("s3.amazonaws.com");

/// AWS Security Token Service.
///
/// Regional everywhere; `aws-global` gives `sts.amazonaws.com`, signed for `us-east-1`.
pub const STS: ServiceEndpoint<'static> = ServiceEndpoint::new("sts", "sts")
    .fips_exceptions(&[("aws-us-gov", Fips::Ordinary)])
    .global_host("sts.amazonaws.com");

/// AWS Key Management Service.
pub const KMS: ServiceEndpoint<'static> = ServiceEndpoint::new("kms", "kms");

/// Amazon Simple Queue Service.
pub const SQS: ServiceEndpoint<'static> =
    ServiceEndpoint::new("sqs", "sqs").fips_exceptions(&[("aws-us-gov", Fips::Ordinary)]);

/// Amazon Elastic Container Service.
pub const ECS: ServiceEndpoint<'static> = ServiceEndpoint::new("ecs", "ecs");
