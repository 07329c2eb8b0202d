//! Messages that wait, and those that were given up.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_sqs::types::QueueAttributeName;
use load::Cause;

use crate::{failed, stores::Stores};

/// The end of the names of queues that hold messages which were given up.
const DEAD: &str = "Dead";
/// The counts of messages: those that wait, are being worked on, or are to be seen later.
const COUNTS: [QueueAttributeName; 3] = [
    QueueAttributeName::ApproximateNumberOfMessages,
    QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
    QueueAttributeName::ApproximateNumberOfMessagesDelayed,
];
/// The most receives of one queue of dead letters.
const MOST_RECEIVES: usize = 50;
/// Seconds for which a dead letter that was read is out of sight, so that the next ones are read.
const OUT_OF_SIGHT: i32 = 5;

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The name of its queue.
    pub queue: String,
    /// Its text.
    pub body: String,
}

/// Returns how many messages each queue has that is none of dead letters.
///
/// # Errors
/// A queue that does not answer.
pub async fn waiting_messages(stores: &Stores) -> Result<BTreeMap<String, u64>, Cause> {
    let mut waiting = BTreeMap::new();
    for url in urls(stores).await? {
        let name = name_of(&url).to_owned();
        if name.ends_with(DEAD) {
            continue;
        }
        waiting.insert(name, messages(stores, &url).await?);
    }
    Ok(waiting)
}

/// Returns the dead letters of all queues. They stay where they are.
///
/// # Errors
/// A queue that does not answer.
pub(super) async fn dead_letters(stores: &Stores) -> Result<Vec<DeadLetter>, Cause> {
    let mut letters = Vec::new();
    for url in urls(stores).await? {
        let queue = name_of(&url);
        if queue.ends_with(DEAD) && messages(stores, &url).await? > 0 {
            for body in bodies(stores, &url).await? {
                letters.push(DeadLetter { queue: queue.to_owned(), body });
            }
        }
    }
    Ok(letters)
}

async fn bodies(stores: &Stores, url: &str) -> Result<Vec<String>, Cause> {
    let mut ids = BTreeSet::new();
    let mut bodies = Vec::new();
    for _ in 0..MOST_RECEIVES {
        let receive = stores
            .queues
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(10)
            .visibility_timeout(OUT_OF_SIGHT);
        let received = receive.send().await.map_err(|error| no_queue(&error))?;
        if received.messages().is_empty() {
            break;
        }
        for message in received.messages() {
            if ids.insert(message.message_id().unwrap_or_default().to_owned()) {
                bodies.push(message.body().unwrap_or_default().to_owned());
            }
        }
    }
    Ok(bodies)
}

async fn urls(stores: &Stores) -> Result<Vec<String>, Cause> {
    let listed = stores
        .queues
        .list_queues()
        .send()
        .await
        .map_err(|error| no_queue(&error))?;
    Ok(listed.queue_urls().to_vec())
}

async fn messages(stores: &Stores, url: &str) -> Result<u64, Cause> {
    let attributes = stores
        .queues
        .get_queue_attributes()
        .queue_url(url)
        .set_attribute_names(Some(COUNTS.to_vec()))
        .send()
        .await
        .map_err(|error| no_queue(&error))?;
    let mut messages = 0;
    for count in attributes.attributes().into_iter().flatten() {
        messages += count.1.parse::<u64>()?;
    }
    Ok(messages)
}

fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

fn no_queue(error: &dyn std::error::Error) -> Cause {
    let cause = error.source().map(ToString::to_string);
    failed(format!("the queues: {error} {}", cause.unwrap_or_default()))
}
