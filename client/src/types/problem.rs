//! The service's own errors, after RFC 9457.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason for which the service refused a request. `docs/problems.md` has all of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem {
    /// A stable name: `/problems/not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name in words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// More words, about this case.
    pub detail: Option<String>,
    /// The id by which the request is found in the logs.
    pub request_id: String,
    /// The fields that are not valid.
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

/// A field that is not valid.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldError {
    /// The field.
    pub field: String,
    /// The fault of its value.
    pub detail: String,
}

impl Problem {
    /// Returns the short name, such as `not-found`.
    pub fn name(&self) -> &str {
        match self.kind.strip_prefix("/problems/") {
            Some(name) => name,
            None => &self.kind,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title)?;
        if let Some(detail) = &self.detail {
            write!(formatter, ": {}", detail.trim_end_matches('.'))?;
        }
        if self.status >= 500 {
            write!(formatter, " (request {})", self.request_id)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_a_sentence() {
        let mut problem = Problem {
            kind: "/problems/invalid".to_owned(),
            title: "Some fields are not valid".to_owned(),
            status: 422,
            detail: Some("title must have 1 to 200 characters.".to_owned()),
            request_id: "6f1a".to_owned(),
            errors: Vec::new(),
        };
        assert_eq!(problem.name(), "invalid");
        let text = "Some fields are not valid: title must have 1 to 200 characters";
        assert_eq!(problem.to_string(), text);
        problem.status = 500;
        assert_eq!(problem.to_string(), format!("{text} (request 6f1a)"));
    }
}
