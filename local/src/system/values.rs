//! What the local system gives to the template and to the functions.

use std::{collections::BTreeMap, thread::available_parallelism};

use serde_json::json;

use super::{Addresses, data::Keys};
use crate::{
    mariadb,
    template::{REGION, Template},
};

/// The access key of whoever is no function: tests, and commands of this program.
pub(super) const ACCESS_KEY: &str = "local";
/// Id of the key that signs links to renditions.
const MEDIA_KEY_PAIR_ID: &str = "LOCALKEY";

/// The only workgroup and database of the warehouse.
pub(super) const WORKGROUP: &str = "local";
/// See [`WORKGROUP`].
pub(super) const DATABASE: &str = "albumen";

/// Values for the template's parameters, for some that it may not have, and for what its nested
/// stacks put out; without a database, placeholders of the same shape.
pub(super) fn parameters(
    addresses: &Addresses,
    keys: &Keys,
    database: Option<&mariadb::Server>,
) -> BTreeMap<String, String> {
    let url = |name: &str| {
        database.map_or_else(|| "mysql://not-started".to_owned(), |database| database.url(name))
    };
    let cores = available_parallelism().map_or(2, usize::from).max(2);
    let values = [
        ("PublicOrigin", addresses.origin.clone()),
        ("UploadOrigin", addresses.s3.clone()),
        ("Data.Outputs.AccountsShards", shards(&[(0, 4095, url("accounts_0"))])),
        // Two databases, so that a query that forgets its shard fails here already.
        (
            "Data.Outputs.LibraryShards",
            shards(&[(0, 2047, url("library_0")), (2048, 4095, url("library_1"))]),
        ),
        (
            "Data.Outputs.ActivityShards",
            shards(&[(0, 2047, url("activity_0")), (2048, 4095, url("activity_1"))]),
        ),
        ("Keys.Outputs.MediaKeyPairId", MEDIA_KEY_PAIR_ID.into()),
        ("MediaPrivateKey", keys.media.clone()),
        ("SigningKey", keys.signing.clone()),
        ("Data.Outputs.Workgroup", WORKGROUP.into()),
        ("RedshiftDatabase", DATABASE.into()),
        // Migrations are applied by the system itself, before it starts: nobody calls the function
        // for them.
        ("Migrated.Version", "local".into()),
        ("Data.Outputs.Direct", "localhost".into()),
        ("Data.Outputs.Sleeps", "no".into()),
        ("Data.Outputs.Secret", "none".into()),
        // The first stage has its relay wait for hours, so that its database sleeps.
        ("Scale", "users-1".into()),
        // Names of endpoints are this machine's, not AWS's with IPv6.
        ("PrivateEndpoints", "yes".into()),
        ("RenditionsConcurrency", cores.to_string()),
        // AWS asks for six times the function's time; who waits at this machine should not.
        ("UploadsVisibilitySeconds", "90".into()),
        ("ProjectionVisibilitySeconds", "45".into()),
        ("ExportsVisibilitySeconds", "660".into()),
        ("ArchiveVisibilitySeconds", "60".into()),
        ("ArchiveTo", "redshift".into()),
        ("Data.Outputs.CopyRole", "arn:aws:iam::000000000000:role/warehouse".into()),
        ("StatisticsVisibilitySeconds", "90".into()),
    ];
    values.map(|(name, value)| (name.to_owned(), value)).into()
}

fn shards(ranges: &[(u16, u16, String)]) -> String {
    let ranges: Vec<_> = ranges
        .iter()
        .map(|(from, to, url)| json!({ "from": from, "to": to, "writer": url, "reader": url }))
        .collect();
    json!(ranges).to_string()
}

/// Variables that every function has here besides Lambda's own and the template's.
pub(super) fn environment(addresses: &Addresses, secret: &str) -> BTreeMap<String, String> {
    let values = [
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY.into()),
        ("AWS_ENDPOINT_URL_DYNAMODB", addresses.dynamodb.clone()),
        ("AWS_ENDPOINT_URL_REDSHIFT_DATA", addresses.warehouse.clone()),
        ("AWS_ENDPOINT_URL_S3", addresses.s3.clone()),
        ("AWS_ENDPOINT_URL_SQS", addresses.sqs.clone()),
        ("AWS_REGION", REGION.into()),
        ("AWS_SECRET_ACCESS_KEY", secret.into()),
    ];
    values.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Access keys that count: a function's is its name.
pub(super) fn access_keys(template: &Template) -> Vec<String> {
    let functions = template
        .functions
        .iter()
        .map(|function| function.id.clone());
    functions.chain([ACCESS_KEY.to_owned()]).collect()
}
