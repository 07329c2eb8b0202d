//! The time for which what was deleted can be restored.

/// Days from the trash until something is gone for good.
pub const TRASH_DAYS: i64 = 30;
