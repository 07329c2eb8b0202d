//! Redshift's Data API on DuckDB: the warehouse of the local system, a process of its own.
//!
//! It executes the SQL that Redshift would get. [`dialect`] knows how the two differ, [`engine`]
//! runs statements one after the other, [`book`] keeps what was submitted and what came of it,
//! [`objects`] finds the files that `COPY` names, [`copy`] loads them, [`protocol`] speaks to the AWS SDK. Credentials are not
//! looked at: whoever reaches a port of this machine's loopback could read the file as well.

pub mod book;
pub mod copy;
pub mod dialect;
pub mod engine;
pub mod objects;
pub mod protocol;
