//! The values that the local system gives to the template and to the functions.

use std::{collections::BTreeMap, thread::available_parallelism};

use serde_json::json;

use super::{Addresses, data::Keys};
use crate::{
    database::DatabaseCluster,
    template::{REGION, Template},
};

/// The access key of callers that are no function: tests, and commands of this program.
pub(super) const ACCESS_KEY: &str = "local";
/// Id of the key that signs links to renditions.
const MEDIA_KEY_PAIR_ID: &str = "LOCALKEY";

/// The only workgroup of the warehouse.
pub(super) const WORKGROUP: &str = "local";
/// The only database of the warehouse.
pub(super) const DATABASE: &str = "albumen";

/// Returns values for the template's parameters, for some that it may not have, and for the outputs
/// of its nested stacks; without a database, placeholders of the same shape.
pub(super) fn parameters(
    addresses: &Addresses,
    keys: &Keys,
    database: Option<&DatabaseCluster>,
) -> BTreeMap<String, String> {
    let mut values = fixed_parameters();
    let database =
        database.map(|cluster| ShardUrls { cluster, proxied: addresses.database_has_proxy });
    let database = database.as_ref();
    let cores = available_parallelism().map_or(2, usize::from).max(2);
    for (name, value) in [
        ("PublicOrigin", addresses.origin.clone()),
        ("UploadOrigin", addresses.s3.clone()),
        ("MediaPrivateKey", keys.media.clone()),
        ("SigningKey", keys.signing.clone()),
        ("RenditionsConcurrency", cores.to_string()),
        ("Data.Outputs.AccountsShards", whole_shard_map("accounts_0", database)),
        // Two databases, so that a query that forgets its shard fails here already.
        ("Data.Outputs.LibraryShards", halved_shard_map("library_0", "library_1", database)),
        ("Data.Outputs.ActivityShards", halved_shard_map("activity_0", "activity_1", database)),
    ] {
        values.insert(name.to_owned(), value);
    }
    values
}

/// Returns the values that are the same for every system.
fn fixed_parameters() -> BTreeMap<String, String> {
    let values = [
        ("Keys.Outputs.MediaKeyPairId", MEDIA_KEY_PAIR_ID),
        ("Data.Outputs.Workgroup", WORKGROUP),
        ("RedshiftDatabase", DATABASE),
        // Migrations are applied by the system itself, before it starts: nobody calls the function
        // for them.
        ("Migrated.Version", "local"),
        ("Data.Outputs.Direct", "localhost"),
        ("Data.Outputs.Sleeps", "no"),
        ("Data.Outputs.Secret", "none"),
        // The first stage has its relay wait for hours, so that its database sleeps.
        ("Scale", "users-1"),
        // Names of endpoints are this machine's, not AWS's with IPv6.
        ("PrivateEndpoints", "yes"),
        // AWS asks for six times the function's time-out; a person at this machine should not wait
        // for so long.
        // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        ("UploadsVisibilitySeconds", "90"),
        ("ProjectionVisibilitySeconds", "45"),
        ("ExportsVisibilitySeconds", "660"),
        ("MailVisibilitySeconds", "15"),
        ("MailEventsVisibilitySeconds", "30"),
        ("MailFrom", "Albumen <mail@albumen.example>"),
        ("Mail.Outputs.Configuration", "local"),
        ("Mail.Outputs.DualStack", "false"),
        ("ArchiveVisibilitySeconds", "60"),
        ("StatisticsVisibilitySeconds", "90"),
        ("ArchiveTo", "redshift"),
        ("Data.Outputs.CopyRole", "arn:aws:iam::000000000000:role/warehouse"),
    ];
    values
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// The URLs at which functions reach the database.
struct ShardUrls<'a> {
    cluster: &'a DatabaseCluster,
    /// True if they reach the writer by a proxy.
    proxied: bool,
}

impl ShardUrls<'_> {
    fn writer(&self, name: &str) -> String {
        if self.proxied { self.cluster.proxied_url(name) } else { self.cluster.writer_url(name) }
    }

    /// Returns the URL of the replica; of the writer, where there is none.
    fn reader(&self, name: &str) -> String {
        match self.cluster.reader_url(name) {
            Some(url) => url,
            None => self.writer(name),
        }
    }
}

/// Returns the map of shards that all lie in one database, in JSON.
fn whole_shard_map(name: &str, database: Option<&ShardUrls<'_>>) -> String {
    json!([shard_range(0, 4095, name, database)]).to_string()
}

/// Returns the map of shards of which each half lies in a database of its own, in JSON.
fn halved_shard_map(lower: &str, upper: &str, database: Option<&ShardUrls<'_>>) -> String {
    json!([shard_range(0, 2047, lower, database), shard_range(2048, 4095, upper, database)])
        .to_string()
}

/// Returns an entry of a map of shards.
fn shard_range(
    from: u16,
    to: u16,
    name: &str,
    database: Option<&ShardUrls<'_>>,
) -> serde_json::Value {
    let not_started = || "mysql://not-started".to_owned();
    let writer = database.map_or_else(not_started, |database| database.writer(name));
    let reader = database.map_or_else(not_started, |database| database.reader(name));
    json!({ "from": from, "to": to, "writer": writer, "reader": reader })
}

/// Returns the variables that every function has here besides Lambda's own and the template's.
pub(super) fn environment(addresses: &Addresses, secret: &str) -> BTreeMap<String, String> {
    let values = [
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_ENDPOINT_URL_DYNAMODB", &addresses.dynamodb),
        ("AWS_ENDPOINT_URL_REDSHIFT_DATA", &addresses.warehouse),
        ("AWS_ENDPOINT_URL_S3", &addresses.s3),
        ("AWS_ENDPOINT_URL_SESV2", &addresses.ses),
        ("AWS_ENDPOINT_URL_SQS", &addresses.sqs),
        ("AWS_REGION", REGION),
        ("AWS_SECRET_ACCESS_KEY", secret),
    ];
    values
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Returns the access keys that S3 takes: a function's is its logical id.
pub(super) fn access_keys(template: &Template) -> Vec<String> {
    let mut keys = vec![ACCESS_KEY.to_owned()];
    for function in &template.functions {
        keys.push(function.id.clone());
    }
    keys
}
