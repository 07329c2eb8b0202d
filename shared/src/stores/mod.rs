//! The stores, each behind functions in the product's words: no SQL and no SDK type leaves here.
//!
//! | store | holds | engine |
//! |---|---|---|
//! | [`Accounts`] | who has an account | MySQL, logical database `accounts` |
//! | [`Library`] | albums, photos, outbox: the truth | MySQL, logical database `library`, sharded |
//! | [`Activities`] | the record of every write | MySQL, logical database `activity`, sharded, a partition a month |
//! | [`Hot`] | what must answer in one request: a projection of the library | DynamoDB |
//! | [`Sessions`], [`Emails`] | log-ins; which address belongs to whom | DynamoDB, the same table |
//! | [`Networks`] | from where somebody has logged in | DynamoDB, the same table |
//! | [`Limits`], [`Replays`] | who may how often; what was answered to which `Idempotency-Key` | DynamoDB, the same table |
//! | [`Views`], [`StatisticsItems`] | how often albums are seen; what an owner's activity comes to | DynamoDB, the same table |
//! | [`ArchiveFiles`] | months that have left the record | S3 |
//! | [`Originals`], [`Renditions`], [`ExportFiles`] | bytes | S3 |
//! | [`Exports`] | who has asked for an export, and how far it is | MySQL, logical database `accounts` |
//! | [`Warehouse`] | activity that has left MySQL | Redshift |

pub mod accounts;
pub mod activities;
mod addresses;
mod archive;
mod arrivals;
mod asleep;
mod building;
mod clearing;
mod closing;
mod cursors;
mod emails;
mod export_files;
mod exports;
mod exports_of_day;
mod hot;
mod item;
pub mod library;
mod limits;
pub mod loading;
mod media;
mod mysql;
mod networks;
mod objects;
mod outbox;
mod outgoing;
mod parts;
mod projection;
mod replays;
mod sessions;
mod sign_in;
pub mod statistics;
mod views;
mod warehouse;

pub use accounts::{Account, AccountChange, Accounts};
pub use activities::Activities;
pub use addresses::{ADDRESS_LISTS, Noted};
pub use archive::{ArchiveFiles, ArchivePart, ArchiveQueue};
pub use arrivals::Arrivals;
pub use asleep::{held, leave, wakes_in};
pub use building::Building;
pub use clearing::Found;
pub use closing::{CLOSING_LISTS, Closing, Counts, Receipt};
pub use cursors::Cursors;
pub use emails::Emails;
pub use export_files::{ExportFiles, Writing};
pub use exports::{EXPORT_LISTS, Export, ExportPart, Exports};
pub use hot::{Audience, Head, Hot, Located, PhotoPage};
pub use library::Library;
pub use limits::{Limits, Taken};
pub use media::Media;
pub use mysql::Sharded;
pub use networks::Networks;
pub use objects::{Incoming, Original, Originals, Renditions, Upload};
pub use outbox::{Outbox, Waiting};
pub use outgoing::Outgoing;
pub use parts::Arrived;
pub use projection::{Change, Projector};
pub use replays::{Claim, Mine, Recorded, Replays};
pub use sessions::{NewSession, Session, Sessions};
pub use sign_in::trusting;
pub use statistics::{StatisticsItems, Steps};
pub use views::Views;
pub use warehouse::{Cell, Progress, Statement, Warehouse};
