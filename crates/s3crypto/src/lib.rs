//! Client-side encryption for Amazon S3 objects.
