//! Photos: locators, and views in albums.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, builders::PutBuilder};

use super::{Hot, albums::cut, of_album, of_photo};
use crate::{
    domain::{AlbumId, Moment, PhotoId, UserId, guests::Shown},
    error::{Error, Of, Result},
    stores::item::{Item, item, key, n, number, parsed, s, text},
};

/// How often a photo's projection starts over when another one came between.
const TRIES: usize = 8;

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
    /// What guests see of the view; `None` unless ready, and when read back, because only the views
    /// in albums hold it.
    pub shown: Option<Shown>,
}

impl Hot {
    /// A photo.
    pub async fn photo(&self, photo: PhotoId) -> Result<Option<Located>> {
        self.get(of_photo(photo), "~").await?.map(|item| located(photo, &item)).transpose()
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
            writes.push(written(self.put(in_album(*album, photo)))?);
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

fn in_album(album: AlbumId, photo: &Located) -> Item {
    let mut view = item(of_album(album), &photo.place.sk(), [("version", n(photo.version)), ("view", s(&photo.view))]);
    if let Some(shown) = photo.shown {
        view.insert("shown".to_owned(), n(shown.without_place));
        view.insert("placed".to_owned(), n(shown.with_place));
    }
    view
}

/// What guests see of a view in an album; `None` when they see nothing of it.
pub(super) fn for_guests(item: &Item, places: bool) -> Option<Result<String>> {
    item.get("shown")?;
    let view = || {
        let bytes = number(item, if places { "placed" } else { "shown" })?;
        cut(text(item, "view")?, bytes).ok_or_else(|| Error::internal("a view shorter than what guests see of it"))
    };
    Some(view())
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
        shown: None,
    })
}
