//! The request of CloudFormation to a custom resource, and the response that it waits for.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::{Error, Result, error::Of};

/// A request of CloudFormation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MigrationRequest {
    /// `Create`, `Update` or `Delete`.
    pub request_type: String,
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    #[serde(default)]
    resource_properties: Value,
}

/// The response to a request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MigrationAnswer {
    status: &'static str,
    reason: String,
    physical_resource_id: &'static str,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    data: Value,
}

impl MigrationRequest {
    pub(crate) fn read(event: Value) -> Result<Self> {
        // The event has the place to answer to in it, which is as good as a key: it is not told.
        serde_json::from_value(event)
            .map_err(|_| Error::internal("not a question of CloudFormation's"))
    }

    /// The answer to it. Why something failed is told to whoever deploys: the error's chain, which
    /// has no row in it.
    pub(crate) fn answer(&self, outcome: &Result<()>) -> MigrationAnswer {
        let (status, reason) = match outcome {
            Ok(()) => ("SUCCESS", String::new()),
            Err(error) => ("FAILED", error.chain()),
        };
        MigrationAnswer {
            status,
            reason,
            // One for ever: another one would have CloudFormation delete the last.
            physical_resource_id: "migrations",
            stack_id: self.stack_id.clone(),
            request_id: self.request_id.clone(),
            logical_resource_id: self.logical_resource_id.clone(),
            data: json!({ "Version": self.resource_properties["Version"] }),
        }
    }

    /// Tells CloudFormation, which waits for it.
    pub(crate) async fn respond(
        &self,
        http: &reqwest::Client,
        answer: &MigrationAnswer,
    ) -> Result<()> {
        let body = serde_json::to_vec(answer).of("CloudFormation")?;
        let sent = http.put(&self.response_url).body(body).send().await;
        match sent.and_then(reqwest::Response::error_for_status) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.without_url()).of("CloudFormation"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> MigrationRequest {
        let event =
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/migrate.json"))
                .expect("the event");
        MigrationRequest::read(serde_json::from_slice(&event).expect("JSON")).expect("a question")
    }

    #[test]
    fn the_answer_names_the_question_and_its_version() {
        let answer = serde_json::to_value(question().answer(&Ok(()))).expect("JSON");
        assert_eq!(answer["Status"], "SUCCESS");
        assert_eq!(answer["LogicalResourceId"], "Migrated");
        assert_eq!(answer["PhysicalResourceId"], "migrations");
        assert_eq!(answer["Data"], json!({"Version": "5f2c1a"}));
    }

    #[test]
    fn a_failure_says_why() {
        let answer = question().answer(&Err(Error::internal("no such table")));
        let answer = serde_json::to_value(answer).expect("JSON");
        assert_eq!(answer["Status"], "FAILED");
        assert!(
            answer["Reason"]
                .as_str()
                .expect("a reason")
                .contains("no such table"),
            "{answer}"
        );
    }

    #[test]
    fn what_is_no_question_is_refused_without_its_text() {
        let error = MigrationRequest::read(json!({"ResponseURL": "https://secret"}))
            .expect_err("a refusal");
        assert!(!error.chain().contains("secret"), "{}", error.chain());
    }
}
