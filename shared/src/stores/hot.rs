//! What must answer in one request: a projection of the library, kept in DynamoDB.
//!
//! An album is one partition: its photos under `PHOTO#taken_at#photo`, its head under `~HEAD`,
//! which sorts after them, so that one descending query returns the head and the newest photos.
//! A photo's locator, `PHOTO#id`, knows in which albums and under which keys its views stand.
//!
//! Writes may arrive twice, late or out of order; an older one never wins. A head is put on
//! condition that its version is newer. A photo's views move when its date changes, so they are
//! written in one transaction with its locator, on condition that the locator is still the one
//! that was read: what stood under old keys is deleted with it, and nothing can bring it back.

use aws_sdk_dynamodb::{
    Client,
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, Delete, Put, TransactWriteItem, builders::PutBuilder},
};
use serde::{Deserialize, Serialize};

use super::item::{Item, item, key, n, number, parsed, s, text};
use crate::{
    domain::{AlbumId, Limit, Moment, PhotoId, UserId, view::Role},
    env::Env,
    error::{Error, Of, Result},
};

const HEAD: &str = "~HEAD";

/// How often a photo's projection starts over when another one came between.
const TRIES: usize = 8;

/// An album's head.
#[derive(Clone, Debug)]
pub struct Head {
    /// The album.
    pub album: AlbumId,
    /// Whose it is.
    pub owner: UserId,
    /// Who may see it, the owner included.
    pub members: Vec<(UserId, Role)>,
    /// The version of the row that this is.
    pub version: u32,
    /// The JSON that the API answers with, but for the role.
    pub view: String,
}

impl Head {
    /// What `user` may do in the album; `None` for a stranger.
    pub fn role_of(&self, user: UserId) -> Option<Role> {
        self.members.iter().find(|(member, _)| *member == user).map(|(_, role)| *role)
    }
}

/// Where in an album a photo stands; the sort key of lists of photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// When the photo was taken.
    pub taken_at: Moment,
    /// The photo.
    pub photo: PhotoId,
}

impl Place {
    fn sk(self) -> String {
        format!("PHOTO#{}#{}", self.taken_at, self.photo)
    }
}

/// A photo, and in which albums it stands.
#[derive(Clone, Debug)]
pub struct Located {
    /// The photo and its date.
    pub place: Place,
    /// Whose it is.
    pub owner: UserId,
    /// The albums that it stands in.
    pub albums: Vec<AlbumId>,
    /// The version of the row that this is.
    pub version: u32,
    /// The JSON that the API answers with.
    pub view: String,
}

/// A page of an album's photos.
#[derive(Debug)]
pub struct PhotoPage {
    /// Their views, newest first.
    pub views: Vec<String>,
    /// The sort key to go on from; `None` at the end.
    pub next: Option<PhotoKey>,
}

/// The sort key of a photo in its album: what a cursor holds. Another item's key is refused when it
/// is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct PhotoKey(String);

impl TryFrom<String> for PhotoKey {
    type Error = &'static str;

    fn try_from(sk: String) -> Result<Self, &'static str> {
        if sk.starts_with("PHOTO#") { Ok(Self(sk)) } else { Err("not a photo's key") }
    }
}

/// The hot table.
pub struct Hot {
    client: Client,
    table: String,
}

fn of_album(album: AlbumId) -> String {
    format!("ALBUM#{album}")
}

fn of_photo(photo: PhotoId) -> String {
    format!("PHOTO#{photo}")
}

impl Hot {
    /// The table `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self::new(Client::new(env.sdk()), env.get("HOT_TABLE")?))
    }

    /// The table of this name, behind this client.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Whether the table answers.
    pub async fn check(&self) -> Result<()> {
        self.get("HEALTH".to_owned(), "~").await.map(drop)
    }

    /// An album's head and its newest photos: one request.
    pub async fn album(&self, album: AlbumId, limit: Limit) -> Result<(Option<Head>, PhotoPage)> {
        let query = self.query(album).limit(i32::from(limit.get()) + 1);
        let found = query.send().await.of("hot")?;
        let (heads, photos): (Vec<&Item>, Vec<&Item>) =
            found.items().iter().partition(|i| text(i, "sk").is_ok_and(|sk| sk == HEAD));
        let head = heads.first().map(|item| head(album, item)).transpose()?;
        Ok((head, page(&photos, found.last_evaluated_key())?))
    }

    /// An album's photos after this sort key, and its head: two requests, sent at the same time.
    pub async fn photos_after(
        &self,
        album: AlbumId,
        after: &PhotoKey,
        limit: Limit,
    ) -> Result<(Option<Head>, PhotoPage)> {
        let query = self.query(album).set_exclusive_start_key(Some(key(of_album(album), &after.0)));
        let query = async { query.limit(i32::from(limit.get())).send().await.of("hot") };
        let (head, found) = tokio::try_join!(self.head(album), query)?;
        let photos: Vec<_> = found.items().iter().collect();
        Ok((head, page(&photos, found.last_evaluated_key())?))
    }

    fn query(&self, album: AlbumId) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.table).consistent_read(true).scan_index_forward(false);
        query.key_condition_expression("pk = :album").expression_attribute_values(":album", s(of_album(album)))
    }

    /// An album's head.
    pub async fn head(&self, album: AlbumId) -> Result<Option<Head>> {
        self.get(of_album(album), HEAD).await?.map(|item| head(album, &item)).transpose()
    }

    /// A photo.
    pub async fn photo(&self, photo: PhotoId) -> Result<Option<Located>> {
        self.get(of_photo(photo), "~").await?.map(|item| located(photo, &item)).transpose()
    }

    async fn get(&self, pk: String, sk: &str) -> Result<Option<Item>> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        Ok(get.set_key(Some(key(pk, sk))).send().await.of("hot")?.item)
    }

    /// Puts an album's head, unless a newer one is there.
    pub async fn put_head(&self, head: &Head) -> Result<()> {
        let members = head.members.iter().map(|(user, role)| (user.to_string(), s(role.word()))).collect();
        let attributes = [
            ("owner", s(head.owner.to_string())),
            ("members", AttributeValue::M(members)),
            ("version", n(head.version)),
            ("view", s(&head.view)),
        ];
        let put = self.client.put_item().table_name(&self.table);
        let put = put.set_item(Some(item(of_album(head.album), HEAD, attributes)));
        let put = put.condition_expression("attribute_not_exists(pk) OR version < :v");
        match put.expression_attribute_values(":v", n(head.version)).send().await.map_err(aws_sdk_dynamodb::Error::from)
        {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Puts a photo's locator and its views, and deletes those that stood elsewhere, unless newer
    /// ones are there.
    pub async fn put_photo(&self, photo: &Located) -> Result<()> {
        for _ in 0..TRIES {
            let seen = self.photo(photo.place.photo).await?;
            if seen.as_ref().is_some_and(|seen| seen.version >= photo.version) {
                return Ok(());
            }
            if self.replace(seen.as_ref(), photo).await? {
                return Ok(());
            }
        }
        Err("a photo's views kept changing").of("hot")
    }

    /// One transaction; `false` when the locator is no longer `seen`.
    async fn replace(&self, seen: Option<&Located>, photo: &Located) -> Result<bool> {
        let locator = self.put(locator(photo));
        let mut writes = vec![written(match seen {
            None => locator.condition_expression("attribute_not_exists(pk)"),
            Some(seen) => {
                locator.condition_expression("version = :seen").expression_attribute_values(":seen", n(seen.version))
            }
        })?];
        for album in &photo.albums {
            let view = [("version", n(photo.version)), ("view", s(&photo.view))];
            writes.push(written(self.put(item(of_album(*album), &photo.place.sk(), view)))?);
        }
        let keys = |at: &Located| at.albums.iter().map(|album| (*album, at.place.sk())).collect::<Vec<_>>();
        let stays = keys(photo);
        for (album, sk) in seen.map(keys).unwrap_or_default().into_iter().filter(|old| !stays.contains(old)) {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key(of_album(album), &sk)));
            writes.push(TransactWriteItem::builder().delete(delete.build().of("hot")?).build());
        }
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        match sent.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_dynamodb::Error::TransactionCanceledException(_)) => Ok(false),
            Err(error) => Err(error).of("hot"),
        }
    }

    fn put(&self, item: Item) -> PutBuilder {
        Put::builder().table_name(&self.table).set_item(Some(item))
    }
}

fn written(put: PutBuilder) -> Result<TransactWriteItem> {
    Ok(TransactWriteItem::builder().put(put.build().of("hot")?).build())
}

fn locator(photo: &Located) -> Item {
    let albums = photo.albums.iter().map(|album| s(album.to_string())).collect();
    let attributes = [
        ("owner", s(photo.owner.to_string())),
        ("taken", n(photo.place.taken_at.micros())),
        ("albums", AttributeValue::L(albums)),
        ("version", n(photo.version)),
        ("view", s(&photo.view)),
    ];
    item(of_photo(photo.place.photo), "~", attributes)
}

fn located(photo: PhotoId, item: &Item) -> Result<Located> {
    let albums = item.get("albums").and_then(|albums| albums.as_l().ok()).map(Vec::as_slice).unwrap_or_default();
    let albums = albums.iter().filter_map(|album| album.as_s().ok()?.parse().ok()).collect();
    Ok(Located {
        place: Place { taken_at: Moment::from_micros(number(item, "taken")?), photo },
        owner: parsed(item, "owner")?,
        albums,
        version: number(item, "version")?,
        view: text(item, "view")?.to_owned(),
    })
}

fn head(album: AlbumId, item: &Item) -> Result<Head> {
    let members = item.get("members").and_then(|members| members.as_m().ok());
    let members = members.ok_or_else(|| Error::internal("a head without members"))?;
    let read = |(user, role): (&String, &AttributeValue)| Some((user.parse().ok()?, role.as_s().ok()?.parse().ok()?));
    Ok(Head {
        album,
        owner: parsed(item, "owner")?,
        members: members.iter().filter_map(read).collect(),
        version: number(item, "version")?,
        view: text(item, "view")?.to_owned(),
    })
}

fn page(photos: &[&Item], last: Option<&Item>) -> Result<PhotoPage> {
    let views = photos.iter().map(|item| text(item, "view").map(str::to_owned)).collect::<Result<_>>()?;
    let next = last.map(|last| Ok::<_, Error>(PhotoKey(text(last, "sk")?.to_owned()))).transpose()?;
    Ok(PhotoPage { views, next })
}
