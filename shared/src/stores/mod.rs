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
//! | [`SentMails`], [`MailStops`] | mails that were sent; addresses that get no more | DynamoDB, the same table |
//! | [`MailTokens`] | what mails carry to be used once | DynamoDB, the same table |
//! | [`UsedChallenges`] | challenges of passkeys that were used | DynamoDB, the same table |
//! | [`Invited`] | into which albums an address has been invited | DynamoDB, the same table |
//! | [`Identities`], [`SignOns`] | whose an identity at a provider is; sign-ons that have been used | DynamoDB, the same table |
//! | [`Mailer`] | mail that leaves | SES |
//! | [`ArchiveFiles`] | months that have left the record | S3 |
//! | [`Originals`], [`Renditions`], [`ExportFiles`] | bytes | S3 |
//! | [`Exports`] | who has asked for an export, and how far it is | MySQL, logical database `accounts` |
//! | [`Warehouse`] | activity that has left MySQL | Redshift |

mod dynamodb;
mod mysql;
mod projector;
mod redshift;
mod s3;
mod ses;
mod sqs;

pub use dynamodb::{
    album_views::AlbumViews,
    emails::Emails,
    hot::{AlbumHead, Audience, Hot, Located, Page, PageMemory, PhotoPage, PhotoViews},
    identities::Identities,
    invited::Invited,
    job_cursors::JobCursors,
    mail_stops::MailStops,
    mail_tokens::{MailTokens, TokenProof},
    networks::KnownNetworks,
    rate_limits::{RateLimitState, RateLimits},
    replays::{ClaimedRequest, IdempotencyRecords, RecordedResponse, RequestClaim},
    sent_mails::{MailClaim, MailId, SentMails},
    sessions::{NewSession, Session, Sessions},
    sign_ons::SignOns,
    statistics::StatisticsItems,
    used_challenges::UsedChallenges,
};
pub use mysql::{
    accounts::{
        self, ACCOUNT_DELETION_LISTS, ADDRESS_LISTS, ADMINISTRATION_LISTS, Account, AccountChange,
        AccountSummary, Accounts, DeletionReceipt, DueDeletion, IDENTITY_LISTS, Identity,
        NewAccount, NewPasskey, NewSignUpInvitation, NotedAddress, PASSKEY_LISTS, Passkey,
        PasskeyUse, PendingAddress, PendingChange, SIGN_UP_INVITATION_LISTS, SecondFactor,
        UsedStep,
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
pub use ses::mailer::{Handover, KIND_TAG, Letter, Mailer};
pub use sqs::*;
