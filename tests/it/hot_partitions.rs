//! An album that everyone opens, before a table that refuses as DynamoDB's partitions do.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{Client, config::retry::RetryConfig};
use futures::stream::{self, StreamExt};
use partitions::{Limits, Partitions};
use serde_json::json;
use shared::{
    domain::{
        AlbumId, Folder, Limit, LocalTime, PhotoId, PhotoKey, Shard, UserId,
        guests::GuestViewLengths, view::Role,
    },
    stores::{AlbumHead, Audience, Hot, Located},
};
use tests::{System, system::hot};

/// Photos of the album: more than a page.
const PHOTOS: u16 = 60;

/// The length of a photo's view in bytes, as those of real photos are.
const VIEW: usize = 1_350;

/// Looks in a second.
const LOOKS: usize = 1_500;

/// Processes that they are spread over.
const PROCESSES: usize = 25;

/// Looks under way at the same time.
const AT_ONCE: usize = 8;

/// An album of [`PHOTOS`] photos in the hot table, and the partitions before it.
struct HotAlbum {
    id: AlbumId,
    partitions: Partitions,
    /// Asks once: what is refused is refused.
    client: Client,
    table: String,
}

impl HotAlbum {
    async fn new(system: &System) -> Self {
        let partitions = Partitions::open(&system.dynamodb, Limits::DYNAMODB)
            .await
            .expect("a port");
        let config = hot(system)
            .config()
            .to_builder()
            .endpoint_url(&partitions.origin)
            .retry_config(RetryConfig::disabled());
        let shard = Shard::random();
        let album = Self {
            id: AlbumId::new(shard),
            partitions,
            client: Client::from_conf(config.build()),
            table: system.variable("HOT_TABLE").to_owned(),
        };
        album
            .fill(&Hot::new(hot(system), album.table.clone()))
            .await;
        album
    }

    async fn fill(&self, table: &Hot) {
        let owner = UserId::new(self.id.shard());
        for number in 0..PHOTOS {
            let photo = photo(owner, self.id, number);
            table.put_photo(&photo).await.expect("a projection");
        }
        let head = AlbumHead {
            album: self.id,
            owner,
            folder: Folder::kept(None, owner),
            members: vec![(owner, Role::Owner)],
            version: 1,
            view: json!({"id": self.id}).to_string(),
            shown: 0,
            ready: None,
        };
        table.put_head(&head).await.expect("a head");
    }

    /// Looks at the album by this limit, [`LOOKS`] times in one of the table's seconds; returns how
    /// many were answered.
    async fn look(&self, who: Audience, limit: Limit) -> usize {
        let processes: Vec<Hot> = (0..PROCESSES)
            .map(|_| Hot::new(self.client.clone(), self.table.clone()))
            .collect();
        // The page is there, as it is where an album is looked at.
        let _made = processes[0].album_for(who, self.id, limit).await;
        self.partitions.next_second();
        let looks = processes.iter().cycle().take(LOOKS);
        stream::iter(looks)
            .map(|table| table.album_for(who, self.id, limit))
            .buffer_unordered(AT_ONCE)
            .filter(|answer| std::future::ready(answer.is_ok()))
            .count()
            .await
    }
}

/// Returns a photo; one of a higher number is newer.
fn photo(owner: UserId, album: AlbumId, number: u16) -> Located {
    let id = PhotoId::new(album.shard());
    let guests = format!(r#"{{"id":"{id}""#);
    let lengths = GuestViewLengths { without_place: guests.len(), with_place: guests.len() };
    let mut rest = String::new();
    while rest.len() < VIEW - guests.len() {
        rest.push_str(&PhotoId::new(album.shard()).to_string());
    }
    Located {
        key: PhotoKey { taken: LocalTime::from_micros(i64::from(number) * 1_000_000), photo: id },
        owner,
        folder: Folder::kept(None, owner),
        albums: vec![album],
        version: 1,
        view: format!(r#"{guests},"rest":"{rest}"}}"#),
        in_albums: BTreeMap::new(),
        said: BTreeMap::new(),
        shown: Some(lengths),
    }
}

fn limit(photos: &str) -> Limit {
    photos.parse().expect("a limit")
}

#[tokio::test]
async fn one_album_bears_fifteen_hundred_looks_a_second() {
    let album = HotAlbum::new(&System::shared()).await;
    // No page has 49 photos: they are read one by one, and the partition has units for few looks.
    let one_by_one = album.look(Audience::Members, limit("49")).await;
    assert!((100..250).contains(&one_by_one), "{one_by_one} looks were answered");
    for who in
        [Audience::Members, Audience::Guests { places: false }, Audience::Guests { places: true }]
    {
        assert_eq!(album.look(who, limit("50")).await, LOOKS, "{who:?}");
    }
}
