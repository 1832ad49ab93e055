//! Objects encrypted with keys of the customer. The servers are reached without TLS, so the handler that asks for it is
//! taken off.

use cumulo::s3::{self, customizations};

use super::Bucket;

const KEY: [u8; 32] = *b"\x00\x01an odd key, not text, of 32 \xfe\xff";
const OTHER: &str = "0123456789abcdef0123456789abcdef";

async fn bucket() -> Bucket {
    let mut bucket = Bucket::make().await;
    bucket.client.handlers_mut().validate.remove_by_name(customizations::SSE_REQUIRES_TLS);
    bucket
}

fn put(bucket: &Bucket, key: &str) -> s3::PutObjectInput {
    s3::PutObjectInput::new()
        .bucket(&*bucket.name)
        .key(key)
        .body("secret")
        .sse_customer_algorithm("AES256")
        .sse_customer_key(&KEY)
}

#[tokio::test]
async fn an_object_comes_back_with_its_key_and_not_with_another() {
    let bucket = bucket().await;
    bucket.client.put_object(put(&bucket, "k")).await.unwrap();
    let get = || bucket.get("k").sse_customer_algorithm("AES256");
    let object = bucket.client.get_object(get().sse_customer_key(&KEY)).await.unwrap();
    assert_eq!(object.body.unwrap().collect().await.unwrap(), "secret");
    if bucket.world.target.capabilities().checks_customer_keys {
        let refused = bucket.client.get_object(get().sse_customer_key(OTHER)).await.unwrap_err();
        assert!(matches!(refused.status(), Some(400 | 403)), "{refused}");
        let refused = bucket.client.get_object(bucket.get("k")).await.unwrap_err();
        assert_eq!(refused.status(), Some(400));
        let wrong = put(&bucket, "k").sse_customer_key_md5("AAAAAAAAAAAAAAAAAAAAAA==");
        let refused = bucket.client.put_object(wrong).await.unwrap_err();
        assert_eq!(refused.status(), Some(400), "the caller's MD5 was sent");
    }
}

#[tokio::test]
async fn a_copy_takes_the_key_of_its_source_and_one_of_its_own() {
    let bucket = bucket().await;
    bucket.client.put_object(put(&bucket, "from")).await.unwrap();
    let copy = s3::CopyObjectInput::new()
        .bucket(&*bucket.name)
        .key("to")
        .copy_source(format!("{}/from", bucket.name))
        .copy_source_sse_customer_algorithm("AES256")
        .copy_source_sse_customer_key(&KEY)
        .sse_customer_algorithm("AES256")
        .sse_customer_key(OTHER);
    bucket.client.copy_object(copy).await.unwrap();
    let get = bucket.get("to").sse_customer_algorithm("AES256").sse_customer_key(OTHER);
    let object = bucket.client.get_object(get).await.unwrap();
    assert_eq!(object.body.unwrap().collect().await.unwrap(), "secret");
}
