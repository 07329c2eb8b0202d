//! CloudWatch's filter patterns, as far as `template.yaml` uses them: values in a line of JSON,
//! with `&&`, `||` and parentheses. What else there is in them is refused, not guessed.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>

use serde_json::Value;

/// Which lines are let through.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(Expression);

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// The text at this JSON pointer is this one.
    Is(String, String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = |what| format!("the filter pattern {text} {what}");
        let inner = text
            .trim()
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let mut rest = inner
            .ok_or_else(|| refused("is none for JSON: it has no braces around it".to_owned()))?;
        let expression = any(&mut rest).map_err(refused)?;
        if !rest.trim().is_empty() {
            return Err(refused(format!("goes on after its end: {}", rest.trim())));
        }
        Ok(Self(expression))
    }

    /// Whether it lets this line through. What is no JSON it does not.
    pub fn takes(&self, line: &str) -> bool {
        serde_json::from_str(line).is_ok_and(|line| self.0.holds(&line))
    }
}

impl Expression {
    fn holds(&self, line: &Value) -> bool {
        match self {
            Self::Is(at, text) => line.pointer(at).and_then(Value::as_str) == Some(text),
            Self::All(parts) => parts.iter().all(|part| part.holds(line)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(line)),
        }
    }
}

fn any(rest: &mut &str) -> Result<Expression, String> {
    let mut parts = vec![all(rest)?];
    while taken(rest, "||") {
        parts.push(all(rest)?);
    }
    Ok(Expression::Any(parts))
}

fn all(rest: &mut &str) -> Result<Expression, String> {
    let mut parts = vec![one(rest)?];
    while taken(rest, "&&") {
        parts.push(one(rest)?);
    }
    Ok(Expression::All(parts))
}

fn one(rest: &mut &str) -> Result<Expression, String> {
    if taken(rest, "(") {
        let inner = any(rest)?;
        return if taken(rest, ")") { Ok(inner) } else { Err(format!("has no ) before {rest}")) };
    }
    if !taken(rest, "$.") {
        return Err(format!("has neither $. nor ( before {rest}"));
    }
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_')
        .unwrap_or(rest.len());
    let (path, after) = rest.split_at(end);
    *rest = after;
    if !taken(rest, "=") || !taken(rest, "\"") {
        return Err(format!("compares {path} otherwise than with = and a text in quotes"));
    }
    let (text, after) = rest.split_once('"').ok_or("has a text that does not end")?;
    if text.contains(['*', '%', '\\']) {
        return Err(format!("has more than plain text in \"{text}\""));
    }
    *rest = after;
    Ok(Expression::Is(format!("/{}", path.replace('.', "/")), text.to_owned()))
}

/// Whether this comes next, which is then behind us.
fn taken(rest: &mut &str, what: &str) -> bool {
    let next = rest.trim_start().strip_prefix(what);
    *rest = next.unwrap_or(rest);
    next.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(pattern: &str, line: &str) -> bool {
        Pattern::parse(pattern).unwrap().takes(line)
    }

    #[test]
    fn values_are_compared_at_their_place() {
        assert!(takes(r#"{ $.a.b = "x" }"#, r#"{"a": {"b": "x"}}"#));
        for line in [r#"{"a": {"b": "y"}}"#, r#"{"a": "x"}"#, r#"{"b": "x"}"#, "x", r#"["x"]"#] {
            assert!(!takes(r#"{ $.a.b = "x" }"#, line), "{line}");
        }
    }

    #[test]
    fn and_binds_closer_than_or() {
        let pattern = r#"{$.a="1" || $.b = "1" && $.c = "1"}"#;
        assert!(takes(pattern, r#"{"a": "1"}"#) && takes(pattern, r#"{"b": "1", "c": "1"}"#));
        assert!(!takes(pattern, r#"{"b": "1"}"#));
        let pattern = r#"{ ($.a = "1" || $.b = "1") && ($.c = "1") }"#;
        assert!(!takes(pattern, r#"{"a": "1"}"#) && takes(pattern, r#"{"a": "1", "c": "1"}"#));
    }

    #[test]
    fn the_template_s_takes_errors_and_what_lambda_ended() {
        let template = include_str!("../../../template.yaml");
        let pattern = template
            .split_once("FilterPattern: >-\n")
            .unwrap()
            .1
            .split("\n\n")
            .next()
            .unwrap();
        let report = |kind: &str, status: &str| {
            format!(r#"{{"type": "{kind}", "record": {{"status": "{status}"}}}}"#)
        };
        for line in [
            r#"{"level": "ERROR", "message": "failed"}"#.to_owned(),
            report("platform.report", "timeout"),
            report("platform.report", "error"),
            report("platform.initReport", "failure"),
        ] {
            assert!(takes(pattern, &line), "{line}");
        }
        for line in [
            r#"{"level": "INFO", "message": "ERROR"}"#.to_owned(),
            r#"{"Route": "GET /v1/me", "Fault": 1}"#.to_owned(),
            report("platform.report", "success"),
            report("platform.runtimeDone", "error"),
            "level = ERROR".to_owned(),
        ] {
            assert!(!takes(pattern, &line), "{line}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (pattern, why) in [
            ("ERROR", "no braces"),
            (r#"{ $.a != "x" }"#, "otherwise than with ="),
            ("{ $.a = 1 }", "otherwise than with ="),
            (r#"{ $.a = "x*" }"#, "more than plain text"),
            (r#"{ ($.a = "x" }"#, "no )"),
            (r#"{ a = "x" }"#, "neither $. nor ("),
            (r#"{ $.a = "x }"#, "does not end"),
            (r#"{ $.a = "x" $.b = "y" }"#, "after its end"),
        ] {
            let error = Pattern::parse(pattern).unwrap_err();
            assert!(error.contains(why) && error.contains(pattern), "{error}");
        }
    }
}
