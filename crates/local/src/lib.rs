//! An embedded endpoint that serves S3, STS with MFA, KMS and SQS on loopback, for development and tests.
