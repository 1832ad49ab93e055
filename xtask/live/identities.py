"""Makes the identities that the integration tests use in an emulator, and prints them as one JSON object.

Usage: identities.py ENDPOINT REGION

The emulator's root key makes an IAM user with an access key, a role that the user may assume, a role that asks for
multi-factor authentication, an MFA device, and a role for the tokens of an identity provider. What is printed holds secrets of that emulator alone.
"""

import json
import sys

import boto3

ROOT = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
USER = "cumulo"
# Whose tokens `tests/tests/integration/credentials.rs` makes.
ISSUER = "issuer.test"
SERVICES = ["s3:*", "sqs:*", "kms:*", "sts:*"]


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def permissions():
    return document(Action=SERVICES, Resource="*")


def make_role(iam, name, user_arn, **condition):
    return make_role_for(iam, name, Principal={"AWS": user_arn}, Action="sts:AssumeRole", **condition)


def make_web_identity_role(iam, name):
    account = iam.get_user(UserName=USER)["User"]["Arn"].split(":")[4]
    provider = {"Federated": f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"}
    return make_role_for(iam, name, Principal=provider, Action="sts:AssumeRoleWithWebIdentity")


def make_role_for(iam, name, **statement):
    trust = document(**statement)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="services", PolicyDocument=permissions())
    return role["Arn"]


def main(endpoint, region):
    iam = boto3.client("iam", endpoint_url=endpoint, region_name=region, **ROOT)
    user_arn = iam.create_user(UserName=USER)["User"]["Arn"]
    iam.put_user_policy(UserName=USER, PolicyName="services", PolicyDocument=permissions())
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=USER)["VirtualMFADevice"]

    mfa_only = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    identities = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
        "role_arn": make_role(iam, "cumulo-role", user_arn),
        "mfa_role_arn": make_role(iam, "cumulo-mfa-role", user_arn, **mfa_only),
        "mfa_serial": device["SerialNumber"],
        "web_identity_role_arn": make_web_identity_role(iam, "cumulo-web-role"),
    }
    print(json.dumps(identities))


if __name__ == "__main__":
    main(*sys.argv[1:])
