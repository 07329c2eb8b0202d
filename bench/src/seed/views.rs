//! Views of photos in the hot table.
//!
//! One photo is projected as each is that somebody reads. The views of the others are copies of its
//! view, each under its own key and with its own id: a projection of every photo would take an
//! hour.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, PutRequest, WriteRequest},
};
use running_system::RunningSystem;
use shared::{
    domain::{AlbumId, PhotoKey},
    error::Cause,
};
use tokio::task::JoinSet;

use crate::{dynamodb, person::Person};

/// Items of a request, the most that DynamoDB takes.
const AT_ONCE: usize = 25;
/// Requests at the same time.
const REQUESTS: usize = 4;

type Item = HashMap<String, AttributeValue>;

/// Puts a view of each of these photos into the album's partition.
pub async fn put(
    system: &RunningSystem,
    person: &Person,
    album: AlbumId,
    photos: &[PhotoKey],
) -> Result<(), Cause> {
    let Some((sample, others)) = photos.split_first() else { return Ok(()) };
    // Who reads a photo that is not in the table has it projected.
    person.get(&format!("/v1/photos/{}", sample.photo)).await?;
    let client = dynamodb::client(system)?;
    let table = system.variable("HOT_TABLE")?.to_owned();
    let view = view_of(&client, &table, album, *sample).await?;
    let mut running = JoinSet::new();
    for some in others.chunks(AT_ONCE) {
        while running.len() >= REQUESTS {
            running.join_next().await.ok_or("nothing runs")???;
        }
        let mut puts = Vec::with_capacity(AT_ONCE);
        for photo in some {
            puts.push(put_request(copied(&view, *sample, *photo))?);
        }
        running.spawn(write(client.clone(), table.clone(), puts));
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(())
}

/// Returns the item that is the photo's view in the album.
async fn view_of(
    client: &Client,
    table: &str,
    album: AlbumId,
    photo: PhotoKey,
) -> Result<Item, Cause> {
    let found = client
        .query()
        .table_name(table)
        .key_condition_expression("pk = :album AND begins_with(sk, :time)")
        .expression_attribute_values(":album", AttributeValue::S(format!("ALBUM#{album}")))
        .expression_attribute_values(":time", AttributeValue::S(format!("PHOTO#{}", photo.taken)))
        .send()
        .await?;
    let view = found.items.unwrap_or_default().pop();
    Ok(view.ok_or("the first photo has no view")?)
}

/// Returns the view with another photo's time and id.
fn copied(view: &Item, from: PhotoKey, to: PhotoKey) -> Item {
    let time = from.taken.to_string();
    let id = from.photo.to_string();
    let mut copy = view.clone();
    for value in copy.values_mut() {
        if let AttributeValue::S(text) = value {
            *text = text
                .replace(&time, &to.taken.to_string())
                .replace(&id, &to.photo.to_string());
        }
    }
    copy
}

fn put_request(item: Item) -> Result<WriteRequest, Cause> {
    let put = PutRequest::builder().set_item(Some(item)).build()?;
    Ok(WriteRequest::builder().put_request(put).build())
}

async fn write(client: Client, table: String, puts: Vec<WriteRequest>) -> Result<(), String> {
    let answer = client
        .batch_write_item()
        .request_items(table, puts)
        .send()
        .await
        .map_err(|error| error.into_service_error().to_string())?;
    let left = answer.unprocessed_items.unwrap_or_default();
    if left.is_empty() { Ok(()) } else { Err("the table did not take all views".to_owned()) }
}
