//! The places at which jobs that go round and round go on: an item of the hot table each.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, s, text};
use crate::{
    env::Env,
    error::{Of, Result},
};

/// The cursors.
pub struct JobCursors {
    client: Client,
    table: String,
}

fn pk(job: &str) -> String {
    format!("JOB#{job}")
}

impl JobCursors {
    /// The cursors in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Returns the place at which this job goes on; empty for its beginning.
    pub async fn find(&self, job: &str) -> Result<String> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let found = get
            .set_key(Some(key(pk(job), "~")))
            .send()
            .await
            .of("hot")?;
        found
            .item()
            .map_or(Ok(String::new()), |item| text(item, "cursor").map(str::to_owned))
    }

    /// Notes where it goes on.
    pub async fn keep(&self, job: &str, cursor: &str) -> Result<()> {
        let put = self.client.put_item().table_name(&self.table);
        put.set_item(Some(item(pk(job), "~", [("cursor", s(cursor))])))
            .send()
            .await
            .of("hot")
            .map(drop)
    }
}
