//! Photos: locators, and views in albums.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, TransactWriteItem, builders::PutBuilder,
};

use super::{
    Hot, cut, folder, is_tombstone, left_albums::LeftAlbums, of_album, of_photo, tombstone,
};
use crate::{
    domain::{
        AlbumId, Folder, LocalTime, Moment, PhotoId, PhotoKey, ReactionCounts, UserId,
        guests::GuestViewLengths,
    },
    error::{Error, Of, Result},
    stores::dynamodb::item::{HotItem, item, key, n, number, parsed, s, text},
};

/// The number of times that a photo's projection starts over when another one came between.
const TRIES: usize = 8;

/// The sort key of a photo's view. The local time is written as UTC is: so the keys of photos that
/// know no zone are what they were when views stood under their moment.
pub(super) fn sk(key: PhotoKey) -> String {
    format!("PHOTO#{}Z#{}", key.taken, key.photo)
}

/// The key of the photo whose view this is.
pub(super) fn key_of(view: &HotItem) -> Result<PhotoKey> {
    key_of_sk(text(view, "sk")?)
}

/// The key of the photo whose view has this sort key.
pub(super) fn key_of_sk(sk: &str) -> Result<PhotoKey> {
    read_sk(sk).ok_or_else(|| Error::internal("a view under a key that is no photo's"))
}

fn read_sk(sk: &str) -> Option<PhotoKey> {
    let (taken, photo) = sk.strip_prefix("PHOTO#")?.split_once("Z#")?;
    Some(PhotoKey {
        taken: LocalTime::try_from(taken.to_owned()).ok()?,
        photo: photo.parse().ok()?,
    })
}

/// A photo, and in which albums it stands.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its place in them.
    pub key: PhotoKey,
    /// Its owner.
    pub owner: UserId,
    /// The folder of the owner's images.
    pub folder: Folder,
    /// The albums that it stands in.
    pub albums: Vec<AlbumId>,
    /// The version of the row that this is.
    pub version: u32,
    /// The JSON that the API answers with.
    pub view: String,
    /// The views of albums whose members know of other comments and favourites than the owner; of
    /// the rest it is the view above. Not read back.
    pub in_albums: BTreeMap<AlbumId, String>,
    /// Comments and favourites of the photo, for each album that has some.
    pub said: BTreeMap<AlbumId, ReactionCounts>,
    /// The bytes of the view for guests; `None` unless ready, and when read back, because only the
    /// views in albums hold it.
    pub shown: Option<GuestViewLengths>,
}

impl Located {
    /// The view for a member of these of its albums: with what is said and marked in them.
    ///
    /// # Errors
    /// [`Error::Internal`] when the view is no JSON object.
    pub fn view_for_member_of(&self, albums: &[AlbumId]) -> Result<String> {
        let known = ReactionCounts::in_all(albums.iter().filter_map(|album| self.said.get(album)));
        let mut view: serde_json::Map<_, _> =
            serde_json::from_str(&self.view).map_err(Error::internal)?;
        view.insert("comments".to_owned(), known.comments.into());
        view.insert("favourites".to_owned(), known.favourites.into());
        serde_json::to_string(&view).map_err(Error::internal)
    }
}

/// A photo's locator as it was read: the version, the keys of the views that stand, and the albums
/// that it has left. A tombstone has no key.
struct Seen {
    version: u32,
    key: Option<PhotoKey>,
    views: Vec<(AlbumId, String)>,
    left: LeftAlbums,
}

impl Seen {
    /// Returns the albums whose pages may show the photo as it was.
    fn albums(&self) -> impl Iterator<Item = AlbumId> {
        let stands = self.views.iter().map(|(album, _)| *album);
        stands.chain(self.left.albums())
    }
}

/// A photo's locator and views as they are to be.
struct Next {
    photo: PhotoId,
    version: u32,
    key: Option<PhotoKey>,
    locator: HotItem,
    views: Vec<(AlbumId, String)>,
    items: Vec<HotItem>,
}

impl Hot {
    /// A photo.
    pub async fn photo(&self, photo: PhotoId) -> Result<Option<Located>> {
        let found = self
            .get(of_photo(photo), "~")
            .await?
            .filter(|item| !is_tombstone(item));
        found.map(|item| located(photo, &item)).transpose()
    }

    /// Returns true if the photo has a tombstone: it was ended on purpose.
    pub async fn is_buried(&self, photo: PhotoId) -> Result<bool> {
        Ok(self
            .get(of_photo(photo), "~")
            .await?
            .as_ref()
            .is_some_and(is_tombstone))
    }

    /// Puts a photo's locator and its views, and deletes those that stood elsewhere, unless newer
    /// ones are there.
    pub async fn put_photo(&self, photo: &Located) -> Result<()> {
        let items = photo
            .albums
            .iter()
            .map(|album| in_album(*album, photo))
            .collect();
        let (id, key, version) = (photo.key.photo, Some(photo.key), photo.version);
        self.put_next(&Next {
            photo: id,
            version,
            key,
            locator: locator(photo),
            views: views(photo),
            items,
        })
        .await
    }

    /// Puts a tombstone in the place of a photo's locator, and deletes its views, unless something
    /// newer is there.
    pub async fn bury_photo(&self, photo: PhotoId, version: u32) -> Result<()> {
        let locator = tombstone(of_photo(photo), "~", version);
        self.put_next(&Next {
            photo,
            version,
            key: None,
            locator,
            views: Vec::new(),
            items: Vec::new(),
        })
        .await
    }

    /// Raises the counts of all albums of the photo at the end, whoever has written it: nobody is
    /// told of this version before no page shows an older one.
    async fn put_next(&self, next: &Next) -> Result<()> {
        let mut albums: BTreeSet<_> = next.views.iter().map(|(album, _)| *album).collect();
        for _ in 0..TRIES {
            let seen = self.seen(next.photo).await?;
            albums.extend(seen.iter().flat_map(Seen::albums));
            let is_there = seen.as_ref().is_some_and(|seen| self.is_there(seen, next));
            if is_there || self.replace(seen.as_ref(), next).await? {
                return self.raise(&albums).await;
            }
        }
        Err("a photo's views kept changing").of("hot")
    }

    /// Returns whether what was read is newer than `next`, or is the same in the same place: views
    /// that were put when keys were made in another way are moved.
    fn is_there(&self, seen: &Seen, next: &Next) -> bool {
        let elsewhere = Option::zip(seen.key, next.key).is_some_and(|(seen, next)| seen != next);
        seen.version > next.version || (seen.version == next.version && !elsewhere && !self.anew)
    }

    async fn seen(&self, photo: PhotoId) -> Result<Option<Seen>> {
        let Some(item) = self.get(of_photo(photo), "~").await? else { return Ok(None) };
        let version = number(&item, "version")?;
        let left = LeftAlbums::read(&item);
        if is_tombstone(&item) {
            return Ok(Some(Seen { version, key: None, views: Vec::new(), left }));
        }
        let located = located(photo, &item)?;
        Ok(Some(Seen { version, key: Some(located.key), views: views(&located), left }))
    }

    /// One transaction; `false` when the locator is no longer `seen`.
    async fn replace(&self, seen: Option<&Seen>, next: &Next) -> Result<bool> {
        let mut item = next.locator.clone();
        if let Some(seen) = seen {
            let left = seen.left.and_these(&seen.views, &next.views, Moment::now());
            left.write(&mut item);
        }
        let locator = self.put(item);
        let mut writes = vec![written(match seen {
            None => locator.condition_expression("attribute_not_exists(pk)"),
            Some(seen) => locator
                .condition_expression("version = :seen")
                .expression_attribute_values(":seen", n(seen.version)),
        })?];
        for view in &next.items {
            writes.push(written(self.put(view.clone()))?);
        }
        let old = seen.map(|seen| seen.views.as_slice()).unwrap_or_default();
        for (album, sk) in old.iter().filter(|old| !next.views.contains(old)) {
            let delete = Delete::builder()
                .table_name(&self.table)
                .set_key(Some(key(of_album(*album), sk)));
            writes.push(
                TransactWriteItem::builder()
                    .delete(delete.build().of("hot")?)
                    .build(),
            );
        }
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .send()
            .await;
        match sent.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_dynamodb::Error::TransactionCanceledException(_)) => Ok(false),
            Err(error) => Err(error).of("hot"),
        }
    }

    fn put(&self, item: HotItem) -> PutBuilder {
        Put::builder().table_name(&self.table).set_item(Some(item))
    }
}

/// The albums in which the photo's views stand.
fn views(photo: &Located) -> Vec<(AlbumId, String)> {
    photo
        .albums
        .iter()
        .map(|album| (*album, sk(photo.key)))
        .collect()
}

fn written(put: PutBuilder) -> Result<TransactWriteItem> {
    Ok(TransactWriteItem::builder()
        .put(put.build().of("hot")?)
        .build())
}

fn in_album(album: AlbumId, photo: &Located) -> HotItem {
    let text = photo.in_albums.get(&album).unwrap_or(&photo.view);
    let mut view =
        item(of_album(album), &sk(photo.key), [("version", n(photo.version)), ("view", s(text))]);
    if let Some(shown) = photo.shown {
        view.insert("shown".to_owned(), n(shown.without_place));
        view.insert("placed".to_owned(), n(shown.with_place));
    }
    view
}

/// Returns the view of guests in an album; `None` when they see nothing of it.
pub(super) fn for_guests(item: &HotItem, places: bool) -> Option<Result<String>> {
    item.get("shown")?;
    let view = || {
        let bytes = number(item, if places { "placed" } else { "shown" })?;
        cut(text(item, "view")?, bytes)
            .ok_or_else(|| Error::internal("a view shorter than what guests see of it"))
    };
    Some(view())
}

fn locator(photo: &Located) -> HotItem {
    let albums = photo
        .albums
        .iter()
        .map(|album| s(album.to_string()))
        .collect();
    let attributes = [
        ("owner", s(photo.owner.to_string())),
        ("folder", s(photo.folder.to_string())),
        ("taken", n(photo.key.taken.micros())),
        ("albums", AttributeValue::L(albums)),
        ("said", AttributeValue::M(photo.said.iter().map(written_said).collect())),
        ("version", n(photo.version)),
        ("view", s(&photo.view)),
    ];
    item(of_photo(photo.key.photo), "~", attributes)
}

fn written_said((album, said): (&AlbumId, &ReactionCounts)) -> (String, AttributeValue) {
    let counts =
        [("comments".to_owned(), n(said.comments)), ("favourites".to_owned(), n(said.favourites))];
    (album.to_string(), AttributeValue::M(HashMap::from(counts)))
}

fn read_said((album, counts): (&String, &AttributeValue)) -> Option<(AlbumId, ReactionCounts)> {
    let counts = counts.as_m().ok()?;
    let comments = number(counts, "comments").ok()?;
    let favourites = number(counts, "favourites").ok()?;
    Some((album.parse().ok()?, ReactionCounts { comments, favourites }))
}

fn located(photo: PhotoId, item: &HotItem) -> Result<Located> {
    let albums = item
        .get("albums")
        .and_then(|albums| albums.as_l().ok())
        .map(Vec::as_slice)
        .unwrap_or_default();
    let albums = albums
        .iter()
        .filter_map(|album| album.as_s().ok()?.parse().ok())
        .collect();
    let said = item.get("said").and_then(|said| said.as_m().ok());
    let owner = parsed(item, "owner")?;
    Ok(Located {
        key: PhotoKey { taken: LocalTime::from_micros(number(item, "taken")?), photo },
        owner,
        folder: folder(item, owner)?,
        albums,
        version: number(item, "version")?,
        view: text(item, "view")?.to_owned(),
        in_albums: BTreeMap::new(),
        said: said.into_iter().flatten().filter_map(read_said).collect(),
        shown: None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Shard;

    fn photo_key() -> impl Strategy<Value = PhotoKey> {
        // Close together, and over all centuries.
        let micros = prop_oneof![0i64..4, -30_000_000_000_000_000i64..=200_000_000_000_000_000];
        let shard = Shard::random();
        micros.prop_map(move |micros| PhotoKey {
            taken: LocalTime::from_micros(micros),
            photo: PhotoId::new(shard),
        })
    }

    proptest! {
        #[test]
        fn views_stand_in_the_order_of_local_times_and_their_keys_are_read_back(a in photo_key(), b in photo_key()) {
            prop_assert_eq!(sk(a).cmp(&sk(b)), a.cmp(&b));
            prop_assert_eq!(read_sk(&sk(a)), Some(a));
        }
    }

    #[test]
    fn what_stands_under_another_key_is_no_photo_s_view() {
        for sk in
            ["~HEAD", "PHOTO#", "PHOTO#2026-01-01T00:30:00.000000Z#", "PHOTO#yesterdayZ#photo_01"]
        {
            assert_eq!(read_sk(sk), None, "{sk}");
        }
    }
}
