//! CloudFormation's intrinsic functions, evaluated to local values.

use serde_json::{Map, Value};

use super::{Stack, TemplateError};

type Result<T> = std::result::Result<T, TemplateError>;

impl Stack {
    /// Replaces every intrinsic function in `value`; properties that become `AWS::NoValue` vanish.
    ///
    /// # Errors
    /// What cannot be resolved, with the path to it.
    pub fn resolve(&self, value: &Value, at: &str) -> Result<Value> {
        Ok(self.evaluate(value, at)?.unwrap_or(Value::Null))
    }

    /// `None` stands for `AWS::NoValue`.
    fn evaluate(&self, value: &Value, at: &str) -> Result<Option<Value>> {
        match value {
            Value::Object(map) => {
                if let Some((name, argument)) = intrinsic(map) {
                    return self.call(name, argument, &format!("{at}.{name}"));
                }
                let mut resolved = Map::new();
                for (key, inner) in map {
                    if let Some(inner) = self.evaluate(inner, &format!("{at}.{key}"))? {
                        resolved.insert(key.clone(), inner);
                    }
                }
                Ok(Some(Value::Object(resolved)))
            }
            Value::Array(items) => {
                let mut resolved = Vec::new();
                for (index, inner) in items.iter().enumerate() {
                    resolved.extend(self.evaluate(inner, &format!("{at}[{index}]"))?);
                }
                Ok(Some(Value::Array(resolved)))
            }
            scalar => Ok(Some(scalar.clone())),
        }
    }

    fn call(&self, name: &str, argument: &Value, at: &str) -> Result<Option<Value>> {
        if name == "Ref" && argument == "AWS::NoValue" {
            return Ok(None);
        }
        if name == "Fn::If" {
            let [condition, yes, no] = arguments(argument, at)?;
            let branch = if self.condition(text(condition, at)?, at)? { yes } else { no };
            return self.evaluate(branch, at);
        }
        Ok(Some(match name {
            "Ref" => self.reference(text(argument, at)?, at)?,
            "Fn::GetAtt" => {
                let [resource, attribute] = arguments(argument, at)?;
                Value::String(self.attribute(text(resource, at)?, text(attribute, at)?, at)?)
            }
            "Fn::Sub" => Value::String(self.substitute(argument, at)?),
            "Fn::Join" => self.join(argument, at)?,
            "Fn::Split" => {
                let [separator, joined] = arguments(argument, at)?;
                let joined = self.resolve(joined, at)?;
                text(&joined, at)?
                    .split(text(separator, at)?)
                    .map(Value::from)
                    .collect()
            }
            "Fn::Select" => self.select(argument, at)?,
            "Fn::FindInMap" => self.find_in_map(argument, at)?,
            "Fn::ToJsonString" => Value::String(self.resolve(argument, at)?.to_string()),
            "Condition" | "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                Value::Bool(self.truth(name, argument, at)?)
            }
            _ => {
                return Err(TemplateError::new(at, "is not supported by the local system"));
            }
        }))
    }

    fn join(&self, argument: &Value, at: &str) -> Result<Value> {
        let [separator, parts] = arguments(argument, at)?;
        let parts = self.resolve(parts, at)?;
        let parts = parts
            .as_array()
            .ok_or_else(|| TemplateError::new(at, "joins something that is not a list"))?;
        let parts = parts
            .iter()
            .map(|part| scalar_text(part, at))
            .collect::<Result<Vec<_>>>()?;
        Ok(Value::String(parts.join(text(separator, at)?)))
    }

    fn select(&self, argument: &Value, at: &str) -> Result<Value> {
        let [index, list] = arguments(argument, at)?;
        let index = scalar_text(&self.resolve(index, at)?, at)?;
        let list = self.resolve(list, at)?;
        let chosen = index
            .parse::<usize>()
            .ok()
            .and_then(|index| list.get(index).cloned());
        chosen.ok_or_else(|| {
            TemplateError::new(at, format!("selects item {index}, which the list does not have"))
        })
    }

    fn find_in_map(&self, argument: &Value, at: &str) -> Result<Value> {
        let [map, first, second] = arguments(argument, at)?;
        let mut keys = Vec::new();
        for key in [map, first, second] {
            keys.push(scalar_text(&self.resolve(key, at)?, at)?);
        }
        let found = keys
            .iter()
            .try_fold(&self.document["Mappings"], |value, key| value.get(key));
        found
            .cloned()
            .ok_or_else(|| TemplateError::new(at, format!("finds nothing at {}", keys.join("."))))
    }

    /// The value of a named condition.
    ///
    /// # Errors
    /// A condition that is not defined or cannot be evaluated.
    pub fn condition(&self, name: &str, at: &str) -> Result<bool> {
        let expression = self.document["Conditions"].get(name).ok_or_else(|| {
            TemplateError::new(at, format!("uses the condition {name}, which is not defined"))
        })?;
        let path = format!("Conditions.{name}");
        match expression.as_object().and_then(intrinsic) {
            Some((function, argument)) => self.truth(function, argument, &path),
            None => Err(TemplateError::new(&path, "is not a condition function")),
        }
    }

    fn truth(&self, name: &str, argument: &Value, at: &str) -> Result<bool> {
        if name == "Condition" {
            return self.condition(text(argument, at)?, at);
        }
        if name == "Fn::Equals" {
            let [left, right] = arguments(argument, at)?;
            return Ok(scalar_text(&self.resolve(left, at)?, at)?
                == scalar_text(&self.resolve(right, at)?, at)?);
        }
        let parts = argument
            .as_array()
            .ok_or_else(|| TemplateError::new(at, "needs a list of conditions"))?;
        let mut truths = Vec::new();
        for part in parts {
            let (function, argument) = part
                .as_object()
                .and_then(intrinsic)
                .ok_or_else(|| TemplateError::new(at, "holds something that is no condition"))?;
            truths.push(self.truth(function, argument, at)?);
        }
        match (name, truths.as_slice()) {
            ("Fn::And", truths) => Ok(truths.iter().all(|truth| *truth)),
            ("Fn::Or", truths) => Ok(truths.iter().any(|truth| *truth)),
            ("Fn::Not", [truth]) => Ok(!truth),
            _ => Err(TemplateError::new(at, "is not a condition function")),
        }
    }

    fn substitute(&self, argument: &Value, at: &str) -> Result<String> {
        let (pattern, variables) = match argument {
            Value::Array(_) => {
                let [pattern, variables] = arguments(argument, at)?;
                (text(pattern, at)?, variables.as_object())
            }
            other => (text(other, at)?, None),
        };
        let mut result = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| TemplateError::new(at, "has a ${ without its }"))?;
            result.push_str(&self.placeholder(name, variables, at)?);
            rest = after;
        }
        Ok(result + rest)
    }

    fn placeholder(
        &self,
        name: &str,
        variables: Option<&Map<String, Value>>,
        at: &str,
    ) -> Result<String> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        if let Some(value) = variables.and_then(|variables| variables.get(name)) {
            return scalar_text(&self.resolve(value, at)?, at);
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, attribute, at),
            None => scalar_text(&self.reference(name, at)?, at),
        }
    }
}

/// The one entry of a map that is an intrinsic function.
pub(super) fn intrinsic(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = map.iter().next()?;
    let known =
        name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && argument.is_string());
    (map.len() == 1 && known).then_some((name.as_str(), argument))
}

fn arguments<'a, const N: usize>(argument: &'a Value, at: &str) -> Result<&'a [Value; N]> {
    let list = argument
        .as_array()
        .and_then(|list| list.as_slice().try_into().ok());
    list.ok_or_else(|| TemplateError::new(at, format!("needs a list of {N}")))
}

fn text<'a>(value: &'a Value, at: &str) -> Result<&'a str> {
    value
        .as_str()
        .ok_or_else(|| TemplateError::new(at, "needs a text"))
}

/// Numbers and booleans as CloudFormation writes them into strings.
pub(super) fn scalar_text(value: &Value, at: &str) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(TemplateError::new(at, "needs a text, a number or a boolean")),
    }
}
