//! The outcome of a request.

use std::fmt;

/// The outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The answer was as promised.
    Right,
    /// 429 or 503, with the time after which to come again.
    Shed,
    /// Anything else.
    Failed(Failure),
}

/// The reason for which a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The generator has not sent it: as many as may be were in flight.
    NotSent,
    /// No answer came in time.
    Silent,
    /// The connection failed.
    Connection(String),
    /// An answer with a status that the route does not promise.
    Status(u16),
    /// 429 or 503 that does not say when to come again.
    NoRetryAfter(u16),
    /// An answer that says something wrong.
    Wrong(&'static str),
}

impl Failure {
    /// Returns true for an answer that says something wrong, which no load excuses.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}

/// The beginning of what is said of an answer that is wrong.
pub const WRONG: &str = "wrong answer";
/// The words for a request that was not sent.
pub const NOT_SENT: &str = "not sent: too many in flight";

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent => formatter.write_str(NOT_SENT),
            Self::Silent => formatter.write_str("no answer in time"),
            Self::Connection(what) => write!(formatter, "connection: {what}"),
            Self::Status(status) => write!(formatter, "status {status}"),
            Self::NoRetryAfter(status) => write!(formatter, "{status} without Retry-After"),
            Self::Wrong(what) => write!(formatter, "{WRONG}: {what}"),
        }
    }
}
