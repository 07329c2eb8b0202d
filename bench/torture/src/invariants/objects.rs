//! The buckets against the rows.

use super::{Finding, photo};
use crate::snapshot::Snapshot;

/// No object is of a photo that has no row. What a photo's row does not name any more, as images of
/// a try that died, the sweep deletes after a day.
pub fn have_rows(snapshot: &Snapshot) -> Finding {
    let objects = &snapshot.objects;
    let mut finding = Finding::new("no object without a row");
    for (key, of) in objects.originals.iter().chain(&objects.renditions) {
        let has_row = of.is_some_and(|photo| objects.named.contains_key(&photo));
        finding.check(has_row, || format!("{key} is of no photo"));
    }
    finding
}

/// Each ready photo has its original and all of its renditions.
pub fn of_ready_photos(snapshot: &Snapshot) -> Finding {
    let objects = &snapshot.objects;
    let stored = objects.stored();
    let mut finding = Finding::new("ready photos have their objects");
    for (id, named) in &objects.named {
        if !named.is_ready {
            continue;
        }
        let has_original = stored.contains(named.original.as_str());
        finding.check(has_original, || format!("{} lacks its original", photo(*id)));
        finding.check(!named.renditions.is_empty(), || {
            format!("{} is ready and names no rendition", photo(*id))
        });
        for key in &named.renditions {
            let is_there = stored.contains(key.as_str());
            finding.check(is_there, || format!("{} lacks {key}", photo(*id)));
        }
    }
    finding
}
