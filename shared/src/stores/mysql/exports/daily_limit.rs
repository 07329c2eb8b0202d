//! Counts the exports that a user asks for in a day: each is a copy of all that they have.

use sqlx::{MySql, Transaction};
use uuid::Uuid;

use crate::{
    domain::{Moment, UserId},
    error::{Error, Of, Result},
};

/// The latest first; an export's id begins with the time it was made.
pub(super) const TODAY: &str = "\
    SELECT created_at FROM exports FORCE INDEX (exports_of_user) \
    WHERE user_id = ? AND id > ? AND state <> 'failed' ORDER BY id DESC LIMIT ?";

/// In which there may be so many exports of a user, in seconds: a day.
const DAY: i64 = 24 * 3600;

/// Refuses one more export than there may be in a day.
pub(super) async fn check(tx: &mut Transaction<'_, MySql>, user: UserId, most: u32) -> Result<()> {
    let now = Moment::now();
    let today: Vec<Moment> = sqlx::query_scalar(TODAY)
        .bind(user.uuid())
        .bind(first_id_of(now.plus(-DAY)))
        .bind(most)
        .fetch_all(&mut **tx)
        .await
        .of("accounts")?;
    if u32::try_from(today.len()).is_ok_and(|made| made < most) {
        return Ok(());
    }
    let oldest = today.last().copied().unwrap_or(now);
    let seconds = oldest.plus(DAY).epoch() - now.epoch();
    let after = u32::try_from(seconds).unwrap_or(0).max(1);
    Err(Error::TooManyToday { what: "exports", most, after })
}

/// The first of the ids that were made at this moment or later: they begin with the time in
/// milliseconds.
fn first_id_of(at: Moment) -> Uuid {
    let millis = u128::try_from(at.micros() / 1000).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}
