//! HTTP for every route, once: admission, dispatch, problems, headers, the line in the log.
//!
//! A route is a [`Route`]; `dispatch` does all that is the same for each: it admits the caller,
//! counts writes against their limits, answers a repeated POST once, turns failures and panics into
//! problems, and adds request id, `ETag`, `Cache-Control` and compression.

mod call;
mod dispatch;
pub mod doc;
mod edge;
mod fields;
mod finish;
mod gate;
pub mod photos;
mod problem;
mod replay;
mod reply;
pub mod sign_on;
mod sign_up;
mod signer;
mod spec;
pub mod step_up;
mod written;

pub use crate::domain::Policy;
use async_trait::async_trait;
pub use schemars::{self, JsonSchema};

pub use call::Call;
pub use dispatch::dispatch;
pub use doc::Doc;
pub use fields::{Fields, Request, both, parse};
pub use gate::{COOKIE, Gate};
pub use problem::{Problem, ProblemKind};
pub use reply::Reply;
pub use sign_up::sign_up_rule;
pub use signer::Signer;
pub use spec::{Access, Spec};

use crate::{activity, error::Result};

/// One route of the API.
#[async_trait]
pub trait Route: Send + Sync {
    /// Returns where it is and who may call it.
    fn spec() -> Spec
    where
        Self: Sized;

    /// Returns what it takes and answers, for people and their tools.
    fn doc() -> Doc
    where
        Self: Sized;

    /// The route's name in the record of activity: `create-photo`.
    fn action(&self) -> String {
        activity::name_of::<Self>()
    }

    /// Answers a call that has been admitted, unless the spec says [`Spec::overlapping`].
    async fn handle(&self, call: &Call<'_>) -> Result<Reply>;
}
