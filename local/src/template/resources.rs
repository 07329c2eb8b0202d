//! Queues, tables, buckets, the HTTP API and the headers policy.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiCors, Bucket, HttpApi, Notification, Queue, Stack, Table, TemplateError, Throttle,
    intrinsics::scalar_text,
};
use crate::s3::CorsRule;

type Result<T> = std::result::Result<T, TemplateError>;

/// Properties that `CreateQueue` does not know as attributes.
const NOT_QUEUE_ATTRIBUTES: [&str; 2] = ["QueueName", "Tags"];

pub(super) fn queue(stack: &Stack, id: &str, resource: &Value) -> Result<Queue> {
    let at = format!("Resources.{id}.Properties");
    let mut attributes = BTreeMap::new();
    for (name, value) in resource["Properties"].as_object().into_iter().flatten() {
        if NOT_QUEUE_ATTRIBUTES.contains(&name.as_str()) {
            continue;
        }
        let at = format!("{at}.{name}");
        let value = stack.resolve(value, &at)?;
        let text = if value.is_object() { value.to_string() } else { scalar_text(&value, &at)? };
        attributes.insert(name.clone(), text);
    }
    Ok(Queue { id: id.into(), name: stack.physical_name(id, &at)?, attributes })
}

pub(super) fn table(stack: &Stack, id: &str, resource: &Value) -> Result<Table> {
    let at = format!("Resources.{id}.Properties");
    let name = stack.physical_name(id, &at)?;
    let mut properties = stack.resolve(&resource["Properties"], &at)?;
    properties["TableName"] = json!(name);
    Ok(Table { id: id.into(), name, properties })
}

pub(super) fn bucket(stack: &Stack, id: &str, resource: &Value) -> Result<Bucket> {
    let at = format!("Resources.{id}.Properties");
    let name = stack.physical_name(id, &at)?;
    let cors_at = format!("{at}.CorsConfiguration.CorsRules");
    let rules =
        stack.resolve(&resource["Properties"]["CorsConfiguration"]["CorsRules"], &cors_at)?;
    let cors: Option<Vec<CorsRule>> = deserialize(rules, &cors_at)?;
    let at = format!("{at}.NotificationConfiguration.QueueConfigurations");
    let list = stack.resolve(
        &resource["Properties"]["NotificationConfiguration"]["QueueConfigurations"],
        &at,
    )?;
    let notifications = list
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| notification(one, &at))
        .collect::<Result<_>>()?;
    Ok(Bucket { id: id.into(), name, cors: cors.unwrap_or_default(), notifications })
}

fn notification(value: &Value, at: &str) -> Result<Notification> {
    let mut result = Notification {
        event: required(value, "Event", at)?,
        queue_arn: required(value, "Queue", at)?,
        prefix: String::new(),
        suffix: String::new(),
    };
    for rule in value["Filter"]["S3Key"]["Rules"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let text = required(rule, "Value", at)?;
        match required(rule, "Name", at)?.to_ascii_lowercase().as_str() {
            "prefix" => result.prefix = text,
            "suffix" => result.suffix = text,
            other => {
                return Err(TemplateError::new(
                    at,
                    format!("filters by {other}, not by prefix or suffix"),
                ));
            }
        }
    }
    Ok(result)
}

/// Returns the settings of `Globals.HttpApi`.
pub(super) fn http_api_defaults(stack: &Stack) -> Result<HttpApi> {
    let mut api = HttpApi::default();
    read_http_api(stack, "Globals.HttpApi", &stack.document["Globals"]["HttpApi"], &mut api)?;
    Ok(api)
}

pub(super) fn http_api(stack: &Stack, id: &str, resource: &Value, api: &mut HttpApi) -> Result<()> {
    read_http_api(stack, &format!("Resources.{id}.Properties"), &resource["Properties"], api)
}

fn read_http_api(stack: &Stack, at: &str, properties: &Value, api: &mut HttpApi) -> Result<()> {
    let get = |name: &str| stack.resolve(&properties[name], &format!("{at}.{name}"));
    match get("CorsConfiguration")? {
        Value::Null | Value::Bool(false) => {}
        Value::Bool(true) => api.cors = Some(cors_of(&json!({ "AllowOrigins": ["*"] }))),
        configuration => api.cors = Some(cors_of(&configuration)),
    }
    if let Some(throttle) = throttle(&get("DefaultRouteSettings")?) {
        api.throttle = Some(throttle);
    }
    for (route, settings) in get("RouteSettings")?.as_object().into_iter().flatten() {
        if let Some(throttle) = throttle(settings) {
            api.route_throttles.insert(route.clone(), throttle);
        }
    }
    Ok(())
}

fn cors_of(configuration: &Value) -> ApiCors {
    let list = |name: &str| -> Vec<String> {
        let items = configuration[name].as_array().into_iter().flatten();
        items
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    };
    ApiCors {
        allow_origins: list("AllowOrigins"),
        allow_methods: list("AllowMethods"),
        allow_headers: list("AllowHeaders"),
        expose_headers: list("ExposeHeaders"),
        max_age: configuration["MaxAge"].as_u64(),
        allow_credentials: configuration["AllowCredentials"].as_bool().unwrap_or(false),
    }
}

/// Limits of `RouteSettings`; a missing burst is as large as the rate.
pub(super) fn throttle(settings: &Value) -> Option<Throttle> {
    let number = |name: &str| {
        let value = &settings[name];
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    };
    let (rate, burst) = (number("ThrottlingRateLimit"), number("ThrottlingBurstLimit"));
    let rate = rate.or(burst)?;
    Some(Throttle { rate, burst: burst.unwrap_or(rate).max(1.0) })
}

/// Header names and values of a response headers policy.
pub(super) fn headers(stack: &Stack, id: &str, resource: &Value) -> Result<Vec<(String, String)>> {
    let at = format!("Resources.{id}.Properties.ResponseHeadersPolicyConfig");
    let policy = stack.resolve(&resource["Properties"]["ResponseHeadersPolicyConfig"], &at)?;
    let security = &policy["SecurityHeadersConfig"];
    let mut headers = Vec::new();
    let mut text = |name: &str, value: &Value| {
        if let Some(value) = value.as_str() {
            headers.push((name.to_owned(), value.to_owned()));
        }
    };
    text("content-security-policy", &security["ContentSecurityPolicy"]["ContentSecurityPolicy"]);
    text("x-frame-options", &security["FrameOptions"]["FrameOption"]);
    text("referrer-policy", &security["ReferrerPolicy"]["ReferrerPolicy"]);
    if security["ContentTypeOptions"].is_object() {
        text("x-content-type-options", &json!("nosniff"));
    }
    text("strict-transport-security", &strict_transport(&security["StrictTransportSecurity"]));
    for item in policy["CustomHeadersConfig"]["Items"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if let Some(name) = item["Header"].as_str() {
            text(&name.to_ascii_lowercase(), &item["Value"]);
        }
    }
    for (_, value) in &mut headers {
        // Endpoints of this machine have no TLS; sources in a content security policy name the
        // scheme.
        *value = value.replace("https://127.0.0.1", "http://127.0.0.1");
    }
    Ok(headers)
}

fn strict_transport(settings: &Value) -> Value {
    let Some(seconds) = settings["AccessControlMaxAgeSec"].as_u64() else {
        return Value::Null;
    };
    let mut value = format!("max-age={seconds}");
    for (name, text) in [("IncludeSubdomains", "; includeSubDomains"), ("Preload", "; preload")] {
        if settings[name].as_bool() == Some(true) {
            value += text;
        }
    }
    json!(value)
}

fn required(value: &Value, name: &str, at: &str) -> Result<String> {
    value[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| TemplateError::new(at, format!("has no {name}")))
}

pub(super) fn deserialize<T: for<'a> Deserialize<'a>>(value: Value, at: &str) -> Result<T> {
    serde_json::from_value(value)
        .map_err(|error| TemplateError::new(at, format!("cannot be read: {error}")))
}
