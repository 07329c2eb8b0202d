//! `template.yaml`, resolved for this machine: routes, functions, queues, tables and buckets are
//! configured there and nowhere else.

mod functions;
mod intrinsics;
mod model;
mod resources;
mod stack;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeMap;

pub use model::{
    ApiCors, Bucket, Function, HttpApi, Notification, Queue, QueueSource, Route, Subscription,
    Table, Template, Throttle, Trigger,
};
pub use stack::{ACCOUNT, REGION, Stack, function_arn, kebab, queue_arn};

/// A fault of the template, and its place.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("template.yaml: {at} {what}")]
pub struct TemplateError {
    at: String,
    what: String,
}

impl TemplateError {
    fn new(at: &str, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

/// The addresses of the local engines, as `host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// S3.
    pub s3: String,
    /// SQS.
    pub sqs: String,
}

impl Endpoints {
    fn queue_url(&self, name: &str) -> String {
        format!("http://{}/{ACCOUNT}/{name}", self.sqs)
    }
}

/// Values for the template's parameters.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// Asked for by the person; the template must declare them.
    pub overrides: BTreeMap<String, String>,
    /// Offered by the local system, used where the template declares them.
    pub local: BTreeMap<String, String>,
}

/// Reads a whole template.
///
/// # Errors
/// The first thing that cannot be read or resolved, with its path.
pub fn load(
    text: &str,
    parameters: &Parameters,
    endpoints: Endpoints,
) -> Result<Template, TemplateError> {
    let stack = Stack::new(text, &parameters.overrides, &parameters.local, endpoints)?;
    let mut template =
        Template { api: resources::http_api_defaults(&stack)?, ..Template::default() };
    for (id, kind, resource) in stack.resources()? {
        match kind {
            "AWS::Serverless::Function" => template
                .functions
                .push(functions::read(&stack, id, resource)?),
            "AWS::SQS::Queue" => template
                .queues
                .push(resources::queue(&stack, id, resource)?),
            "AWS::DynamoDB::Table" => template
                .tables
                .push(resources::table(&stack, id, resource)?),
            "AWS::S3::Bucket" => template
                .buckets
                .push(resources::bucket(&stack, id, resource)?),
            "AWS::Serverless::HttpApi" => {
                resources::http_api(&stack, id, resource, &mut template.api)?;
            }
            "AWS::CloudFront::ResponseHeadersPolicy" if id == "WebHeaders" => {
                template.web_headers = resources::headers(&stack, id, resource)?;
            }
            _ => {}
        }
    }
    functions::route_throttles(&stack, &mut template.api)?;
    Ok(template)
}
