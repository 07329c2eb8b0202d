//! A row of the record that is kept of every write: its actor, its subject and its moment.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ActivityId, Moment, UserId};

/// A row of the record of activity: one a write. Never an e-mail address, a token or a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its id, on its owner's shard.
    pub id: ActivityId,
    /// The moment of the write.
    pub at: Moment,
    /// The user whose library or account it was done to: the row lives on this user's shard.
    pub owner: UserId,
    /// The user who did it; `None` for guests and for the service itself.
    pub actor: Option<UserId>,
    /// The name of the route or worker: `create-photo`.
    pub action: String,
    /// The kind of its subject: `photo`, `album`, `share`, `comment`, `user`, `session`, …
    pub subject_kind: String,
    /// The id of its subject.
    #[serde(with = "uuid::serde::simple")]
    pub subject_id: Uuid,
    /// A JSON object, as it is kept: the request, and facts that statistics are made of.
    pub context: String,
}

impl Activity {
    /// The row as one text, which the database, the files and the warehouse have alike. Checksums
    /// are made of it.
    pub fn canonical(&self) -> String {
        let actor = match self.actor {
            Some(actor) => actor.uuid().simple().to_string(),
            None => String::new(),
        };
        let id = self.id.uuid().simple();
        let at = self.at.sql();
        let owner = self.owner.uuid().simple();
        let subject = self.subject_id.simple();
        let Self { action, subject_kind, context, .. } = self;
        format!("{id}|{at}|{owner}|{actor}|{action}|{subject_kind}|{subject}|{context}")
    }
}
