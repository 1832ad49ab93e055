//! KMS: keys, data keys, the encryption context, errors.

use cumulo::kms::enums::DataKeySpec;
use cumulo::kms::{self, Client, err_code};

use crate::world::World;

async fn key() -> (World, Client, String) {
    let world = World::start().await;
    let client = Client::new(&world.config());
    let created = client.create_key(kms::CreateKeyInput::new().description("a test")).await.unwrap();
    let id = created.key_metadata.unwrap().key_id.unwrap();
    (world, client, id)
}

#[tokio::test]
async fn a_data_key_is_made_and_decrypted_and_never_shown() {
    let (_world, client, id) = key().await;
    let context = [("purpose", "test"), ("tenant", "ünïcode")];
    let input = kms::GenerateDataKeyInput::new()
        .key_id(&*id)
        .key_spec(DataKeySpec::AES_256)
        .encryption_context(context);
    let made = client.generate_data_key(input).await.unwrap();
    let plaintext = made.plaintext.clone().unwrap();
    assert_eq!(plaintext.len(), 32);
    let shown = format!("{made:?}");
    assert!(shown.contains("Plaintext: <sensitive>"), "{shown}");
    let blob = made.ciphertext_blob.unwrap();
    let input = kms::DecryptInput::new().ciphertext_blob(blob).encryption_context(context);
    assert_eq!(client.decrypt(input).await.unwrap().plaintext, Some(plaintext));
}

#[tokio::test]
async fn another_encryption_context_is_refused_where_ciphertexts_are_authenticated() {
    let (world, client, id) = key().await;
    let input = kms::EncryptInput::new().key_id(&*id).plaintext(b"secret").encryption_context([("a", "1")]);
    let blob = client.encrypt(input).await.unwrap().ciphertext_blob.unwrap();
    let decrypt = |context: [(&'static str, &'static str); 1]| {
        client.decrypt(kms::DecryptInput::new().ciphertext_blob(blob.clone()).encryption_context(context))
    };
    assert_eq!(&*decrypt([("a", "1")]).await.unwrap().plaintext.unwrap(), b"secret");
    if world.target.capabilities().authenticates_ciphertexts {
        assert_eq!(decrypt([("a", "2")]).await.unwrap_err().code(), err_code::INVALID_CIPHERTEXT_EXCEPTION);
    }
}

#[tokio::test]
async fn a_key_that_does_not_exist_has_its_code() {
    let (_world, client, _) = key().await;
    let input = kms::DescribeKeyInput::new().key_id("00000000-0000-0000-0000-000000000000");
    let error = client.describe_key(input).await.unwrap_err();
    assert_eq!((error.code(), error.status()), (err_code::NOT_FOUND_EXCEPTION, Some(400)));
}
