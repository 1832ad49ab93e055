"""Shows with boto3, an independent client, that a target keeps what the tests are told about it.

Usage: probe.py TARGET ENDPOINT REGION < IDENTITIES

Prints one line for each fact and fails at the first that is otherwise. Without this, a target that checks no
signature would let a wrong signer pass every test.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# What each target does: does it verify signatures, what becomes of a role that asks for MFA, its services.
TARGETS = {
    "moto": (False, "assumed", ["s3", "sts", "kms", "sqs"]),
    "ministack": (True, "AccessDenied", ["s3", "sts", "kms", "sqs"]),
    "s3s": (True, None, ["s3"]),
}
CALLS = {"s3": "list_buckets", "sts": "get_caller_identity", "kms": "list_keys", "sqs": "list_queues"}
NO_RETRY = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def main(target, endpoint, region):
    verifies_signatures, mfa, services = TARGETS[target]
    identities = json.load(sys.stdin)
    user = (identities["access_key_id"], identities["secret_access_key"], None)

    def client(service, key):
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        keys = dict(zip(names, key))
        return boto3.client(service, endpoint_url=endpoint, region_name=region, config=NO_RETRY, **keys)

    def outcome(service, key):
        return attempt(getattr(client(service, key), CALLS[service]))

    def expect(what, found, wanted):
        print(f"{target}: {what}: {found}", flush=True)
        if (found == "ok") != (wanted == "ok"):
            sys.exit(f"{target}: {what} should have been {wanted}")

    for service in services:
        expect(f"{service} with the right key", outcome(service, user), "ok")
        broken = outcome(service, (user[0], user[1][:-1] + "?", None))
        expect(f"{service} with a wrong secret", broken, "refused" if verifies_signatures else "ok")

    if mfa:
        sts = client("sts", user)
        role = sts.assume_role(RoleArn=identities["role_arn"], RoleSessionName="probe")["Credentials"]
        session = (role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])
        for service in services:
            expect(f"{service} with the role", outcome(service, session), "ok")
            broken = outcome(service, (session[0], session[1], "broken"))
            expect(f"{service} with a wrong token", broken, "refused" if verifies_signatures else "ok")
        wanted = "ok" if mfa == "assumed" else "refused"
        expect("the MFA role with a code", attempt(lambda: sts.assume_role(
            RoleArn=identities["mfa_role_arn"],
            RoleSessionName="probe",
            SerialNumber=identities["mfa_serial"],
            TokenCode="123456",
        )), wanted)


def attempt(call):
    """Returns `ok` or the code of the error."""
    try:
        call()
        return "ok"
    except ClientError as error:
        return error.response["Error"]["Code"]


if __name__ == "__main__":
    main(*sys.argv[1:])
