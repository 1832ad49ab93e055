"""Reads and writes encrypted objects with the official client, as lines of JSON on standard input ask for.

Usage: s3ec.py ENDPOINT REGION KMS_KEY

Each line has `op` (`put`, `upload` or `get`), `suite` (`v3` or `v2`), `bucket`, `key`, `file` and `context`; a `get` may
have `suffix`, of the instruction file. Content comes from and goes to the file. The answer is a line with `ok`, or `error`.
"""

import json
import sys

import boto3
from botocore.config import Config
from s3_encryption import S3EncryptionClient, S3EncryptionClientConfig
from s3_encryption.materials.kms_keyring import KmsKeyring
from s3_encryption.materials.materials import AlgorithmSuite, CommitmentPolicy

SUITES = {
    "v3": (
        AlgorithmSuite.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    ),
    "v2": (
        AlgorithmSuite.ALG_AES_256_GCM_IV12_TAG16_NO_KDF,
        CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
    ),
}


def main(endpoint, region, kms_key):
    def plain(service):
        config = Config(s3={"addressing_style": "path"})
        return boto3.client(service, endpoint_url=endpoint, region_name=region, config=config)

    clients = {}
    for name, (suite, policy) in SUITES.items():
        keyring = KmsKeyring(plain("kms"), kms_key, enable_legacy_wrapping_algorithms=False)
        config = S3EncryptionClientConfig(
            keyring=keyring, encryption_algorithm=suite, commitment_policy=policy
        )
        clients[name] = S3EncryptionClient(plain("s3"), config)

    for line in sys.stdin:
        order = json.loads(line)
        try:
            run(clients[order["suite"]], order)
            answer = {"ok": True}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def run(client, order):
    where = {"Bucket": order["bucket"], "Key": order["key"]}
    if order["context"]:
        where["EncryptionContext"] = order["context"]
    if order["op"] == "get":
        if "suffix" in order:
            where["InstructionFileSuffix"] = order["suffix"]
        with open(order["file"], "wb") as file:
            file.write(client.get_object(**where)["Body"].read())
    elif order["op"] == "put":
        with open(order["file"], "rb") as file:
            client.put_object(Body=file.read(), **where)
    else:
        names = {"EncryptionContext": where.pop("EncryptionContext")} if order["context"] else {}
        client.upload_file(order["file"], order["bucket"], order["key"], **names)


main(*sys.argv[1:])
