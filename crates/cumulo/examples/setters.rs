//! Chains setters down to nested structures. A Send handler answers in the server's place and shows the request.

use cumulo::core::http::HttpResponse;
use cumulo::ecs::types::DeploymentConfiguration;
use cumulo::ecs::{self, UpdateServiceInput};
use cumulo::{Config, Credentials, Error, NamedHandler, Request};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = Config::new().region("us-west-2").credentials(Credentials::from_keys("AKID", "SECRET"));
    let mut svc = ecs::Client::new(&config);
    svc.handlers_mut().send.swap("core.Send", NamedHandler::new("example.Answer", answer));

    let resp = svc
        .update_service(UpdateServiceInput::new().service("myService").deployment_configuration(
            DeploymentConfiguration::new().minimum_healthy_percent(80).maximum_percent(200),
        ))
        .await?;
    println!("{:?}", resp.service.and_then(|service| service.service_name));
    Ok(())
}

/// Shows the request it was given and answers it.
fn answer(request: &mut Request) {
    let http = &request.http_request;
    println!("{} {:?}", http.method, http.url);
    println!("x-amz-target: {:?}", http.headers["x-amz-target"]);
    println!("{}", String::from_utf8_lossy(http.body.bytes().map_or(b"", |body| body)));
    request.http_response = Some(HttpResponse::new(200, r#"{"service": {"serviceName": "myService"}}"#));
}
