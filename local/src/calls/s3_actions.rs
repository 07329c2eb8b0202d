//! The permissions of requests to S3, by method, path and query.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>

use super::{actions::RequiredPermission, request::RequestHead};

/// Returns the permissions that a request requires.
pub(super) fn required_permissions(head: &RequestHead, body: &[u8]) -> Vec<RequiredPermission> {
    let path = head.path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    if key.is_empty() {
        return of_bucket(head, bucket, body);
    }
    let mut permissions = Vec::new();
    if let Some(action) = object_action(head) {
        permissions.push(on_object(&action, bucket, key));
    }
    let copy_source = head.header("x-amz-copy-source").trim_start_matches('/');
    if let Some((source_bucket, source_key)) = copy_source.split_once('/') {
        permissions.push(on_object("GetObject", source_bucket, source_key));
    }
    permissions
}

fn of_bucket(head: &RequestHead, bucket: &str, body: &[u8]) -> Vec<RequiredPermission> {
    let action = match head.method.as_str() {
        "POST" if head.has_parameter("delete") => {
            let keys = keys_to_delete(body);
            return keys
                .map(|key| on_object("DeleteObject", bucket, key))
                .collect();
        }
        "GET" if head.has_parameter("uploads") => "ListBucketMultipartUploads".to_owned(),
        "GET" if head.has_parameter("versions") => "ListBucketVersions".to_owned(),
        "GET" | "HEAD" => "ListBucket".to_owned(),
        // No role has an action of this name, so the test fails.
        other => format!("of-a-bucket-{other}"),
    };
    vec![permission(&action, bucket)]
}

/// Returns the action on an object, without its prefix.
fn object_action(head: &RequestHead) -> Option<String> {
    let is_of_upload = head.has_parameter("uploadId");
    let version = if head.has_parameter("versionId") { "Version" } else { "" };
    match head.method.as_str() {
        "GET" if is_of_upload => Some("ListMultipartUploadParts".to_owned()),
        "GET" | "HEAD" => Some(format!("GetObject{version}")),
        "DELETE" if is_of_upload => Some("AbortMultipartUpload".to_owned()),
        "DELETE" => Some(format!("DeleteObject{version}")),
        "PUT" | "POST" => Some("PutObject".to_owned()),
        _ => None,
    }
}

/// Returns the permission on the folder of an object: of `originals/<user>/…`,
/// `bucket/originals/*`.
fn on_object(action: &str, bucket: &str, key: &str) -> RequiredPermission {
    match key.split_once('/') {
        Some((folder, _)) => permission(action, &format!("{bucket}/{folder}/*")),
        None => permission(action, &format!("{bucket}/{key}")),
    }
}

fn permission(action: &str, resource: &str) -> RequiredPermission {
    RequiredPermission {
        action: format!("s3:{action}"),
        resource: format!("arn:aws:s3:::{resource}"),
    }
}

/// Returns the keys in the body of `DeleteObjects`.
fn keys_to_delete(body: &[u8]) -> impl Iterator<Item = &str> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let after_tags = text.split("<Key>").skip(1);
    after_tags.filter_map(|rest| {
        let (key, _) = rest.split_once("</Key>")?;
        Some(key)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{AwsService, actions::tests::permissions};

    fn of(line: &str, headers: &str, body: &str) -> Vec<String> {
        permissions(AwsService::S3, line, headers, body)
    }

    #[test]
    fn method_path_and_query_tell_the_action() {
        for (line, permission) in [
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
            assert_eq!(of(line, "", ""), [permission], "{line}");
        }
    }

    #[test]
    fn a_copy_reads_its_source_and_a_deletion_names_each_object() {
        assert_eq!(
            of("PUT /b/media/x", "x-amz-copy-source: a/originals/y\r\n", ""),
            ["s3:PutObject arn:aws:s3:::b/media/*", "s3:GetObject arn:aws:s3:::a/originals/*"]
        );
        let several = "<Delete><Object><Key>media/1</Key></Object>\
            <Object><Key>exports/2</Key></Object></Delete>";
        assert_eq!(
            of("POST /b/?delete", "", several),
            ["s3:DeleteObject arn:aws:s3:::b/media/*", "s3:DeleteObject arn:aws:s3:::b/exports/*"]
        );
    }
}
