//! Functions with their globals merged in, and what triggers them.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

use super::{
    Function, HttpApi, QueueSource, Route, Stack, Subscription, TemplateError, Trigger,
    intrinsics::{intrinsic, scalar_text},
    resources::throttle,
    stack::{ACCOUNT, kebab},
};

type Result<T> = std::result::Result<T, TemplateError>;

/// Lambda's own defaults.
const DEFAULT_TIMEOUT_SECONDS: u64 = 3;
const DEFAULT_MEMORY: u64 = 128;

pub(super) fn read(stack: &Stack, id: &str, resource: &Value) -> Result<Function> {
    let at = format!("Resources.{id}.Properties");
    let globals = heeded(&stack.document["Globals"]["Function"], &resource["IgnoreGlobals"]);
    let properties = merged(&globals, &resource["Properties"]);
    let number = |name: &str| number(stack, &properties[name], &format!("{at}.{name}"));
    let name = stack.physical_name(id, &at)?;
    let group = stack.resolve(
        &properties["LoggingConfig"]["LogGroup"],
        &format!("{at}.LoggingConfig.LogGroup"),
    )?;
    Ok(Function {
        id: id.into(),
        log_group: group
            .as_str()
            .map_or_else(|| format!("/aws/lambda/{name}"), str::to_owned),
        name,
        binary: resource["Metadata"]["BuildProperties"]["Binary"]
            .as_str()
            .map_or_else(|| kebab(id), str::to_owned),
        environment: environment(stack, &properties, &at)?,
        memory: u32::try_from(number("MemorySize")?.unwrap_or(DEFAULT_MEMORY)).unwrap_or(u32::MAX),
        timeout: Duration::from_secs(number("Timeout")?.unwrap_or(DEFAULT_TIMEOUT_SECONDS)),
        reserved: number("ReservedConcurrentExecutions")?
            .and_then(|count| u32::try_from(count).ok()),
        triggers: triggers(stack, id, &properties, &at)?,
    })
}

fn environment(stack: &Stack, properties: &Value, at: &str) -> Result<BTreeMap<String, String>> {
    let at = format!("{at}.Environment.Variables");
    let variables = stack.resolve(&properties["Environment"]["Variables"], &at)?;
    let variables = variables.as_object().cloned().unwrap_or_default();
    variables
        .into_iter()
        .map(|(name, value)| Ok((name.clone(), scalar_text(&value, &format!("{at}.{name}"))?)))
        .collect()
}

fn triggers(stack: &Stack, id: &str, properties: &Value, at: &str) -> Result<Vec<Trigger>> {
    let mut triggers = Vec::new();
    for (name, event) in properties["Events"].as_object().into_iter().flatten() {
        let at = format!("{at}.Events.{name}");
        triggers.extend(trigger(stack, event, &format!("{id}{name}"), &at)?);
    }
    Ok(triggers)
}

/// `id` is that of the resource that SAM makes of the event.
fn trigger(stack: &Stack, event: &Value, id: &str, at: &str) -> Result<Option<Trigger>> {
    let kind = event["Type"].as_str().unwrap_or_default();
    let at = format!("{at}.Properties");
    let properties = match kind {
        // The id of the API is no value that a route needs, and `Auth` may hold what does not exist
        // here.
        "HttpApi" => return Ok(Some(Trigger::Http(route(event)))),
        _ => stack.resolve(&event["Properties"], &at)?,
    };
    let disabled = properties["Enabled"] == false || properties["State"] == "DISABLED";
    match kind {
        _ if disabled => Ok(None),
        "SQS" => Ok(Some(Trigger::Queue(queue_source(&properties, &at)?))),
        "CloudWatchLogs" => {
            let text = |name: &str| scalar_text(&properties[name], &format!("{at}.{name}"));
            let (group, pattern) = (text("LogGroupName")?, text("FilterPattern")?);
            Ok(Some(Trigger::Logs(Subscription { name: id.into(), group, pattern })))
        }
        "Schedule" | "ScheduleV2" => {
            let expression = ["Schedule", "ScheduleExpression"]
                .iter()
                .find_map(|name| properties[name].as_str());
            let expression =
                expression.ok_or_else(|| TemplateError::new(&at, "has no schedule expression"))?;
            let input = properties["Input"]
                .as_str()
                .map(serde_json::from_str)
                .transpose();
            let input = input.map_err(|error| {
                TemplateError::new(&at, format!("has an Input that is no JSON: {error}"))
            })?;
            Ok(Some(Trigger::Schedule { expression: expression.into(), input }))
        }
        _ => Err(TemplateError::new(
            &at,
            format!("is an event of type {kind:?}, which the local system does not have"),
        )),
    }
}

fn route(event: &Value) -> Route {
    let text = |name: &str| event["Properties"][name].as_str();
    Route {
        method: text("Method")
            .unwrap_or("ANY")
            .to_ascii_uppercase()
            .replace('*', "ANY"),
        path: text("Path").unwrap_or("$default").into(),
    }
}

fn queue_source(properties: &Value, at: &str) -> Result<QueueSource> {
    let queue_arn = properties["Queue"].as_str().unwrap_or_default();
    if !queue_arn.contains(&format!(":{ACCOUNT}:")) {
        return Err(TemplateError::new(at, "needs the ARN of a queue of this template"));
    }
    let unsigned = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let maximum = unsigned(&properties["ScalingConfig"]["MaximumConcurrency"]);
    Ok(QueueSource {
        queue_arn: queue_arn.into(),
        batch_size: unsigned(&properties["BatchSize"])
            .and_then(|size| size.try_into().ok())
            .unwrap_or(10),
        window: Duration::from_secs(
            unsigned(&properties["MaximumBatchingWindowInSeconds"]).unwrap_or(0),
        ),
        maximum_concurrency: maximum.and_then(|count| u32::try_from(count).ok()),
        partial_failures: properties["FunctionResponseTypes"]
            .as_array()
            .is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures")),
    })
}

/// Adds the limits that routes give themselves in `Events.*.Properties.RouteSettings`.
pub(super) fn route_throttles(stack: &Stack, api: &mut HttpApi) -> Result<()> {
    for (id, kind, resource) in stack.resources()? {
        if kind != "AWS::Serverless::Function" {
            continue;
        }
        for (name, event) in resource["Properties"]["Events"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let at = format!("Resources.{id}.Properties.Events.{name}.Properties.RouteSettings");
            let settings = stack.resolve(&event["Properties"]["RouteSettings"], &at)?;
            if let Some(throttle) = throttle(&settings) {
                api.route_throttles.insert(route(event).key(), throttle);
            }
        }
    }
    Ok(())
}

/// A number, however the template writes it; 0 is a number.
fn number(stack: &Stack, value: &Value, at: &str) -> Result<Option<u64>> {
    let value = stack.resolve(value, at)?;
    if value.is_null() {
        return Ok(None);
    }
    let text = scalar_text(&value, at)?;
    text.parse()
        .map(Some)
        .map_err(|_| TemplateError::new(at, format!("must be a whole number, not {text}")))
}

/// Returns the globals that a function has not said it ignores: `*` stands for all of them.
fn heeded(globals: &Value, ignored: &Value) -> Value {
    if ignored == "*" {
        return Value::Null;
    }
    let mut heeded = globals.as_object().cloned().unwrap_or_default();
    for name in ignored.as_array().into_iter().flatten() {
        heeded.remove(name.as_str().unwrap_or_default());
    }
    Value::Object(heeded)
}

/// Merges by SAM's rule for globals: maps merge, lists follow each other, and of the rest the
/// function's wins. An intrinsic function is no map.
fn merged(global: &Value, own: &Value) -> Value {
    match (global, own) {
        (Value::Object(global), Value::Object(own))
            if intrinsic(global).is_none() && intrinsic(own).is_none() =>
        {
            let mut result: Map<String, Value> = global.clone();
            for (key, value) in own {
                let value = merged(&global.get(key).cloned().unwrap_or_default(), value);
                result.insert(key.clone(), value);
            }
            Value::Object(result)
        }
        (Value::Array(global), Value::Array(own)) => global.iter().chain(own).cloned().collect(),
        (global, Value::Null) => global.clone(),
        (_, own) => own.clone(),
    }
}
