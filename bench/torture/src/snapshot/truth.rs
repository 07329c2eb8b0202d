//! The views that the hot table should have: the rows, made into views by the service's own code.

use std::collections::BTreeMap;

use load::Cause;
use shared::{
    domain::Change,
    stores::library::{NewestRows, ScannedKind},
};
use uuid::Uuid;

use super::hot::{ProjectedAlbum, ProjectedPhoto};
use crate::stores::{Stores, described};

/// Rows that are read at a time.
const BATCH: u32 = 100;

/// The albums and photos that should be projected.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Albums.
    pub albums: BTreeMap<Uuid, ProjectedAlbum>,
    /// Photos.
    pub photos: BTreeMap<Uuid, ProjectedPhoto>,
}

impl Truth {
    /// Reads all albums and photos.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn read(stores: &Stores) -> Result<Self, Cause> {
        let mut truth = Self::default();
        for cluster in 0..stores.library.clusters() {
            for kind in [ScannedKind::Albums, ScannedKind::Photos] {
                truth.read_all(stores, cluster, kind).await?;
            }
        }
        Ok(truth)
    }

    async fn read_all(
        &mut self,
        stores: &Stores,
        cluster: usize,
        kind: ScannedKind,
    ) -> Result<(), Cause> {
        let mut after = Uuid::nil();
        loop {
            let page = stores
                .library
                .scan(cluster, kind, after, BATCH)
                .await
                .map_err(described)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = id_of(last);
            let changes: Vec<&Change> = page.iter().collect();
            let newest = stores
                .library
                .newest_rows(&changes)
                .await
                .map_err(described)?;
            for (change, rows) in page.iter().zip(newest) {
                self.take(id_of(change), rows)?;
            }
        }
    }

    fn take(&mut self, id: Uuid, rows: NewestRows) -> Result<(), Cause> {
        match rows {
            NewestRows::Album(Some(album), _) => {
                let (version, view) = (album.view.version, serde_json::to_string(&album.view)?);
                self.albums.insert(id, ProjectedAlbum { version, view });
            }
            NewestRows::Photo(Some(photo)) => {
                let (version, view) = (photo.view.version, serde_json::to_string(&photo.view)?);
                let albums = photo.albums.iter().map(|album| album.uuid()).collect();
                self.photos
                    .insert(id, ProjectedPhoto { version, view, albums });
            }
            _ => {}
        }
        Ok(())
    }
}

fn id_of(change: &Change) -> Uuid {
    match change {
        Change::Album { id, .. } => id.uuid(),
        Change::Photo { id, .. } => id.uuid(),
        Change::Share { id, .. } => id.uuid(),
        Change::Activity(row) => row.id.uuid(),
    }
}
