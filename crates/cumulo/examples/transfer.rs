//! Large files: a file to S3 in parts, several at a time, and an object into a file; and URLs for those who have no
//! credentials.
//!
//! `cargo run --example transfer [FILE]`; without a file, 20 MiB that it makes up. S3 is the embedded endpoint's.

mod support;

use std::path::Path;
use std::time::Duration;

use cumulo::s3::types::{CompletedMultipartUpload, CompletedPart};
use cumulo::s3::{
    self, AbortMultipartUploadInput, CompleteMultipartUploadInput, CreateBucketInput,
    CreateMultipartUploadInput, GetObjectInput, PostPolicy, PutObjectInput, UploadPartInput,
};
use cumulo::{Body, BoxError, Error};
use tokio::task::JoinSet;

const BUCKET: &str = "transfers";
/// S3 takes parts of 5 MiB to 5 GiB, the last may be smaller, and 10,000 of them.
const PART_LEN: u64 = 8 << 20;
const AT_ONCE: usize = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let (_local, config) = support::embedded().await?;
    let s3 = s3::Client::new(&config);
    s3.create_bucket(CreateBucketInput::new().bucket(BUCKET)).await?;

    let folder = std::env::temp_dir().join(format!("cumulo-transfer-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let file = match std::env::args_os().nth(1) {
        Some(file) => file.into(),
        None => folder.join("made-up"),
    };
    if !file.exists() {
        std::fs::write(&file, b"all is well\n".repeat((20 << 20) / 12))?;
    }
    let done = transfer(&s3, &file, &folder.join("copy")).await;
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn transfer(s3: &s3::Client, file: &Path, copy: &Path) -> Result<(), BoxError> {
    let parts = upload(s3, "big", file).await?;
    println!("sent in {parts} parts");
    println!("received {} bytes", download(s3, "big", copy).await?);
    share(s3, "big").await?;
    Ok(())
}

/// Sends a file, and answers in how many parts. An upload that fails is aborted, as S3 keeps, and bills, parts until then.
async fn upload(s3: &s3::Client, key: &str, file: &Path) -> Result<usize, BoxError> {
    let len = std::fs::metadata(file)?.len();
    if len <= PART_LEN {
        let input = PutObjectInput::new().bucket(BUCKET).key(key).body(Body::file(file).await?);
        s3.put_object(input).await?;
        return Ok(1);
    }
    let input = CreateMultipartUploadInput::new().bucket(BUCKET).key(key);
    let id = s3.create_multipart_upload(input).await?.upload_id.ok_or("S3 gave the upload no id")?;
    match send_parts(s3, key, &id, file, len).await {
        Ok(parts) => {
            let count = parts.len();
            let input = CompleteMultipartUploadInput::new().bucket(BUCKET).key(key).upload_id(id);
            let parts = CompletedMultipartUpload::new().parts(parts);
            s3.complete_multipart_upload(input.multipart_upload(parts)).await?;
            Ok(count)
        }
        Err(error) => {
            let input = AbortMultipartUploadInput::new().bucket(BUCKET).key(key).upload_id(id);
            s3.abort_multipart_upload(input).await?;
            Err(error)
        }
    }
}

async fn send_parts(
    s3: &s3::Client,
    key: &str,
    id: &str,
    file: &Path,
    len: u64,
) -> Result<Vec<CompletedPart>, BoxError> {
    let part_len = PART_LEN.max(len.div_ceil(10_000));
    let mut calls: JoinSet<Result<CompletedPart, Error>> = JoinSet::new();
    let mut parts = Vec::new();
    for (number, offset) in (1..).zip((0..len.div_ceil(part_len)).map(|part| part * part_len)) {
        if calls.len() == AT_ONCE
            && let Some(part) = calls.join_next().await
        {
            parts.push(part??);
        }
        // A part of a file can be rewound, so it is retried like anything else.
        let body = Body::file_range(file, offset, part_len.min(len - offset));
        let input = UploadPartInput::new().bucket(BUCKET).key(key).upload_id(id);
        let call = s3.upload_part(input.part_number(number).body(body));
        calls.spawn(async move {
            let e_tag = call.await?.e_tag.unwrap_or_default();
            Ok(CompletedPart::new().part_number(number).e_tag(e_tag))
        });
    }
    while let Some(part) = calls.join_next().await {
        parts.push(part??);
    }
    parts.sort_by_key(|part| part.part_number);
    Ok(parts)
}

/// Writes an object into a file while it arrives, and answers its length.
async fn download(s3: &s3::Client, key: &str, file: &Path) -> Result<u64, BoxError> {
    let object = s3.get_object(GetObjectInput::new().bucket(BUCKET).key(key)).await?;
    let mut file = tokio::fs::File::create(file).await?;
    let len = tokio::io::copy(&mut object.body.unwrap_or_default().into_async_read(), &mut file).await?;
    // What the file has been given may not be on the disk yet, and dropping it would not say that it failed.
    file.sync_all().await?;
    Ok(len)
}

/// What others need to read an object, to write one, and to upload one by a form. Nothing is sent for it.
async fn share(s3: &s3::Client, key: &str) -> Result<(), Error> {
    let for_an_hour = Duration::from_secs(3600);
    let get =
        s3.get_object_request(GetObjectInput::new().bucket(BUCKET).key(key)).presign(for_an_hour).await?;
    println!("{} {}…", get.method, get.url.split('?').next().unwrap_or_default());

    // Headers are signed: whoever uses the URL sends those that come with it.
    let input = PutObjectInput::new().bucket(BUCKET).key("theirs").content_type("text/plain");
    let put = s3.put_object_request(input).presign(for_an_hour).await?;
    println!("{} {}… with {:?}", put.method, put.url.split('?').next().unwrap_or_default(), put.headers);

    let policy = PostPolicy::new(BUCKET).key_prefix("inbox/").content_length_range(1..=1 << 20);
    let form = policy.presign(s3, for_an_hour).await?;
    let names: Vec<_> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    println!("POST {} with the fields {}, and file", form.url, names.join(", "));
    Ok(())
}
