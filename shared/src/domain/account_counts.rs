//! Counts of an account.

/// Counts of an account that is gone: numbers, nothing that tells whose it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccountCounts {
    /// Albums, those in the trash included.
    pub albums: u64,
    /// Photos, those in the trash included.
    pub photos: u64,
    /// Bytes of their files.
    pub bytes: u64,
    /// Links to albums, those that had ended included: the last of them ended when the deletion
    /// was asked for.
    pub shares: u64,
    /// Albums of others.
    pub memberships: u64,
    /// Comments that the user had written.
    pub comments: u64,
    /// Marks on photos.
    pub favourites: u64,
    /// Rows of activity in the database.
    #[serde(default)]
    pub activity: u64,
    /// Rows of activity in the warehouse.
    #[serde(default)]
    pub archived: u64,
}
