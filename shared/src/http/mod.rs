//! HTTP for every route, once: admission, dispatch, problems, headers, the line in the log.
//!
//! A route is a [`Route`]; `dispatch` does all that is the same for each: it admits the caller,
//! turns failures and panics into problems, and adds request id, `ETag` and `Cache-Control`.

mod call;
mod dispatch;
mod fields;
mod gate;
pub mod photos;
mod problem;
mod reply;

use async_trait::async_trait;
use http::Method;

pub use call::Call;
pub use dispatch::dispatch;
pub use fields::{Fields, Request, parse};
pub use gate::{COOKIE, Gate};
pub use problem::Problem;
pub use reply::Reply;

use crate::error::Result;

/// One route of the API.
#[async_trait]
pub trait Route: Send + Sync {
    /// Where it is and who may call it.
    fn spec(&self) -> Spec;

    /// Answers a call that has been admitted, unless the spec says [`Spec::overlapping`].
    async fn handle(&self, call: &Call<'_>) -> Result<Reply>;
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Anyone,
    /// Whoever has a session.
    SignedIn,
}

/// A route's place and rules.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The method.
    pub method: Method,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Whether `handle` runs while the caller is still being admitted.
    pub overlaps: bool,
}

impl Spec {
    /// A route; for whoever is signed in, unless [`Spec::open`] is said.
    pub fn new(method: Method, path: &'static str) -> Self {
        Self { method, path, access: Access::SignedIn, overlaps: false }
    }

    /// `GET path`.
    pub fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST path`.
    pub fn post(path: &'static str) -> Self {
        Self::new(Method::POST, path)
    }

    /// `DELETE path`.
    pub fn delete(path: &'static str) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// For anyone, signed in or not.
    #[must_use]
    pub fn open(self) -> Self {
        Self { access: Access::Anyone, ..self }
    }

    /// `handle` starts before the caller is known, and reads side by side with admission, so that
    /// both are one round trip. It must await [`Call::caller`] before it decides anything, and must
    /// write nothing; `dispatch` answers no one who is not admitted, whatever `handle` returned.
    #[must_use]
    pub fn overlapping(self) -> Self {
        Self { overlaps: true, ..self }
    }

    /// `GET /v1/albums/{album}`: the route's name in logs, metrics and tests.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
