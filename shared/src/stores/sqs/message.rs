//! Messages of our queues: JSON with the version of its format in `v`.
//!
//! While a deployment goes on, workers meet messages of senders that are older or newer than they
//! are. A message of another version goes back to its queue, and meets the right worker there, or
//! ends among the dead letters where somebody sees it.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::error::{Error, Result};

/// The body of a message of one queue.
pub trait VersionedMessage: Serialize + DeserializeOwned {
    /// The queue, in errors: `export queue`.
    const QUEUE: &'static str;
    /// The environment variable that has the queue's URL.
    const URL_VARIABLE: &'static str;
    /// The version of the format that is sent, and the only one that is read.
    const VERSION: u32;
}

#[derive(Serialize)]
struct Envelope<'a, M> {
    v: u32,
    #[serde(flatten)]
    message: &'a M,
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// Returns the message's body.
pub fn to_body<M: VersionedMessage>(message: &M) -> Result<String> {
    serde_json::to_string(&Envelope { v: M::VERSION, message }).map_err(Error::internal)
}

/// Reads a message's body.
///
/// # Errors
/// [`Error::Internal`] for another version, and for what is no message of this queue.
pub fn from_body<M: VersionedMessage>(body: &str) -> Result<M> {
    let version = version_of(body)?;
    if version == M::VERSION {
        return serde_json::from_str(body).map_err(Error::internal);
    }
    Err(Error::internal(format!("a message of the {} of the unknown version {version}", M::QUEUE)))
}

/// Reads a message's body; `None` for an older version than the one that is sent, where somebody
/// else sees to what such a message asks for.
///
/// # Errors
/// As [`from_body`].
pub fn from_body_unless_older<M: VersionedMessage>(body: &str) -> Result<Option<M>> {
    if version_of(body)? < M::VERSION { Ok(None) } else { from_body(body).map(Some) }
}

fn version_of(body: &str) -> Result<u32> {
    let version: Version = serde_json::from_str(body).map_err(Error::internal)?;
    Ok(version.v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ArchiveId, Change, ExportId, PhotoId, Shard},
        stores::{ArchiveJobMessage, ExportPartMessage, StatisticsStep},
    };

    /// Messages that are on their way while this is deployed.
    #[test]
    fn messages_are_written_and_read_as_they_always_were() {
        let shard = Shard::new(7).expect("a shard");
        let export = ExportId::new(shard);
        let body = format!(r#"{{"v":1,"export":"{export}"}}"#);
        assert_eq!(to_body(&ExportPartMessage { export }).expect("a body"), body);
        assert_eq!(
            from_body::<ExportPartMessage>(&body)
                .expect("a message")
                .export,
            export
        );

        let job = ArchiveId::new(shard);
        let body = format!(r#"{{"v":1,"job":"{job}"}}"#);
        assert_eq!(to_body(&ArchiveJobMessage { job }).expect("a body"), body);
        assert_eq!(
            from_body::<ArchiveJobMessage>(&body)
                .expect("a message")
                .job,
            job
        );

        let id = PhotoId::new(shard);
        let body = format!(r#"{{"v":1,"kind":"photo","id":"{id}","version":3}}"#);
        let change = Change::Photo { id, version: 3 };
        assert_eq!(to_body(&change).expect("a body"), body);
        assert_eq!(from_body::<Change>(&body).expect("a message"), change);
        let reordered = format!(r#"{{"id":"{id}","kind":"photo","v":1,"version":3}}"#);
        assert_eq!(from_body::<Change>(&reordered).expect("a message"), change);
    }

    #[test]
    fn a_step_of_statistics_is_written_and_read_as_it_always_was() {
        let body = r#"{"v":2,"run":"0193b1a2-c3d4-7e5f-8071-8293a4b5c6d7","cluster":1,"attempt":0,"users":null,"loaded":null,"asked":null}"#;
        let step: StatisticsStep = from_body(body).expect("a step");
        assert_eq!((step.cluster, step.attempt, &step.users), (1, 0, &None));
        assert_eq!(to_body(&step).expect("a body"), body);
    }

    #[test]
    fn a_message_of_another_version_is_refused() {
        for (body, why) in [
            (r#"{"v":2,"export":"new"}"#, "unknown version 2"),
            (r#"{"export":"x"}"#, "missing field `v`"),
            ("not JSON", "expected"),
        ] {
            let refusal = from_body::<ExportPartMessage>(body).expect_err("a refusal");
            assert!(refusal.chain().contains(why), "{}", refusal.chain());
        }
    }

    #[test]
    fn only_an_older_version_can_be_left_to_others() {
        let read = from_body_unless_older::<StatisticsStep>;
        assert!(
            read(r#"{"v":1,"anything":true}"#)
                .expect("an older step")
                .is_none()
        );
        let newer = read(r#"{"v":3,"anything":true}"#).expect_err("a refusal");
        assert!(newer.chain().contains("unknown version 3"), "{}", newer.chain());
    }
}
