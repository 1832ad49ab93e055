//! Keys and buckets whose names do not go well with URLs: each arrives as it was given, or is refused.

use cumulo::s3;
use cumulo_tests::Server;

use super::Bucket;
use crate::world::{World, unique};

/// Keys that some layer might take for something else.
const HOSTILE: [&str; 12] = [
    "a?b#c%25+",
    "?versions",
    "key?acl&x=y",
    "%2e%2e%2f",
    "%zz",
    "with space/and+plus",
    " leading and trailing ",
    "ünïcode/日本語 ☂ 🦀",
    "e\u{301} is not \u{e9}",
    "back\\slash",
    "{Bucket}/{Key+}",
    "quote'\"<>&;:@=,!$()*~|^`[]",
];

/// Keys that a path would be cleaned of.
const UNCLEAN: [&str; 11] = [
    ".",
    "..",
    "../up",
    "a/../b",
    "a/./b",
    "/leading",
    "//two",
    "double//slash",
    "trailing/",
    "trailing//",
    "a/..",
];

async fn comes_back(bucket: &Bucket, key: &str) {
    bucket.put(key, key.to_owned()).await;
    assert_eq!(bucket.content(key).await, key.as_bytes(), "{key:?}");
    let input = s3::ListObjectsV2Input::new().bucket(&*bucket.name).encoding_type("url");
    let listed = bucket.client.list_objects_v2(input.prefix(key)).await.unwrap();
    assert!(listed.contents.is_some_and(|objects| !objects.is_empty()), "{key:?}");
    let delete = s3::DeleteObjectInput::new().bucket(&*bucket.name).key(key);
    bucket.client.delete_object(delete).await.unwrap();
}

#[tokio::test]
async fn what_looks_like_a_query_or_an_escape_is_a_key() {
    let bucket = Bucket::make().await;
    for key in HOSTILE {
        comes_back(&bucket, key).await;
    }
}

#[tokio::test]
async fn no_layer_cleans_a_key() {
    let bucket = Bucket::make().await;
    if bucket.world.target.server == Server::S3s {
        // It keeps objects as files, whose names cannot be these.
        return;
    }
    for key in UNCLEAN {
        comes_back(&bucket, key).await;
    }
    comes_back(&bucket, &"/1024".repeat(205)[..1024]).await;
}

#[tokio::test]
async fn a_bucket_with_dots_and_digits_is_a_bucket() {
    let world = World::start().await;
    let client = s3::Client::new(&world.config());
    let name = unique("1.dotted.bucket-name");
    client.create_bucket(s3::CreateBucketInput::new().bucket(&*name)).await.unwrap();
    let bucket = Bucket { world, client, name };
    comes_back(&bucket, "key").await;
    let delete = s3::DeleteBucketInput::new().bucket(&*bucket.name);
    bucket.client.delete_bucket(delete).await.unwrap();
}
