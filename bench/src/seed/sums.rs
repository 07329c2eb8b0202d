//! Other sums for photos that have been made.

use shared::{
    domain::{Sha256, UserId},
    error::Cause,
};
use sqlx::MySqlConnection;
use uuid::Uuid;

/// Photos of one statement.
const AT_ONCE: usize = 1000;

const IDS: &str = "SELECT id FROM photos WHERE owner_id = ? ORDER BY id";

const SET: &str = "\
    UPDATE photos JOIN JSON_TABLE(?, '$[*]' COLUMNS ( \
        id CHAR(32) PATH '$[0]', sha256 CHAR(64) PATH '$[1]')) j ON photos.id = UNHEX(j.id) \
    SET photos.sha256 = UNHEX(j.sha256) WHERE photos.owner_id = ?";

/// Gives the photos of an owner these sums, one each.
///
/// # Errors
/// There are not as many of the one as of the other.
pub async fn set(
    database: &mut MySqlConnection,
    owner: UserId,
    sums: &[Sha256],
) -> Result<(), Cause> {
    let ids: Vec<Uuid> = sqlx::query_scalar(IDS)
        .bind(owner.uuid())
        .fetch_all(&mut *database)
        .await?;
    if ids.len() != sums.len() {
        return Err(format!("{} photos, and {} sums", ids.len(), sums.len()).into());
    }
    let pairs: Vec<(String, String)> = ids
        .iter()
        .zip(sums)
        .map(|(id, sum)| (id.simple().to_string(), String::from(*sum)))
        .collect();
    for some in pairs.chunks(AT_ONCE) {
        sqlx::query(SET)
            .bind(serde_json::to_string(some)?)
            .bind(owner.uuid())
            .execute(&mut *database)
            .await?;
    }
    Ok(())
}
