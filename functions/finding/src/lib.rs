//! Finding photos: the timeline, searches, tags, the trash, and what has changed.

mod empty_trash;
mod get_map;
mod get_month;
mod list_buckets;
mod list_changes;
mod list_suggestions;
mod list_tags;
mod list_trash;
mod search_photos;

pub use empty_trash::EmptyTrash;
pub use get_map::GetMap;
pub use get_month::GetMonth;
pub use list_buckets::ListBuckets;
pub use list_changes::ListChanges;
pub use list_suggestions::ListSuggestions;
pub use list_tags::ListTags;
pub use list_trash::ListTrash;
pub use search_photos::SearchPhotos;
