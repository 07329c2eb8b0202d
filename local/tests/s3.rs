//! The behaviour of S3 that the system relies on, asked by the AWS SDK and, where a browser would,
//! by plain HTTP.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "s3/completions.rs"]
mod completions;
#[path = "s3/cors.rs"]
mod cors;
#[path = "s3/fixture.rs"]
mod fixture;
#[path = "s3/killed.rs"]
mod killed;
#[path = "s3/objects.rs"]
mod objects;
#[path = "s3/objects_of_parts.rs"]
mod objects_of_parts;
#[path = "s3/parts_upload.rs"]
mod parts_upload;
#[path = "s3/presigned.rs"]
mod presigned;
#[path = "s3/upload_lists.rs"]
mod upload_lists;
