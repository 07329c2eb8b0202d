//! The stores, each behind functions in the product's words: no SQL and no SDK type leaves here.
//!
//! | store | holds | engine |
//! |---|---|---|
//! | [`Accounts`] | who has an account | MySQL, logical database `accounts` |
//! | [`Library`] | albums, photos, outbox: the truth | MySQL, logical database `library`, sharded |
//! | [`Activities`] | the record of every write | MySQL, logical database `activity`, sharded, a partition a month |
//! | [`Hot`] | what must answer in one request: a projection of the library | DynamoDB |
//! | [`Sessions`], [`Emails`] | log-ins; which address belongs to whom | DynamoDB, the same table |
//! | [`KnownNetworks`] | from where somebody has logged in | DynamoDB, the same table |
//! | [`RateLimits`], [`IdempotencyRecords`] | who may how often; what was answered to which `Idempotency-Key` | DynamoDB, the same table |
//! | [`AlbumViews`], [`StatisticsItems`] | how often albums are seen; what an owner's activity comes to | DynamoDB, the same table |
//! | [`ArchiveFiles`] | months that have left the record | S3 |
//! | [`Originals`], [`Renditions`], [`ExportFiles`] | bytes | S3 |
//! | [`Exports`] | who has asked for an export, and how far it is | MySQL, logical database `accounts` |
//! | [`Warehouse`] | activity that has left MySQL | Redshift |

mod dynamodb;
mod mysql;
mod projector;
mod redshift;
mod s3;
mod sqs;

pub use dynamodb::{
    album_views::AlbumViews,
    emails::Emails,
    hot::{AlbumHead, Audience, Hot, Located, PhotoPage},
    job_cursors::JobCursors,
    networks::KnownNetworks,
    rate_limits::{RateLimitState, RateLimits},
    replays::{ClaimedRequest, IdempotencyRecords, RecordedResponse, RequestClaim},
    sessions::{NewSession, Session, Sessions},
    statistics::StatisticsItems,
};
pub use mysql::{
    accounts::{
        self, ACCOUNT_DELETION_LISTS, ADDRESS_LISTS, Account, AccountChange, Accounts,
        DeletionReceipt, DueDeletion, NotedAddress,
    },
    activities::{self, Activities},
    auto_pause::{close_connections, open_connections, seconds_until_awake},
    exports::{EXPORT_LISTS, Export, ExportPart, Exports},
    library::{self, Library},
    outbox::{Outbox, WaitingChange},
    sharded::Sharded,
    sign_in::trusting,
};
pub use projector::Projector;
pub use redshift::{
    archived_activity, loading, tallies,
    warehouse::{Cell, Statement, StatementProgress, Warehouse},
};
pub use s3::{
    archive_files::{ArchiveFiles, ArchivePart},
    export_files::{ExportFileWriter, ExportFiles},
    media_signer::MediaSigner,
    multipart_uploads::ArrivedPart,
    object_deletion::StoredObject,
    originals::{ObjectStream, Originals, PresignedUpload},
    renditions::Renditions,
};
pub use sqs::{
    archive_queue::{ArchiveJobMessage, ArchiveQueue},
    export_queue::{ExportPartMessage, ExportQueue},
    message::{self, VersionedMessage},
    projection_queue::ProjectionQueue,
    statistics_queue::{StatisticsQueue, StatisticsStep, WarehouseQuery},
    upload_queue::{RerenderMessage, UploadQueue},
};
