//! The hot table against the rows that it is made of.

use super::{Finding, album, photo};
use crate::snapshot::Snapshot;

/// Each album has a head that says what its row says, and no other album has one.
pub fn of_albums(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("heads of albums equal their rows");
    let heads = &snapshot.hot.albums;
    for (id, truth) in &snapshot.truth.albums {
        let head = heads.get(id);
        finding.check(head == Some(truth), || {
            format!("{} is projected as {head:?} and is {truth:?}", album(*id))
        });
    }
    for id in heads.keys() {
        if !snapshot.truth.albums.contains_key(id) {
            finding.check(false, || format!("{} has a head and no row", album(*id)));
        }
    }
    finding
}

/// Each photo has a locator that says what its row says, and no other photo has one.
pub fn of_photos(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("locators of photos equal their rows");
    let locators = &snapshot.hot.photos;
    for (id, truth) in &snapshot.truth.photos {
        let locator = locators.get(id);
        finding.check(locator == Some(truth), || {
            format!("{} is projected as {locator:?} and is {truth:?}", photo(*id))
        });
    }
    for id in locators.keys() {
        if !snapshot.truth.photos.contains_key(id) {
            finding.check(false, || format!("{} has a locator and no row", photo(*id)));
        }
    }
    finding
}

/// Each photo has one view in each album that it stands in, of its version, and none elsewhere.
pub fn in_albums(snapshot: &Snapshot) -> Finding {
    let mut finding = Finding::new("albums have each photo's view once");
    let mut views = snapshot.hot.views.clone();
    for (id, truth) in &snapshot.truth.photos {
        for in_album in &truth.albums {
            let found = views.remove(&(*in_album, *id)).unwrap_or_default();
            finding.check(found == [truth.version], || {
                let wanted = truth.version;
                let (of, id) = (album(*in_album), photo(*id));
                format!("{id} in {of} has views of versions {found:?} and is of {wanted}")
            });
        }
    }
    for (of, id) in views.keys() {
        finding.check(false, || format!("{} has a view in {}", photo(*id), album(*of)));
    }
    finding
}
