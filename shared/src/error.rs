//! Errors in the product's words; no HTTP, no SDK.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

/// The cause of a failure below, whatever its type.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The outcome of anything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body is not the JSON object that it must be.
    #[error("the body is not a JSON object: {why}")]
    NotJson {
        /// The parser's finding.
        why: String,
    },
    /// Fields or parameters with bad values: all of them, not just the first.
    #[error("{} bad field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// A cookie and a bearer token in one request: which one counts is not for us to guess.
    #[error("a cookie and a bearer token in one request")]
    TwoCredentials,
    /// No credentials, or they have ended.
    #[error("not signed in")]
    NotSignedIn,
    /// No such account, or another password: which of the two is not told.
    #[error("wrong e-mail or password")]
    WrongCredentials,
    /// The password is right, and the account takes a code of its second factor, too.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    /// The second factor is on: another one cannot be begun beside it.
    #[error("the second factor is on")]
    SecondFactorOn,
    /// The session is not good for this.
    #[error("the session lacks the scope {needs}")]
    MissingScope {
        /// The scope that it lacks.
        needs: &'static str,
    },
    /// The caller administers no accounts.
    #[error("not an administrator")]
    NotAnAdministrator,
    /// An administrator does this to other accounts alone.
    #[error("their own account")]
    OwnAccount,
    /// An administrator has suspended the account.
    #[error("the account is suspended")]
    Suspended,
    /// The account is going to be deleted, and is locked until that is taken back.
    #[error("the account is closing")]
    Closing {
        /// The moment at which it will be deleted.
        at: crate::domain::Moment,
    },
    /// Too many requests of one kind.
    #[error("over the limit \"{policy}\"")]
    TooMany {
        /// The limit's name.
        policy: &'static str,
        /// Seconds until the next one is taken.
        after: u32,
    },
    /// A request with this `Idempotency-Key` is being worked on.
    #[error("a request with this key is being worked on")]
    InFlight,
    /// This `Idempotency-Key` has come with another request.
    #[error("the key has come with another request")]
    KeyReused,
    /// A write that another site's page made with the caller's cookie.
    #[error("a write from another site")]
    CrossSite,
    /// Also for what the caller may not see: a 403 would tell that it exists.
    #[error("no such {what}")]
    NotFound {
        /// `album`, `photo`, …
        what: &'static str,
    },
    /// The caller may see it, and may not do this with it.
    #[error("not allowed: takes {needs}")]
    NotAllowed {
        /// The role that may.
        needs: &'static str,
    },
    /// It has changed since the caller saw it.
    #[error("it has changed since")]
    Changed,
    /// The photo is in the trash.
    #[error("the photo is in the trash")]
    InTrash,
    /// Somebody else wrote the comment.
    #[error("somebody else wrote it")]
    NotAuthor,
    /// The time in which it could be changed is over.
    #[error("it could be changed for {minutes} minutes")]
    TooLate {
        /// The length of that time, in minutes.
        minutes: i64,
    },
    /// There are as many as there may be.
    #[error("at most {most} {what}")]
    Full {
        /// `tags`, `members`, …
        what: &'static str,
        /// The most that there may be.
        most: usize,
    },
    /// The token of a mail that is none, has ended, or was used.
    #[error("the link has ended")]
    LinkEnded,
    /// A single sign-on that nobody has begun in this browser, or that is over.
    #[error("the single sign-on has ended")]
    SignOnEnded,
    /// The provider does not say that it has verified the address.
    #[error("the provider has not verified the address")]
    SignOnUnverified,
    /// An account has the address, and nobody has shown that it is its user's.
    #[error("the account with this address has not verified it")]
    SignOnUnproven,
    /// Another identity of the same provider logs in to the account.
    #[error("another identity logs in to the account")]
    SignOnTaken,
    /// The share takes a password: none came, or another one.
    #[error("the share is locked")]
    ShareLocked,
    /// Not everybody may sign up here, and whoever asks may not.
    #[error("may not sign up: {mode:?}")]
    SignUpRefused {
        /// Those who may.
        mode: crate::domain::SignUpMode,
    },
    /// The account counts once a mail has shown that its address is its user's.
    #[error("the address is not verified")]
    AddressNotVerified,
    /// Somebody has registered with this e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The upload would take the album's owner over the quota.
    #[error("over the quota of {quota} bytes")]
    OverQuota {
        /// Bytes the owner may have.
        quota: u64,
    },
    /// The upload would take who sends it, who is not the owner, over what they may send.
    #[error("over the {bytes} bytes that others may send")]
    NoRoom {
        /// Bytes that they may send.
        bytes: u64,
    },
    /// Somebody who is not the owner has announced as many photos as may be on their way.
    #[error("{most} photos are on their way")]
    TooManyOpen {
        /// The most that there may be.
        most: u32,
    },
    /// There were as many as there may be in a day.
    #[error("at most {most} {what} a day")]
    TooManyToday {
        /// `exports`, …
        what: &'static str,
        /// The most that there may be.
        most: u32,
        /// Seconds until there may be another.
        after: u32,
    },
    /// A photo that is not ready for what was asked.
    #[error("the photo's bytes have not arrived")]
    NotUploaded,
    /// A photo that failed for what its bytes are.
    #[error("the photo would fail again")]
    FailsAgain,
    /// The photo has its renditions.
    #[error("the photo is ready")]
    AlreadyReady,
    /// The photo's bytes have arrived.
    #[error("the photo's bytes have arrived")]
    AlreadyUploaded,
    /// An upload in parts that is not whole.
    #[error("{} part(s) have not arrived", .0.len())]
    PartsMissing(Vec<u16>),
    /// The photo stands in as many albums as it can.
    #[error("the photo stands in too many albums")]
    TooManyAlbums,
    /// More than an answer can hold.
    #[error("the answer is too long")]
    AnswerTooLong,
    /// A service that Albumen stands on did not do its part.
    #[error("{service} did not answer")]
    Unavailable {
        /// `library`, `hot`, …
        service: &'static str,
        /// The service's own error.
        #[source]
        cause: Cause,
    },
    /// A fault of ours.
    #[error("a fault of Albumen's own")]
    Internal(#[source] Cause),
}

/// A field or parameter with a bad value.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field's name, or the parameter's.
    pub field: String,
    /// The fault, to be read after the field's name: "must have 1 to 200 characters".
    pub detail: String,
}

impl Error {
    /// One bad field.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), detail: detail.into() }])
    }

    /// A fault of ours, with what led to it.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// The error and everything below it, for the log.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = std::error::Error::source(self);
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }
}

/// Marks a failure as that of a service: `query.await.of("library")?`.
pub trait Of<T> {
    /// The outcome, a failure being `service`'s.
    fn of(self, service: &'static str) -> Result<T>;
}

impl<T, E: Into<Cause>> Of<T> for Result<T, E> {
    fn of(self, service: &'static str) -> Result<T> {
        self.map_err(|e| Error::Unavailable { service, cause: e.into() })
    }
}

/// The outcome of this work; a panic is a fault like any other.
pub async fn guard<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Error::internal("panicked")))
}
