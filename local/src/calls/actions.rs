//! The permissions that a request requires: IAM's action, and the resource that it is taken on.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use serde_json::Value;

use super::{AwsService, dynamodb_actions, request::RequestHead, s3_actions};
use crate::template::{ACCOUNT, REGION};

/// A permission that IAM has to give for a request.
pub(super) struct RequiredPermission {
    /// `s3:GetObject`.
    pub action: String,
    /// An ARN. Of the key of an object or an item it has only the first part, which roles name.
    pub resource: String,
}

/// Returns whether the body of such a request names its resources.
pub(super) fn needs_body(service: AwsService, head: &RequestHead) -> bool {
    service != AwsService::S3 || head.has_parameter("delete")
}

/// Returns the permissions that a request requires.
pub(super) fn required_permissions(
    service: AwsService,
    head: &RequestHead,
    body: &[u8],
) -> Vec<RequiredPermission> {
    if service == AwsService::S3 {
        return s3_actions::required_permissions(head, body);
    }
    let target = head.header("x-amz-target");
    let operation = target.rsplit('.').next().unwrap_or_default();
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    match service {
        AwsService::DynamoDb => dynamodb_actions::required_permissions(operation, &request),
        AwsService::Sqs => vec![sqs_permission(operation, &request)],
        AwsService::RedshiftData => vec![redshift_permission(operation, &request)],
        AwsService::Ses => mail_permissions(&request),
        AwsService::S3 => Vec::new(),
    }
}

/// `SendEmail` is taken on the identity that the mail comes from, and on the configuration set that
/// it names. <https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html>
fn mail_permissions(request: &Value) -> Vec<RequiredPermission> {
    let from = text(&request["FromEmailAddress"]).trim_end_matches('>');
    let domain = from.rsplit('@').next().unwrap_or_default();
    let configuration = text(&request["ConfigurationSetName"]);
    let on = |resource: String| RequiredPermission {
        action: "ses:SendEmail".to_owned(),
        resource: format!("arn:aws:ses:{REGION}:{ACCOUNT}:{resource}"),
    };
    vec![on(format!("identity/{domain}")), on(format!("configuration-set/{configuration}"))]
}

fn sqs_permission(operation: &str, request: &Value) -> RequiredPermission {
    // Batches need what their messages would need alone.
    let action = operation.trim_end_matches("Batch");
    let url = text(&request["QueueUrl"]);
    let queue = url.rsplit('/').next().unwrap_or_default();
    RequiredPermission {
        action: format!("sqs:{action}"),
        resource: format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"),
    }
}

fn redshift_permission(operation: &str, request: &Value) -> RequiredPermission {
    let resource = match request["WorkgroupName"].as_str() {
        Some(name) => {
            format!("arn:aws:redshift-serverless:{REGION}:{ACCOUNT}:workgroup/{name}")
        }
        // A question about a statement names nothing else.
        None => "*".to_owned(),
    };
    RequiredPermission { action: format!("redshift-data:{operation}"), resource }
}

/// Returns a JSON text, empty if it is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{super::request::RequestParser, *};

    /// Returns the permissions of a request, each as action and resource in a text.
    pub fn permissions(service: AwsService, line: &str, headers: &str, body: &str) -> Vec<String> {
        let length = body.len();
        let sent = format!("{line} HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n{body}");
        let mut permissions = Vec::new();
        let on_request = |head: &RequestHead, body: &[u8]| {
            for permission in required_permissions(service, head, body) {
                permissions.push(format!("{} {}", permission.action, permission.resource));
            }
        };
        RequestParser::default()
            .parse(sent.as_bytes(), |head| needs_body(service, head), on_request)
            .expect("a request");
        permissions
    }

    #[test]
    fn a_batch_of_messages_needs_what_one_message_needs() {
        let sent = permissions(
            AwsService::Sqs,
            "POST /",
            "x-amz-target: AmazonSQS.SendMessageBatch\r\n",
            r#"{"QueueUrl":"http://h/0/q"}"#,
        );
        assert_eq!(sent, ["sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:q"]);
    }

    #[test]
    fn a_mail_needs_its_sender_s_identity_and_its_configuration_set() {
        let sent = permissions(
            AwsService::Ses,
            "POST /v2/email/outbound-emails",
            "",
            r#"{"FromEmailAddress":"Albumen <mail@albumen.example>","ConfigurationSetName":"c"}"#,
        );
        let of = "ses:SendEmail arn:aws:ses:us-east-1:000000000000";
        assert_eq!(
            sent,
            [format!("{of}:identity/albumen.example"), format!("{of}:configuration-set/c")]
        );
    }

    #[test]
    fn a_statement_needs_its_workgroup_and_a_question_about_it_nothing() {
        let warehouse = |operation: &str, body: &str| {
            let target = format!("x-amz-target: RedshiftData.{operation}\r\n");
            permissions(AwsService::RedshiftData, "POST /", &target, body)
        };
        let workgroup = "arn:aws:redshift-serverless:us-east-1:000000000000:workgroup/local";
        assert_eq!(
            warehouse("ExecuteStatement", r#"{"WorkgroupName":"local"}"#),
            [format!("redshift-data:ExecuteStatement {workgroup}")]
        );
        assert_eq!(
            warehouse("DescribeStatement", r#"{"Id":"1"}"#),
            ["redshift-data:DescribeStatement *"]
        );
    }
}
