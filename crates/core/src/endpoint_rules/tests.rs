//! Where the calls of a small service go, by rules of its own.

use serde_json::{Value as Json, json};

use super::*;
use crate::credentials::{self, Credentials};
use crate::dynamic::{Client, Model};
use crate::endpoints::ResolvedEndpoint;
use crate::schema::Schema;
use crate::shape::Mut;
use crate::testing::{CountingClock, Server, config, ok};

struct Nothing;

impl Shape for Nothing {
    fn schema(&self) -> &'static Schema {
        const { &Schema::new("Nothing", &[]) }
    }
    fn member(&self, _index: usize) -> Option<Ref<'_>> {
        None
    }
    fn member_mut(&mut self, _index: usize) -> Option<Mut<'_>> {
        None
    }
}

fn rules() -> Json {
    let is_set = |name: &str| json!({"fn": "isSet", "argv": [{"ref": name}]});
    let equals = |name: &str, text: &str| json!({"fn": "stringEquals", "argv": [{"ref": name}, text]});
    let goes_to = |conditions: Json, url: &str| json!({"type": "endpoint", "conditions": conditions, "endpoint": {"url": url}});
    let fails =
        |conditions: Json, error: &str| json!({"type": "error", "conditions": conditions, "error": error});
    json!({
        "parameters": {
            "Region": {"type": "string", "builtIn": "AWS::Region", "required": true},
            "UseFIPS": {"type": "boolean", "builtIn": "AWS::UseFIPS", "required": true, "default": false},
            "Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"},
            "AccountId": {"type": "string", "builtIn": "AWS::Auth::AccountId"},
            "Mode": {"type": "string", "builtIn": "AWS::Auth::AccountIdEndpointMode"},
            "Vault": {"type": "string"}, "Zone": {"type": "string"}, "Doors": {"type": "stringArray"},
            "Unused": {"type": "string"}
        },
        "rules": [
            fails(json!([equals("Vault", "closed")]), "the vault is closed"),
            goes_to(json!([is_set("Endpoint")]), "{Endpoint}"),
            goes_to(json!([is_set("Zone")]), "https://{Zone}.vaults.test"),
            goes_to(json!([{"fn": "booleanEquals", "argv": [{"ref": "UseFIPS"}, true]}]), "https://fips.{Region}.vaults.test"),
            {
                "type": "endpoint", "conditions": [is_set("Vault")],
                "endpoint": {
                    "url": "https://{Vault}.{Region}.vaults.test/base",
                    "headers": {"x-vault": ["{Vault}"]},
                    "properties": {"authSchemes": [
                        {"name": "sigv9"},
                        {"name": "sigv4", "signingName": "vault", "signingRegion": "home", "disableDoubleEncoding": true}
                    ]}
                }
            },
            goes_to(json!([{"fn": "getAttr", "argv": [{"ref": "Doors"}, "[1]"], "assign": "door"}]), "https://{door}.doors.test"),
            goes_to(json!([is_set("AccountId"), {"fn": "not", "argv": [equals("Mode", "disabled")]}]), "https://{AccountId}.vaults.test"),
            fails(json!([equals("Mode", "required")]), "there is no account"),
            goes_to(json!([]), "https://{Region}.vaults.test")
        ]
    })
}

fn model() -> Model {
    let operation = |extra: Json| {
        let mut operation = json!({"http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}});
        operation.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        operation
    };
    let service = json!({
        "metadata": {
            "apiVersion": "2026-01-01", "endpointPrefix": "vaults", "protocol": "json", "jsonVersion": "1.0",
            "targetPrefix": "Vaults", "serviceId": "Vaults", "signatureVersion": "v4"
        },
        "operations": {
            "Open": operation(json!({"endpoint": {"hostPrefix": "{Vault}."}})),
            "Zoned": operation(json!({"staticContextParams": {"Zone": {"value": "north"}, "Unused": {"value": "u"}}})),
            "Wrong": operation(json!({"staticContextParams": {"Zone": {"value": true}}})),
            "Doors": {
                "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Doors"},
                "operationContextParams": {"Doors": {"path": "Doors[*].Name"}}
            }
        },
        "shapes": {
            "In": {"type": "structure", "members": {"Vault": {
                "shape": "Text", "contextParam": {"name": "Vault"}, "hostLabel": true
            }}},
            "Doors": {"type": "structure", "members": {"Doors": {"shape": "List"}}},
            "List": {"type": "list", "member": {"shape": "Door"}},
            "Door": {"type": "structure", "members": {"Name": {"shape": "Text"}}},
            "Text": {"type": "string"}
        }
    });
    Model::builder(service.to_string()).endpoint_rules(rules().to_string()).load().unwrap()
}

/// Where a call goes, and what its signature is for; or why it goes nowhere.
async fn gone_with(operation: &str, params: Json, change: impl FnOnce(Config) -> Config) -> String {
    let server = Server::answering([ok("{}")]);
    let client = Client::new(&model(), &change(config(&server, &CountingClock::new())));
    match client.call(operation, &params).await {
        Ok(_) => {}
        Err(error) => return error.to_string(),
    }
    let authorization = server.header(0, "authorization").unwrap();
    let scope = authorization.split('/').skip(2).take(2).collect::<Vec<_>>().join(" ");
    let header = server.header(0, "x-vault").map(|vault| format!(" for {vault}")).unwrap_or_default();
    let requests = server.requests.lock().unwrap();
    format!("{} {scope}{header}", requests[0].url)
}

async fn gone(operation: &str, params: Json) -> String {
    gone_with(operation, params, |config| config).await
}

#[tokio::test]
async fn a_call_goes_where_its_input_says_and_the_others_where_the_client_goes() {
    for (operation, params, expected) in [
        ("Open", json!({}), "https://eu-central-1.vaults.test/ eu-central-1 vaults"),
        ("Open", json!({"Vault": "a"}), "https://a.eu-central-1.vaults.test/base/ home vault for a"),
        ("Zoned", json!({}), "https://north.vaults.test/ eu-central-1 vaults"),
        (
            "Doors",
            json!({"Doors": [{"Name": "x"}, {}, {"Name": "y"}]}),
            "https://y.doors.test/ eu-central-1 vaults",
        ),
        ("Doors", json!({"Doors": []}), "https://eu-central-1.vaults.test/ eu-central-1 vaults"),
    ] {
        assert_eq!(gone(operation, params).await, expected);
    }
}

#[tokio::test]
async fn a_refusal_is_the_rules_own_sentence_with_what_they_were_told() {
    let told = r#"the vault is closed (the endpoint rules of Vaults for Vault "closed", Mode "preferred", Region "eu-central-1")"#;
    assert_eq!(gone("Open", json!({"Vault": "closed"})).await, format!("InvalidParameter: {told} (Open)"));
    let required = |config: Config| config.account_id_endpoint_mode(AccountIdEndpointMode::Required);
    let refused = gone_with("Open", json!({}), required).await;
    assert!(
        refused.starts_with("ConfigError: there is no account (the endpoint rules of Vaults"),
        "{refused}"
    );
    let refused = gone("Wrong", json!({})).await;
    assert!(
        refused.starts_with("InvalidParameter: the endpoint parameter Zone is not a string"),
        "{refused}"
    );
    let refused = gone_with("Open", json!({"Vault": "a"}), |config| config.region("")).await;
    assert!(refused.starts_with("MissingRegion"), "{refused}");
    for region in ["evil.example/", "a@evil.example#", "a b", "-a", "a\n"] {
        let refused = gone_with("Open", json!({"Vault": "a"}), |config| config.region(region)).await;
        assert!(refused.starts_with("InvalidRegion"), "{refused}");
    }
}

#[tokio::test]
async fn what_makes_no_client_endpoint_may_make_one_for_a_call() {
    let required = |config: Config| config.account_id_endpoint_mode(AccountIdEndpointMode::Required);
    let found = gone_with("Open", json!({"Vault": "a"}), required).await;
    assert_eq!(found, "https://a.eu-central-1.vaults.test/base/ home vault for a");
}

#[tokio::test]
async fn the_account_of_the_credentials_counts_unless_it_is_switched_off_or_the_endpoint_is_configured() {
    let value = credentials::Value::new("AKID", "SECRET").account_id("123456789012");
    let with_account = |config: Config| config.credentials(Credentials::from_value(value.clone()));
    let found = gone_with("Open", json!({}), with_account).await;
    assert_eq!(found, "https://123456789012.vaults.test/ eu-central-1 vaults");
    let disabled = |config| with_account(config).account_id_endpoint_mode(AccountIdEndpointMode::Disabled);
    let found = gone_with("Open", json!({}), disabled).await;
    assert_eq!(found, "https://eu-central-1.vaults.test/ eu-central-1 vaults");
    let configured = |config| with_account(config).endpoint("http://here:1/x");
    assert_eq!(gone_with("Open", json!({}), configured).await, "http://here:1/x/ eu-central-1 vaults");
}

#[tokio::test]
async fn a_resolver_of_the_users_own_wins_and_keeps_its_scope() {
    let here = ResolvedEndpoint::new("http://here:1").signing_region("mars").signing_name("rocks");
    let resolving = |config: Config| config.use_fips(true).endpoint_resolver(here);
    assert_eq!(gone_with("Open", json!({"Vault": "a"}), resolving).await, "http://here:1/ mars rocks");
}

#[tokio::test]
async fn an_old_name_of_a_fips_region_is_the_region_and_the_switch() {
    for region in ["fips-us-west-2", "us-west-2-fips"] {
        let found = gone_with("Open", json!({}), |config| config.region(region)).await;
        assert_eq!(found, "https://fips.us-west-2.vaults.test/ us-west-2 vaults");
    }
}

#[tokio::test]
async fn a_handler_sets_a_parameter_of_one_request() {
    let server = Server::answering([ok("{}"), ok("{}")]);
    let client = Client::new(&model(), &config(&server, &CountingClock::new()));
    let mut request = client.request("Zoned", &json!({})).unwrap();
    request.set_endpoint_param("Zone", ParamSource::Text("south"));
    request.set_endpoint_param("NotThere", ParamSource::Boolean(true));
    request.send().await.unwrap();
    client.call("Zoned", &json!({})).await.unwrap();
    let requests = server.requests.lock().unwrap();
    let hosts: Vec<_> = requests.iter().map(|request| request.url.authority.as_str()).collect();
    assert_eq!(hosts, ["south.vaults.test", "north.vaults.test"]);
}

#[tokio::test]
async fn endpoints_are_kept_for_the_calls_that_ask_again_and_for_a_bounded_number_of_others() {
    const VAULTS: usize = 2000;
    let server = Server::answering((0..2 * VAULTS).map(|_| ok("{}")));
    let client = Client::new(&model(), &config(&server, &CountingClock::new()));
    for index in (0..VAULTS).chain(0..VAULTS) {
        client.call("Open", &json!({"Vault": format!("vault-{index}")})).await.unwrap();
    }
    for (at, request) in server.requests.lock().unwrap().iter().enumerate() {
        assert_eq!(request.url.authority, format!("vault-{}.eu-central-1.vaults.test", at % VAULTS));
    }
    let rules = client.base().settings().endpoint_rules.as_ref().unwrap();
    let kept = rules.cache.len();
    assert!((200..=32 + 256).contains(&kept), "{kept}");
    let mut request = client.request("Open", &json!({"Vault": "vault-1999"})).unwrap();
    let client = &client.base().settings().endpoint;
    for _ in 0..2 {
        assert!(matches!(rules.call_endpoint(&mut request, client, None), Ok(CallEndpoint::Own(Some(_)))));
        assert_eq!(request.http_request.url.authority, "vault-1999.eu-central-1.vaults.test");
    }
}

#[tokio::test]
async fn calls_whose_texts_are_alike_have_endpoints_and_headers_of_their_own() {
    const TOLD: [&str; 4] = ["vault-of-a-section", "vault-of-b-section", "x", "vault-of-c-section"];
    let server = Server::answering((0..3 * TOLD.len()).map(|_| ok("{}")));
    let client = Client::new(&model(), &config(&server, &CountingClock::new()));
    for vault in TOLD.repeat(3) {
        client.call("Open", &json!({"Vault": vault})).await.unwrap();
    }
    for (at, request) in server.requests.lock().unwrap().iter().enumerate() {
        let vault = TOLD[at % TOLD.len()];
        assert_eq!(request.url.to_string(), format!("https://{vault}.eu-central-1.vaults.test/base/"));
        assert_eq!(request.headers["x-vault"], vault);
    }
    let rules = client.base().settings().endpoint_rules.as_ref().unwrap();
    assert_eq!(rules.cache.len(), TOLD.len(), "each was resolved once");
}

#[test]
fn what_a_rule_says_beside_the_url_is_not_for_calls_that_tell_it_otherwise() {
    let cache = Cache::default();
    cache.keep_scope(7, 0b10, None);
    assert!(matches!(cache.scope(7, 0b01), Some(None)));
    assert!(cache.scope(7, 0b10).is_none() && cache.scope(8, 0b01).is_none());
}

#[test]
fn what_calls_tell_is_told_apart_and_found_again() {
    let mut one = CallParams::none();
    one.add_text(3, "a-bucket-of-mine").unwrap();
    let alone = Told::text(3, "a-bucket-of-mine").unwrap();
    let kept = |told: &Told<'_>| Kept::new(told, "http://h:1/p".to_owned(), None).unwrap();
    assert!(kept(&one.told()).is_of(&alone) && one.told().hash() == alone.hash());
    let mut calls = vec![one];
    for (index, source) in [
        (3, ParamSource::Text("a-bucket-of-yours")),
        (2, ParamSource::Text("a-bucket-of-mine")),
        (3, ParamSource::Boolean(true)),
        (3, ParamSource::Boolean(false)),
    ] {
        let mut call = CallParams::none();
        call.add(EndpointParam::new(index, source), &Nothing).unwrap();
        calls.push(call);
    }
    let mut two = CallParams::none();
    two.add_text(3, "a-bucket-of-mine").unwrap();
    two.add_text(4, "a").unwrap();
    calls.push(two);
    for (at, call) in calls.iter().enumerate() {
        let kept = kept(&call.told());
        let same = calls.iter().map(|other| kept.is_of(&other.told()));
        assert_eq!(same.collect::<Vec<_>>(), (0..calls.len()).map(|other| other == at).collect::<Vec<_>>());
    }
    assert!(Told::text(24, "").is_none() && CallParams::none().add_text(24, "").is_err());
    assert!(CallParams::none().told().is_nothing());
}

#[test]
fn a_parameter_that_is_set_again_has_the_new_value_alone() {
    let mut call = CallParams::none();
    for index in [3, 4, 5] {
        call.add_text(index, "old").unwrap();
    }
    for source in [ParamSource::Boolean(true), ParamSource::Boolean(false)] {
        call.add(EndpointParam::new(3, source), &Nothing).unwrap();
    }
    call.add_text(5, "new").unwrap();
    let told: Vec<_> = call.told().params().collect();
    assert_eq!(told, [(3, false.into()), (5, "new".into()), (4, "old".into())]);
    assert_eq!(call.told().bits(), 0b11_1000);
}
