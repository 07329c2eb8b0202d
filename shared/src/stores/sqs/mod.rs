//! Queues: a type each, over one sender that owns the version of the messages.

mod archive_queue;
mod export_queue;
mod mail_queue;
pub mod message;
mod projection_queue;
mod sender;
mod statistics_queue;
mod upload_queue;

pub use archive_queue::{ArchiveJobMessage, ArchiveQueue};
pub use export_queue::{ExportPartMessage, ExportQueue};
pub use mail_queue::{MailMessage, MailQueue};
pub use message::VersionedMessage;
pub use projection_queue::ProjectionQueue;
pub use statistics_queue::{StatisticsQueue, StatisticsStep, WarehouseQuery};
pub use upload_queue::{RerenderMessage, UploadQueue};
