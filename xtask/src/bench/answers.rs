//! What the canned server answers: the same bytes to every call of a kind, of the size that AWS would send.

use std::fmt::Write as _;

/// An answer's bytes, head and body.
pub(crate) type Answer = Vec<u8>;

/// One answer for each kind of call.
#[derive(Debug)]
pub(crate) struct Answers {
    object: Answer,
    stored: Answer,
    page: Answer,
    message: Answer,
    data_key: Answer,
    role: Answer,
}

impl Answers {
    pub(crate) fn new() -> Self {
        let s3 = "x-amz-id-2: 3Oj5yYOvJZzM0vVCcKo0Wd2vTnGEmDnYhTsNhAGvPv8hFEfUU5pQVyEyoZbsNn8wYQ1kRdQ3jnM=\r\n\
                  x-amz-request-id: 4442587FB7D0A2F9\r\nServer: AmazonS3\r\n";
        let etag = "ETag: \"7b3f8a5d1c0e4f6a9b2d8c7e6f5a4b3c\"\r\n";
        let object = format!(
            "{s3}Last-Modified: Wed, 12 Oct 2022 17:50:00 GMT\r\n{etag}x-amz-server-side-encryption: AES256\r\n\
             Accept-Ranges: bytes\r\nContent-Type: binary/octet-stream\r\n"
        );
        let id = "x-amzn-RequestId: 0f4d5a3e-8a0b-5c2d-9e1f-7a6b5c4d3e2f\r\n";
        let json_1_0 = format!("{id}Content-Type: application/x-amz-json-1.0\r\n");
        let json_1_1 = format!("{id}Content-Type: application/x-amz-json-1.1\r\n");
        Self {
            object: answer(&object, &"x".repeat(1024)),
            stored: answer(&format!("{s3}{etag}x-amz-server-side-encryption: AES256\r\n"), ""),
            page: answer(&format!("{s3}Content-Type: application/xml\r\n"), &page()),
            message: answer(&json_1_0, MESSAGE),
            data_key: answer(&json_1_1, DATA_KEY),
            role: answer(&format!("{id}Content-Type: text/xml\r\n"), ROLE),
        }
    }

    /// The answer to a request with this head.
    pub(crate) fn to(&self, head: &str) -> &[u8] {
        if head.starts_with("PUT ") {
            &self.stored
        } else if head.starts_with("POST ") {
            self.to_action(head)
        } else if head.lines().next().is_some_and(|line| line.contains("list-type=2")) {
            &self.page
        } else {
            &self.object
        }
    }

    fn to_action(&self, head: &str) -> &[u8] {
        if head.contains("AmazonSQS.SendMessage") {
            &self.message
        } else if head.contains("TrentService.GenerateDataKey") {
            &self.data_key
        } else {
            &self.role
        }
    }
}

fn answer(headers: &str, body: &str) -> Answer {
    let date = "Date: Wed, 12 Oct 2022 17:50:01 GMT";
    format!("HTTP/1.1 200 OK\r\n{headers}{date}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A page of a thousand keys, 231 KB.
fn page() -> String {
    let mut page = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                    <ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name>\
                    <Prefix></Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
        .to_owned();
    for number in 0..1000 {
        let written = write!(
            page,
            "<Contents><Key>data/2022/10/12/part-{number:06}.parquet</Key>\
             <LastModified>2022-10-12T17:50:00.000Z</LastModified>\
             <ETag>&quot;7b3f8a5d1c0e4f6a9b2d8c7e6f{number:06}&quot;</ETag><Size>{}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>",
            1000 + number
        );
        debug_assert!(written.is_ok(), "a String takes all that is written");
    }
    page + "</ListBucketResult>"
}

/// To a message whose body is `hello`.
const MESSAGE: &str = r#"{"MessageId":"5fea7756-0ea4-451a-a703-a558b933e274","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}"#;

const DATA_KEY: &str = r#"{"CiphertextBlob":"AQIDAHhuLSzQMa9p6M2Nd6r3d8wYQ1kRdQ3jnMv3Oj5yYOvJZzM0vVCcKo0Wd2vTnGEmDnYhAAAAfjB8BgkqhkiG9w0BBwagbzBtAgEAMGgGCSqGSIb3DQEHATAeBglghkgBZQMEAS4wEQQMAAECAwQFBgcICQoLAgEQgDs=","KeyId":"arn:aws:kms:eu-central-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab","Plaintext":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}"#;

const ROLE: &str = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLEEXAMPLE000:bench</AssumedRoleId>\
<Arn>arn:aws:sts::000000000000:assumed-role/bench/bench</Arn></AssumedRoleUser>\
<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
<SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>\
<SessionToken>FwoGZXIvYXdzEPr//////////wEaDExampleTokenExampleTokenExampleTokenExampleTokenExampleTokenExample\
TokenExampleTokenExampleTokenExampleTokenExampleTokenExampleTokenExampleTokenExampleTokenExampleToken</SessionToken>\
<Expiration>2032-10-12T18:50:00Z</Expiration></Credentials></AssumeRoleResult>\
<ResponseMetadata><RequestId>0f4d5a3e-8a0b-5c2d-9e1f-7a6b5c4d3e2f</RequestId></ResponseMetadata></AssumeRoleResponse>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_thousand_keys_in_231_kilobytes() {
        let page = page();
        assert_eq!(page.matches("<Key>").count(), 1000);
        assert_eq!(page.len() / 1000, 231);
    }

    #[test]
    fn each_kind_of_call_has_its_answer() {
        let answers = Answers::new();
        for (head, part) in [
            ("GET /bucket?list-type=2 HTTP/1.1\r\n", "ListBucketResult"),
            ("GET /bucket/key HTTP/1.1\r\n", "Content-Length: 1024"),
            ("PUT /bucket/list-type=2 HTTP/1.1\r\n", "Content-Length: 0"),
            ("POST / HTTP/1.1\r\nx-amz-target: AmazonSQS.SendMessage\r\n", "MessageId"),
            ("POST / HTTP/1.1\r\nx-amz-target: TrentService.GenerateDataKey\r\n", "Plaintext"),
            ("POST / HTTP/1.1\r\n", "AssumeRoleResult"),
        ] {
            let answer = String::from_utf8(answers.to(head).to_vec()).unwrap();
            assert!(answer.contains(part), "{head}: {answer}");
        }
    }
}
