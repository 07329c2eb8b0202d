//! The timeline: an owner's photos that are not in the trash, by the month in which they were taken.
//!
//! Read from a replica, which may lag behind by a moment.

use super::{Library, photos};
use crate::{
    domain::{Limit, Moment, Month, Page, PhotoId, UserId, found::MonthView, view::PhotoView},
    error::{Of, Result},
};

pub(super) const MONTHS: &str = "\
    SELECT month, photos FROM months WHERE owner_id = ? AND month < ? AND photos > 0 ORDER BY month DESC LIMIT ?";
/// Both ends, and the photo that the page before ended with.
pub(super) const PHOTOS_OF_MONTH: &str = "\
    SELECT * FROM photos FORCE INDEX (photos_of_owner) \
    WHERE owner_id = ? AND deleted_at IS NULL AND taken_at >= ? AND taken_at <= ? AND (taken_at < ? OR id < ?) \
    ORDER BY taken_at DESC, id DESC LIMIT ?";

/// Where a list of photos in the order of their dates goes on: the last one's date and id.
pub type Dated = (Moment, PhotoId);

/// The sort key of a photo in such a list.
pub(super) fn dated(photo: &PhotoView) -> Dated {
    (photo.taken_at, photo.id)
}

impl Library {
    /// The months in which this user's photos were taken, newest first, before `before`.
    pub async fn months(&self, owner: UserId, before: Option<String>, limit: Limit) -> Result<Page<MonthView, String>> {
        // No month sorts after this.
        let before = before.unwrap_or_else(|| "~".to_owned());
        let query = sqlx::query_as::<_, (String, u32)>(MONTHS).bind(owner.uuid()).bind(before).bind(limit.one_more());
        let rows = query.fetch_all(self.db.reader(owner.shard())?).await.of("library")?;
        let months = rows.into_iter().map(|(month, photos)| MonthView { month, photos }).collect();
        Ok(Page::cut(months, limit, |month: &MonthView| month.month.clone()))
    }

    /// The photos of a month, newest first, after `after`.
    pub async fn photos_of_month(
        &self,
        owner: UserId,
        month: Month,
        after: Option<Dated>,
        limit: Limit,
    ) -> Result<Page<PhotoView, Dated>> {
        let (last, id) = start(month.ends(), after);
        let query = sqlx::query(PHOTOS_OF_MONTH).bind(owner.uuid()).bind(month.begins().utc());
        let query = query.bind(last.utc()).bind(last.utc()).bind(id).bind(limit.one_more());
        let rows = query.fetch_all(self.db.reader(owner.shard())?).await.of("library")?;
        let photos = rows.iter().map(|row| photos::read(row).map(|photo| photo.view));
        Ok(Page::cut(photos.collect::<sqlx::Result<_>>().of("library")?, limit, dated))
    }
}

/// The date and id that every photo of the page must sort before: at `last`, or at the photo that
/// the page before ended with.
pub(super) fn start(last: Moment, after: Option<Dated>) -> (Moment, uuid::Uuid) {
    match after {
        Some((at, id)) if at <= last => (at, id.uuid()),
        _ => (last, uuid::Uuid::max()),
    }
}
