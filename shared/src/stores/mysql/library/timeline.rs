//! The timeline: an owner's photos that are not in the trash, by the month in which they were
//! taken, on the clock of the place.
//!
//! Read from a server that has [caught up](super::caught_up).

use uuid::Uuid;

use super::{database::Library, photo_row::Photo};
use crate::{
    domain::{
        Limit, LocalTime, Month, Page, PhotoKey, UserId, discovery::MonthView, view::PhotoView,
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const MONTHS: &str = "\
    SELECT month, photos FROM months WHERE owner_id = ? AND month < ? AND photos > 0 \
    ORDER BY month DESC LIMIT ?";
/// Both ends, and the photo that the page before ended with.
pub(super) const PHOTOS_OF_MONTH: &str = "\
    SELECT * FROM photos FORCE INDEX (photos_of_owner) \
    WHERE owner_id = ? AND deleted_at IS NULL AND taken_local >= ? AND taken_local <= ? \
      AND (taken_local < ? OR id < ?) \
    ORDER BY taken_local DESC, id DESC LIMIT ?";

from_row!(MonthView { month, photos });

impl Library {
    /// The months in which this user's photos were taken, newest first, before `before`.
    pub async fn months(
        &self,
        owner: UserId,
        before: Option<String>,
        limit: Limit,
    ) -> Result<Page<MonthView, String>> {
        // No month sorts after this.
        let before = before.unwrap_or_else(|| "~".to_owned());
        let mut at = self.caught_up(owner).await?;
        let months = sqlx::query_as(MONTHS)
            .bind(owner.uuid())
            .bind(before)
            .bind(limit.one_more())
            .fetch_all(&mut *at.connection)
            .await
            .of("library")?;
        Ok(Page::cut(months, limit, |month: &MonthView| month.month.clone()))
    }

    /// The photos of a month, newest first, after `after`, with all changes up to the last one.
    pub async fn photos_of_month(
        &self,
        owner: UserId,
        month: Month,
        after: Option<PhotoKey>,
        limit: Limit,
        last_change: u64,
    ) -> Result<Page<PhotoView, PhotoKey>> {
        let mut connection = self.caught_up_with(owner, last_change).await?;
        let first = LocalTime::of(month.begins(), None);
        let (last, id) = start(LocalTime::of(month.ends(), None), after);
        let photos: Vec<Photo> = sqlx::query_as(PHOTOS_OF_MONTH)
            .bind(owner.uuid())
            .bind(first.date_time())
            .bind(last.date_time())
            .bind(last.date_time())
            .bind(id)
            .bind(limit.one_more())
            .fetch_all(&mut *connection)
            .await
            .of("library")?;
        let views = photos.into_iter().map(|photo| photo.view).collect();
        Ok(Page::cut(views, limit, PhotoView::key))
    }
}

/// The time and id that every photo of the page must sort before: at `last`, or at the photo that
/// the page before ended with.
pub(super) fn start(last: LocalTime, after: Option<PhotoKey>) -> (LocalTime, Uuid) {
    match after {
        Some(key) if key.taken <= last => (key.taken, key.photo.uuid()),
        _ => (last, Uuid::max()),
    }
}
