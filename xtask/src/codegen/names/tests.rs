//! Names, as a table and over every model.

use std::collections::HashMap;

use super::*;
use crate::codegen::model::Model;
use crate::{services, workspace};

#[test]
fn fields_and_types_come_from_the_same_words() {
    #[rustfmt::skip]
    let table = [
        ("ACL", "acl", "Acl"),
        ("ACLs", "acls", "Acls"),
        ("ARN", "arn", "Arn"),
        ("ARNs", "arns", "Arns"),
        ("AcceleratorTotalMemoryMiB", "accelerator_total_memory_mib", "AcceleratorTotalMemoryMib"),
        ("AssumeRoleWithSAML", "assume_role_with_saml", "AssumeRoleWithSaml"),
        ("BucketKeyEnabled", "bucket_key_enabled", "BucketKeyEnabled"),
        ("CORSRules", "cors_rules", "CorsRules"),
        ("CPUArchitecture", "cpu_architecture", "CpuArchitecture"),
        ("ChecksumCRC32", "checksum_crc32", "ChecksumCrc32"),
        ("ChecksumCRC32C", "checksum_crc32c", "ChecksumCrc32c"),
        ("ChecksumCRC64NVME", "checksum_crc64nvme", "ChecksumCrc64nvme"),
        ("ChecksumSHA256", "checksum_sha256", "ChecksumSha256"),
        ("CopySourceIfNoneMatch", "copy_source_if_none_match", "CopySourceIfNoneMatch"),
        ("CopySourceSSECustomerKeyMD5", "copy_source_sse_customer_key_md5", "CopySourceSseCustomerKeyMd5"),
        ("CustomKeyStoreHasCMKsException", "custom_key_store_has_cmks_exception", "CustomKeyStoreHasCmksException"),
        ("DNSName", "dns_name", "DnsName"),
        ("EBSKMSKeyId", "ebs_kms_key_id", "EbsKmsKeyId"),
        ("EC2InstanceId", "ec2_instance_id", "Ec2InstanceId"),
        ("ECSManagedResources", "ecs_managed_resources", "EcsManagedResources"),
        ("ETag", "e_tag", "ETag"),
        ("FSxWindowsFileServerVolume", "fsx_windows_file_server_volume", "FsxWindowsFileServerVolume"),
        ("GPUs", "gpus", "Gpus"),
        ("ID", "id", "Id"),
        ("IDPRejectedClaim", "idp_rejected_claim", "IdpRejectedClaim"),
        ("IDs", "ids", "Ids"),
        ("IDsPerPage", "ids_per_page", "IdsPerPage"),
        ("IPCMode", "ipc_mode", "IpcMode"),
        ("IPv6CidrBlock", "ipv6_cidr_block", "Ipv6CidrBlock"),
        ("IoTThing", "iot_thing", "IotThing"),
        ("JSONOutput", "json_output", "JsonOutput"),
        ("JWTPayloadSizeExceeded", "jwt_payload_size_exceeded", "JwtPayloadSizeExceeded"),
        ("KMSMasterKeyID", "kms_master_key_id", "KmsMasterKeyId"),
        ("KeyMetadata", "key_metadata", "KeyMetadata"),
        ("ListObjectsV2", "list_objects_v2", "ListObjectsV2"),
        ("ListObjectsV2Request", "list_objects_v2_request", "ListObjectsV2Request"),
        ("MD5OfBody", "md5_of_body", "Md5OfBody"),
        ("MFADelete", "mfa_delete", "MfaDelete"),
        ("OAuth2", "oauth2", "Oauth2"),
        ("OAuthToken", "oauth_token", "OauthToken"),
        ("OSFamily", "os_family", "OsFamily"),
        ("PropagateMITags", "propagate_mi_tags", "PropagateMiTags"),
        ("S3RegionalOrS3ExpressBucketArnString", "s3_regional_or_s3_express_bucket_arn_string",
            "S3RegionalOrS3ExpressBucketArnString"),
        ("SAMLAssertion", "saml_assertion", "SamlAssertion"),
        ("SSECustomerKeyMD5", "sse_customer_key_md5", "SseCustomerKeyMd5"),
        ("SSEKMS", "sse_kms", "SseKms"),
        ("SSEKMSEncryptionContext", "sse_kms_encryption_context", "SseKmsEncryptionContext"),
        ("SSEKMSKeyId", "sse_kms_key_id", "SseKmsKeyId"),
        ("SSES3", "sse_s3", "SseS3"),
        ("SupportsIPv4", "supports_ipv4", "SupportsIpv4"),
        ("TTL", "ttl", "Ttl"),
        ("TotalLocalStorageGBRequest", "total_local_storage_gb_request", "TotalLocalStorageGbRequest"),
        ("URLs", "urls", "Urls"),
        ("VCpuCountRange", "vcpu_count_range", "VcpuCountRange"),
        ("AWSIoTEvent", "aws_iot_event", "AwsIotEvent"),
        ("XMLIPv4", "xml_ipv4", "XmlIpv4"),
        ("enableECSManagedTags", "enable_ecs_managed_tags", "EnableEcsManagedTags"),
        ("memoryGiBPerVCpu", "memory_gib_per_vcpu", "MemoryGibPerVcpu"),
        ("privateIpv4Address", "private_ipv4_address", "PrivateIpv4Address"),
        ("pidMode", "pid_mode", "PidMode"),
        ("s3KeyPrefix", "s3_key_prefix", "S3KeyPrefix"),
        ("webACLArn", "web_acl_arn", "WebAclArn"),
        ("x-amz-id-2", "x_amz_id_2", "XAmzId2"),
    ];
    for (name, expected_field, expected_type) in table {
        assert_eq!(field(name), expected_field, "the field of {name}");
        assert_eq!(type_name(name), expected_type, "the type of {name}");
    }
}

#[test]
fn keywords_are_escaped_where_they_stand() {
    assert_eq!(field("type"), "r#type");
    assert_eq!(field("Match"), "r#match");
    assert_eq!(field("self"), "self_");
    assert_eq!(field("Super"), "super_");
    assert_eq!(field("New"), "new_");
    assert_eq!(method("Yield"), "r#yield");
    assert_eq!(module("Move"), "move_");
    assert_eq!(type_name("Self"), "Self_");
    assert_eq!(type_name("option"), "Option_");
}

#[test]
fn values_of_enums_become_constants() {
    let table = [
        ("aws:kms", "AWS_KMS"),
        ("aws:kms:dsse", "AWS_KMS_DSSE"),
        ("us-east-1", "US_EAST_1"),
        ("EU", "EU"),
        ("IDENTITY_PROVIDER", "IDENTITY_PROVIDER"),
        ("AES256", "AES256"),
        ("a10g", "A10G"),
        ("s3:ObjectCreated:*", "S3_OBJECT_CREATED_ALL"),
        ("s3:ObjectCreated:Put", "S3_OBJECT_CREATED_PUT"),
        ("*", "ALL"),
        ("", "EMPTY"),
        ("2012-10-17", "V2012_10_17"),
        ("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_256"),
        ("NoSuchBucket", "NO_SUCH_BUCKET"),
    ];
    for (value, expected) in table {
        assert_eq!(enum_constant(value), expected, "{value}");
    }
}

#[test]
fn error_constants_come_from_the_name_of_the_shape() {
    assert_eq!(constant("NoSuchBucket"), "NO_SUCH_BUCKET");
    assert_eq!(constant("NotFoundException"), "NOT_FOUND_EXCEPTION");
    assert_eq!(constant("QueueDoesNotExist"), "QUEUE_DOES_NOT_EXIST");
    assert_eq!(constant("KMSInvalidStateException"), "KMS_INVALID_STATE_EXCEPTION");
}

#[test]
fn no_two_names_of_a_committed_model_become_one() {
    let root = workspace::root();
    for service in services::read(root).unwrap() {
        let model = Model::read(&root.join("xtask/models").join(&service.name)).unwrap();
        unique(&service.name, "methods", model.operations.keys(), method);
        unique(&service.name, "modules", model.operations.keys(), module);
        let errors = model.shapes.iter().filter(|(_, shape)| shape.exception).map(|(name, _)| name);
        unique(&service.name, "errors", errors, constant);
        for (name, shape) in &model.shapes {
            unique(name, "fields", shape.members.keys(), field);
            unique(name, "values", &shape.values, enum_constant);
        }
    }
}

fn unique<'a>(
    owner: &str,
    what: &str,
    names: impl IntoIterator<Item = &'a String>,
    rust: impl Fn(&str) -> String,
) {
    let mut seen = HashMap::new();
    for name in names {
        let made = rust(name);
        let identifier = made.strip_prefix("r#").unwrap_or(&made);
        assert!(
            identifier.starts_with(|c: char| c.is_ascii_alphabetic())
                && identifier.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
            "{owner}: {made:?} (from {name:?}) is no identifier"
        );
        if let Some(other) = seen.insert(made.clone(), name) {
            panic!("{owner}: the {what} {other:?} and {name:?} both become {made}");
        }
    }
}
