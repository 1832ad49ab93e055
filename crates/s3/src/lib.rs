//! Amazon S3 for Cumulo.
