//! What IAM calls a request: the actions that it takes, each with the resource that it is taken on.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use serde_json::Value;

use super::{Service, request::Head};
use crate::template::{ACCOUNT, REGION};

type Need = (String, String);

/// Whether the body of such a request says what it is about.
pub(super) fn in_body(service: Service, head: &Head) -> bool {
    service != Service::S3 || head.asks("delete")
}

/// Actions and resources. Of the key of an object or an item only the first part is said: what
/// roles name.
pub(super) fn needed(service: Service, head: &Head, body: &[u8]) -> Vec<Need> {
    if service == Service::S3 {
        return objects(head, body);
    }
    let operation = head
        .header("x-amz-target")
        .rsplit('.')
        .next()
        .unwrap_or_default();
    let body = serde_json::from_slice(body).unwrap_or_default();
    match service {
        Service::DynamoDb => tables(operation, &body),
        Service::Sqs => {
            // Batches need what their messages would need alone.
            let action = operation.trim_end_matches("Batch");
            let queue = text(&body["QueueUrl"])
                .rsplit('/')
                .next()
                .unwrap_or_default();
            vec![(format!("sqs:{action}"), format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"))]
        }
        _ => {
            let workgroup = body["WorkgroupName"].as_str();
            let resource = workgroup.map(|name| {
                format!("arn:aws:redshift-serverless:{REGION}:{ACCOUNT}:workgroup/{name}")
            });
            // What is asked about a statement names nothing else.
            vec![(format!("redshift-data:{operation}"), resource.unwrap_or_else(|| "*".into()))]
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn tables(operation: &str, body: &Value) -> Vec<Need> {
    match operation {
        // Who may write one by one may do so in a transaction; it has no action of its own.
        "TransactWriteItems" | "TransactGetItems" => {
            let items = body["TransactItems"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .flatten();
            items
                .map(|(kind, request)| of_item(&format!("{kind}Item"), request, item_key(request)))
                .collect()
        }
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables
                .flat_map(|(table, asked)| batch(operation, table, asked))
                .collect()
        }
        "Query" => vec![of_item(operation, body, queried_key(body))],
        _ => vec![of_item(operation, body, item_key(body))],
    }
}

/// Returns what IAM has to allow for one item: the table, and after a `|` how the item's key
/// begins.
fn of_item(action: &str, request: &Value, key: &str) -> Need {
    let index = request["IndexName"]
        .as_str()
        .map_or(String::new(), |name| format!("/index/{name}"));
    let table = text(&request["TableName"]);
    let beginning = key
        .split_once('#')
        .map_or_else(|| key.to_owned(), |(kind, _)| format!("{kind}#"));
    let resource = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}{index}|{beginning}");
    (format!("dynamodb:{action}"), resource)
}

/// The partition key of a request about one item, which names it or brings it.
fn item_key(request: &Value) -> &str {
    let named = &request["Key"]["pk"]["S"];
    text(if named.is_null() { &request["Item"]["pk"]["S"] } else { named })
}

/// The partition key that a query is about: `pk = :name`, and what stands under that name.
fn queried_key(request: &Value) -> &str {
    let condition = text(&request["KeyConditionExpression"]);
    let name = condition
        .trim_start_matches("pk = ")
        .split_whitespace()
        .next()
        .unwrap_or_default();
    text(&request["ExpressionAttributeValues"][name]["S"])
}

/// Returns what a batch needs for each item of a table.
fn batch(operation: &str, table: &str, asked: &Value) -> Vec<Need> {
    let request = serde_json::json!({ "TableName": table });
    let keys = asked["Keys"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|key| text(&key["pk"]["S"]));
    let writes = asked
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|write| write.values());
    keys.chain(writes.map(item_key))
        .map(|key| of_item(operation, &request, key))
        .collect()
}

fn objects(head: &Head, body: &[u8]) -> Vec<Need> {
    let path = head.path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let need = |action: &str, resource: String| {
        vec![(format!("s3:{action}"), format!("arn:aws:s3:::{resource}"))]
    };
    if key.is_empty() {
        return match head.method.as_str() {
            "POST" if head.asks("delete") => {
                let keys = keys(body);
                keys.flat_map(|key| need("DeleteObject", folder(bucket, key)))
                    .collect()
            }
            "GET" if head.asks("uploads") => need("ListBucketMultipartUploads", bucket.into()),
            "GET" if head.asks("versions") => need("ListBucketVersions", bucket.into()),
            "GET" | "HEAD" => need("ListBucket", bucket.into()),
            other => need(&format!("of-a-bucket-{other}"), bucket.into()),
        };
    }
    let (part, version) =
        (head.asks("uploadId"), if head.asks("versionId") { "Version" } else { "" });
    let mut needs = match head.method.as_str() {
        "GET" if part => need("ListMultipartUploadParts", folder(bucket, key)),
        "GET" | "HEAD" => need(&format!("GetObject{version}"), folder(bucket, key)),
        "DELETE" if part => need("AbortMultipartUpload", folder(bucket, key)),
        "DELETE" => need(&format!("DeleteObject{version}"), folder(bucket, key)),
        "PUT" | "POST" => need("PutObject", folder(bucket, key)),
        _ => vec![],
    };
    if let Some((bucket, key)) = head
        .header("x-amz-copy-source")
        .trim_start_matches('/')
        .split_once('/')
    {
        needs.extend(need("GetObject", folder(bucket, key)));
    }
    needs
}

/// `originals/<user>/…` in a bucket: `bucket/originals/*`.
fn folder(bucket: &str, key: &str) -> String {
    key.split_once('/')
        .map_or_else(|| format!("{bucket}/{key}"), |(first, _)| format!("{bucket}/{first}/*"))
}

/// The keys in the body of `DeleteObjects`.
fn keys(body: &[u8]) -> impl Iterator<Item = &str> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    text.split("<Key>")
        .skip(1)
        .filter_map(|rest| rest.split_once("</Key>"))
        .map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::{super::request::Requests, *};

    fn of(service: Service, line: &str, headers: &str, body: &str) -> Vec<String> {
        let sent =
            format!("{line} HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
        let mut all = Vec::new();
        let told = |head: &Head, body: &[u8]| {
            all.extend(
                needed(service, head, body)
                    .into_iter()
                    .map(|(action, resource)| format!("{action} {resource}")),
            );
        };
        Requests::default()
            .take(sent.as_bytes(), |head| in_body(service, head), told)
            .expect("a request");
        all
    }

    fn s3(line: &str) -> String {
        of(Service::S3, line, "", "").join(", ")
    }

    #[test]
    fn requests_to_s3_are_told_by_method_path_and_query() {
        for (line, needs) in [
            ("GET /b/originals/u/p?x-id=GetObject", "s3:GetObject arn:aws:s3:::b/originals/*"),
            ("HEAD /b/originals/u/p", "s3:GetObject arn:aws:s3:::b/originals/*"),
            ("GET /b/originals/u/p?versionId=1", "s3:GetObjectVersion arn:aws:s3:::b/originals/*"),
            (
                "GET /b/originals/u/p?uploadId=1",
                "s3:ListMultipartUploadParts arn:aws:s3:::b/originals/*",
            ),
            (
                "PUT /b/originals/u/p?uploadId=1&partNumber=2",
                "s3:PutObject arn:aws:s3:::b/originals/*",
            ),
            ("POST /b/originals/u/p?uploads", "s3:PutObject arn:aws:s3:::b/originals/*"),
            ("DELETE /b/originals/u/p", "s3:DeleteObject arn:aws:s3:::b/originals/*"),
            (
                "DELETE /b/originals/u/p?uploadId=1",
                "s3:AbortMultipartUpload arn:aws:s3:::b/originals/*",
            ),
            ("GET /b?list-type=2&prefix=x", "s3:ListBucket arn:aws:s3:::b"),
            ("GET /b/?uploads&prefix=x", "s3:ListBucketMultipartUploads arn:aws:s3:::b"),
            ("HEAD /b", "s3:ListBucket arn:aws:s3:::b"),
            ("GET /b/index.html", "s3:GetObject arn:aws:s3:::b/index.html"),
        ] {
            assert_eq!(s3(line), needs, "{line}");
        }
        let copied = of(Service::S3, "PUT /b/media/x", "x-amz-copy-source: a/originals/y\r\n", "");
        assert_eq!(
            copied,
            ["s3:PutObject arn:aws:s3:::b/media/*", "s3:GetObject arn:aws:s3:::a/originals/*"]
        );
        let several = "<Delete><Object><Key>media/1</Key></Object><Object><Key>exports/2</Key></Object></Delete>";
        let deleted = of(Service::S3, "POST /b/?delete", "", several);
        assert_eq!(
            deleted,
            ["s3:DeleteObject arn:aws:s3:::b/media/*", "s3:DeleteObject arn:aws:s3:::b/exports/*"]
        );
    }

    #[test]
    fn requests_to_the_others_are_told_by_target_and_body() {
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/hot";
        let asked = |target: &str, body| {
            of(Service::DynamoDb, "POST /", &format!("X-Amz-Target: D.{target}\r\n"), body)
        };
        let query = r#"{"TableName":"hot","KeyConditionExpression":"pk = :a AND begins_with(sk, :b)",
            "ExpressionAttributeValues":{":a":{"S":"ALBUM#1"},":b":{"S":"PHOTO#"}}}"#;
        assert_eq!(asked("Query", query), [format!("dynamodb:Query {table}|ALBUM#")]);
        let by_index = r#"{"TableName":"hot","IndexName":"i"}"#;
        assert_eq!(asked("Query", by_index), [format!("dynamodb:Query {table}/index/i|")]);
        let get = r#"{"TableName":"hot","Key":{"pk":{"S":"SESSION#1"},"sk":{"S":"~"}}}"#;
        assert_eq!(asked("GetItem", get), [format!("dynamodb:GetItem {table}|SESSION#")]);
        let several =
            r#"{"RequestItems":{"hot":{"Keys":[{"pk":{"S":"ALBUM#1"}},{"pk":{"S":"PHOTO#2"}}]}}}"#;
        let needs = ["ALBUM#", "PHOTO#"].map(|key| format!("dynamodb:BatchGetItem {table}|{key}"));
        assert_eq!(asked("BatchGetItem", several), needs);
        let written = r#"{"RequestItems":{"hot":[{"PutRequest":{"Item":{"pk":{"S":"JOB#x"}}}}]}}"#;
        assert_eq!(
            asked("BatchWriteItem", written),
            [format!("dynamodb:BatchWriteItem {table}|JOB#")]
        );
        let transaction = r#"{"TransactItems":[{"Put":{"TableName":"hot","Item":{"pk":{"S":"USER#1"}}}},
            {"ConditionCheck":{"TableName":"hot","Key":{"pk":{"S":"PHOTO#1"}}}}]}"#;
        let needs = [
            format!("dynamodb:PutItem {table}|USER#"),
            format!("dynamodb:ConditionCheckItem {table}|PHOTO#"),
        ];
        assert_eq!(asked("TransactWriteItems", transaction), needs);
        let sent = of(
            Service::Sqs,
            "POST /",
            "x-amz-target: AmazonSQS.SendMessageBatch\r\n",
            r#"{"QueueUrl":"http://h/0/q"}"#,
        );
        assert_eq!(sent, ["sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:q"]);
        let warehouse = |target: &str, body| {
            of(
                Service::RedshiftData,
                "POST /",
                &format!("x-amz-target: RedshiftData.{target}\r\n"),
                body,
            )
            .join("")
        };
        let workgroup = "arn:aws:redshift-serverless:us-east-1:000000000000:workgroup/local";
        let executed = warehouse("ExecuteStatement", r#"{"WorkgroupName":"local"}"#);
        assert_eq!(executed, format!("redshift-data:ExecuteStatement {workgroup}"));
        assert_eq!(
            warehouse("DescribeStatement", r#"{"Id":"1"}"#),
            "redshift-data:DescribeStatement *"
        );
    }
}
