//! The record of activity.

use super::{Finding, album, photos::counted};
use crate::snapshot::Snapshot;

/// The record says of each album once that it was made.
pub fn of_albums(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("the record has each album's making once");
    let mut made = counted(snapshot.rows.made_albums.iter().copied());
    for row in &snapshot.rows.albums {
        let times = made.remove(&row.id).unwrap_or(0);
        finding.check(times == 1, || format!("{} was made {times} times", album(row.id)));
    }
    for id in made.keys() {
        finding.check(false, || format!("{} was made and has no row", album(*id)));
    }
    finding
}
