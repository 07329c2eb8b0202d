//! CloudWatch's filter patterns, as far as `template.yaml` uses them: values in a line of JSON,
//! with `&&`, `||` and parentheses. A pattern with anything else is refused, not guessed.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>

use serde_json::Value;

/// A filter pattern, which lets some lines through.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPattern(Expression);

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// The value at a JSON pointer is this text.
    Equals {
        pointer: String,
        text: String,
    },
    And(Vec<Expression>),
    Or(Vec<Expression>),
}

impl FilterPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expression = parse(text).map_err(|what| format!("the filter pattern {text} {what}"))?;
        Ok(Self(expression))
    }

    /// Returns whether the pattern lets this line through: never one that is no JSON.
    pub fn matches(&self, line: &str) -> bool {
        match serde_json::from_str(line) {
            Ok(value) => self.0.holds(&value),
            Err(_) => false,
        }
    }
}

impl Expression {
    fn holds(&self, line: &Value) -> bool {
        match self {
            Self::Equals { pointer, text } => {
                let value = line.pointer(pointer).and_then(Value::as_str);
                value == Some(text)
            }
            Self::And(parts) => parts.iter().all(|part| part.holds(line)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(line)),
        }
    }
}

fn parse(text: &str) -> Result<Expression, String> {
    let in_braces = text
        .trim()
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let Some(mut rest) = in_braces else {
        return Err("is none for JSON: it has no braces around it".to_owned());
    };
    let expression = parse_or(&mut rest)?;
    if !rest.trim().is_empty() {
        return Err(format!("goes on after its end: {}", rest.trim()));
    }
    Ok(expression)
}

fn parse_or(rest: &mut &str) -> Result<Expression, String> {
    let mut parts = vec![parse_and(rest)?];
    while skip(rest, "||") {
        parts.push(parse_and(rest)?);
    }
    Ok(Expression::Or(parts))
}

fn parse_and(rest: &mut &str) -> Result<Expression, String> {
    let mut parts = vec![parse_operand(rest)?];
    while skip(rest, "&&") {
        parts.push(parse_operand(rest)?);
    }
    Ok(Expression::And(parts))
}

fn parse_operand(rest: &mut &str) -> Result<Expression, String> {
    if skip(rest, "(") {
        let inner = parse_or(rest)?;
        return if skip(rest, ")") { Ok(inner) } else { Err(format!("has no ) before {rest}")) };
    }
    if skip(rest, "$.") {
        return parse_comparison(rest);
    }
    Err(format!("has neither $. nor ( before {rest}"))
}

/// Reads `path = "text"`.
fn parse_comparison(rest: &mut &str) -> Result<Expression, String> {
    let is_outside_path = |c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_';
    let path_end = rest.find(is_outside_path).unwrap_or(rest.len());
    let (path, after_path) = rest.split_at(path_end);
    *rest = after_path;
    if !skip(rest, "=") || !skip(rest, "\"") {
        return Err(format!("compares {path} otherwise than with = and a text in quotes"));
    }
    let (text, after_text) = rest.split_once('"').ok_or("has a text that does not end")?;
    if text.contains(['*', '%', '\\']) {
        return Err(format!("has more than plain text in \"{text}\""));
    }
    *rest = after_text;
    let pointer = format!("/{}", path.replace('.', "/"));
    Ok(Expression::Equals { pointer, text: text.to_owned() })
}

/// Moves behind `expected`, and white space before it, if it comes next; returns whether it did.
fn skip(rest: &mut &str, expected: &str) -> bool {
    match rest.trim_start().strip_prefix(expected) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(pattern: &str, line: &str) -> bool {
        FilterPattern::parse(pattern).unwrap().matches(line)
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
        let (_, after) = template.split_once("FilterPattern: >-\n").unwrap();
        let (pattern, _) = after.split_once("\n\n").unwrap();
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
            let error = FilterPattern::parse(pattern).unwrap_err();
            assert!(error.contains(why) && error.contains(pattern), "{error}");
        }
    }
}
