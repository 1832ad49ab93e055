//! The documents of the metadata service that have a structure.

use cumulo_core::DateTime;

use crate::document::{document, text, time};

/// Who an EC2 instance is. Same role as Go's `ec2metadata.EC2InstanceIdentityDocument`.
///
/// Source: the Amazon EC2 User Guide, "Instance identity documents".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceIdentityDocument {
    /// The account that owns it.
    pub account_id: Option<String>,
    /// `x86_64`, `arm64` and the like.
    pub architecture: Option<String>,
    /// Where in the region it runs.
    pub availability_zone: Option<String>,
    /// The image it was started from.
    pub image_id: Option<String>,
    /// Its id.
    pub instance_id: Option<String>,
    /// What it is made of, such as `t3.micro`.
    pub instance_type: Option<String>,
    /// When it was started.
    pub pending_time: Option<DateTime>,
    /// Its address in its network.
    pub private_ip: Option<String>,
    /// The region it runs in.
    pub region: Option<String>,
}

/// The instance profile of an EC2 instance. Same role as Go's `ec2metadata.EC2IAMInfo`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IamInfo {
    /// When its credentials were last renewed.
    pub last_updated: Option<DateTime>,
    /// The profile's ARN.
    pub instance_profile_arn: Option<String>,
    /// The profile's id.
    pub instance_profile_id: Option<String>,
}

document! {
    /// An identity document as it is sent.
    IdentityJson {
        0 account_id: String = text("accountId");
        1 architecture: String = text("architecture");
        2 availability_zone: String = text("availabilityZone");
        3 image_id: String = text("imageId");
        4 instance_id: String = text("instanceId");
        5 instance_type: String = text("instanceType");
        6 pending_time: DateTime = time("pendingTime");
        7 private_ip: String = text("privateIp");
        8 region: String = text("region");
    }
}

document! {
    /// The instance profile as it is sent.
    InfoJson {
        0 code: String = text("Code");
        1 last_updated: DateTime = time("LastUpdated");
        2 instance_profile_arn: String = text("InstanceProfileArn");
        3 instance_profile_id: String = text("InstanceProfileId");
    }
}

impl From<IdentityJson> for InstanceIdentityDocument {
    fn from(json: IdentityJson) -> Self {
        Self {
            account_id: json.account_id,
            architecture: json.architecture,
            availability_zone: json.availability_zone,
            image_id: json.image_id,
            instance_id: json.instance_id,
            instance_type: json.instance_type,
            pending_time: json.pending_time,
            private_ip: json.private_ip,
            region: json.region,
        }
    }
}

impl From<InfoJson> for IamInfo {
    fn from(json: InfoJson) -> Self {
        Self {
            last_updated: json.last_updated,
            instance_profile_arn: json.instance_profile_arn,
            instance_profile_id: json.instance_profile_id,
        }
    }
}
