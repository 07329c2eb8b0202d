//! Parameters, conditions and the names that resources have on this machine.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Endpoints, TemplateError, intrinsics::scalar_text, yaml};

/// AWS account of everything local, as in the ARNs.
pub const ACCOUNT: &str = "000000000000";
/// Region of everything local.
pub const REGION: &str = "us-east-1";
/// Name of the local stack; the prefix of generated names.
const STACK: &str = "albumen";

type Result<T> = std::result::Result<T, TemplateError>;

/// The parsed template with its parameters filled in.
#[derive(Debug)]
pub struct Stack {
    pub(super) document: Value,
    parameters: BTreeMap<String, Value>,
    /// Values of what nested stacks put out, such as `Data.Outputs.LibraryShards`.
    outputs: BTreeMap<String, String>,
    endpoints: Endpoints,
}

impl Stack {
    /// Parses `text` and fills its parameters: `overrides` must be declared by the template and
    /// win; `local` holds what the local system offers and is used where it is declared. Its names
    /// with a dot are outputs of nested stacks, of which there is none on this machine.
    ///
    /// # Errors
    /// Text that is no template, an override nobody declared or whose value is not allowed, and a
    /// parameter that has no value.
    pub fn new(
        text: &str,
        overrides: &BTreeMap<String, String>,
        local: &BTreeMap<String, String>,
        endpoints: Endpoints,
    ) -> Result<Self> {
        let document = yaml::parse(text).map_err(|what| TemplateError::new("template", what))?;
        if !document["Resources"].is_object() {
            return Err(TemplateError::new("template", "has no Resources"));
        }
        let parameters = parameters(&document, overrides, local)?;
        let outputs = local.iter().filter(|(name, _)| name.contains('.'));
        let outputs = outputs
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(Self { document, parameters, outputs, endpoints })
    }

    /// Logical ids, types and unresolved properties of the resources whose condition holds.
    ///
    /// # Errors
    /// A condition that cannot be evaluated.
    pub fn resources(&self) -> Result<Vec<(&str, &str, &Value)>> {
        let mut found = Vec::new();
        for (id, resource) in self.document["Resources"].as_object().into_iter().flatten() {
            let path = format!("Resources.{id}");
            if let Some(condition) = resource["Condition"].as_str()
                && !self.condition(condition, &path)?
            {
                continue;
            }
            found.push((id.as_str(), resource["Type"].as_str().unwrap_or_default(), resource));
        }
        Ok(found)
    }

    /// Returns the value of `Ref`: a parameter, a pseudo parameter, or the name of a resource.
    pub(super) fn reference(&self, name: &str, at: &str) -> Result<Value> {
        if let Some(value) = self.parameters.get(name) {
            return Ok(value.clone());
        }
        let pseudo = match name {
            "AWS::Region" => Some(REGION),
            "AWS::AccountId" => Some(ACCOUNT),
            "AWS::StackName" => Some(STACK),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            "AWS::StackId" => {
                Some("arn:aws:cloudformation:us-east-1:000000000000:stack/albumen/local")
            }
            _ => None,
        };
        if let Some(value) = pseudo {
            return Ok(json!(value));
        }
        let physical = self.physical_name(name, at)?;
        match self.kind(name) {
            "AWS::SQS::Queue" => Ok(json!(self.endpoints.queue_url(&physical))),
            _ => Ok(json!(physical)),
        }
    }

    /// Returns the value of `Fn::GetAtt`.
    pub(super) fn attribute(&self, resource: &str, attribute: &str, at: &str) -> Result<String> {
        if let Some(output) = self.outputs.get(&format!("{resource}.{attribute}")) {
            return Ok(output.clone());
        }
        let name = self.physical_name(resource, at)?;
        let known = match (self.kind(resource), attribute) {
            ("AWS::Serverless::Function" | "AWS::Lambda::Function", "Arn") => {
                Some(function_arn(&name))
            }
            ("AWS::SQS::Queue", "Arn") => Some(queue_arn(&name)),
            ("AWS::SQS::Queue", "QueueName") => Some(name),
            ("AWS::SQS::Queue", "QueueUrl") => Some(self.endpoints.queue_url(&name)),
            ("AWS::S3::Bucket", "Arn") => Some(format!("arn:aws:s3:::{name}")),
            // Where browsers reach the bucket: path style, so the endpoint itself.
            ("AWS::S3::Bucket", "DomainName" | "RegionalDomainName") => {
                Some(self.endpoints.s3.clone())
            }
            ("AWS::DynamoDB::Table" | "AWS::Serverless::SimpleTable", "Arn") => {
                Some(format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"))
            }
            _ => None,
        };
        known.ok_or_else(|| {
            TemplateError::new(at, format!("{resource}.{attribute} has no value on this machine"))
        })
    }

    fn kind(&self, id: &str) -> &str {
        self.document["Resources"][id]["Type"]
            .as_str()
            .unwrap_or_default()
    }

    /// The name of a resource: the one the template gives it, or one made of stack and logical id.
    pub(super) fn physical_name(&self, id: &str, at: &str) -> Result<String> {
        let property = match self.kind(id) {
            "" => {
                return Err(TemplateError::new(
                    at,
                    format!("{id} is neither a parameter nor a resource"),
                ));
            }
            "AWS::Serverless::Function" | "AWS::Lambda::Function" => "FunctionName",
            "AWS::SQS::Queue" => "QueueName",
            "AWS::S3::Bucket" => "BucketName",
            "AWS::Logs::LogGroup" => "LogGroupName",
            "AWS::DynamoDB::Table" | "AWS::Serverless::SimpleTable" => "TableName",
            "AWS::Serverless::HttpApi" => return Ok("local".into()),
            kind => {
                return Err(TemplateError::new(
                    at,
                    format!("{id} ({kind}) does not exist on this machine"),
                ));
            }
        };
        let path = format!("Resources.{id}.Properties.{property}");
        match self.document["Resources"][id]["Properties"].get(property) {
            Some(given) => scalar_text(&self.resolve(given, &path)?, &path),
            None if property == "BucketName" => Ok(format!("{STACK}-{}", kebab(id))),
            None => Ok(format!("{STACK}-{id}")),
        }
    }
}

/// ARN of a local function.
pub fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// ARN of a local queue.
pub fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// `GetAlbum` → `get-album`: the binary of a function, the default name of a bucket.
pub fn kebab(id: &str) -> String {
    let mut result = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !result.is_empty() {
            result.push('-');
        }
        result.push(letter.to_ascii_lowercase());
    }
    result
}

fn parameters(
    document: &Value,
    overrides: &BTreeMap<String, String>,
    local: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>> {
    let none = Map::new();
    let declared = document["Parameters"].as_object().unwrap_or(&none);
    if let Some(unknown) = overrides.keys().find(|name| !declared.contains_key(*name)) {
        let names = declared.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(TemplateError::new(
            "template",
            format!("has no parameter {unknown}; it has {names}"),
        ));
    }
    let mut values = BTreeMap::new();
    for (name, declaration) in declared {
        let at = format!("Parameters.{name}");
        let given = overrides.get(name).or_else(|| local.get(name));
        let value = match (given, declaration.get("Default")) {
            (Some(given), _) => given.clone(),
            (None, Some(default)) => scalar_text(default, &at)?,
            (None, None) => {
                return Err(TemplateError::new(&at, "has no value: give one with --parameter"));
            }
        };
        check_allowed(declaration, &value, &at)?;
        let is_list = declaration["Type"]
            .as_str()
            .is_some_and(|kind| kind.contains("List"));
        let value = if is_list {
            value.split(',').map(|part| json!(part.trim())).collect()
        } else {
            json!(value)
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

fn check_allowed(declaration: &Value, value: &str, at: &str) -> Result<()> {
    let Some(allowed) = declaration["AllowedValues"].as_array() else {
        return Ok(());
    };
    let allowed = allowed
        .iter()
        .map(|one| scalar_text(one, at))
        .collect::<Result<Vec<_>>>()?;
    if allowed.iter().any(|one| one == value) {
        return Ok(());
    }
    Err(TemplateError::new(at, format!("must be one of {}", allowed.join(", "))))
}
