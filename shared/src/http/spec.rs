//! The specification of a route: its path, who may call it, and what dispatch does for it.

use http::Method;

use crate::domain::{Policy, Scope};

/// Callers that a route admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Anyone,
    /// Whoever has a session with the route's scope.
    SignedIn,
    /// The same, of an administrator.
    Administrator,
}

impl Access {
    /// Returns true if it takes a session.
    pub fn takes_session(self) -> bool {
        match self {
            Self::Anyone => false,
            Self::SignedIn | Self::Administrator => true,
        }
    }
}

/// A route's place and rules.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The method.
    pub method: Method,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// The callers that it admits.
    pub access: Access,
    /// The scope that the caller's session must have.
    pub scope: Scope,
    /// The limit of its calls; reads are throttled at the edge instead, and pay nothing for it
    /// here.
    pub policy: Option<Policy>,
    /// True if `handle` runs while the caller is still being admitted.
    pub overlaps: bool,
    /// True if it heeds `If-Match`.
    pub if_match: bool,
}

impl Spec {
    fn new(method: Method, path: &'static str) -> Self {
        let reads = method == Method::GET;
        Self {
            method,
            path,
            access: Access::SignedIn,
            scope: if reads { Scope::Read } else { Scope::Write },
            policy: if reads { None } else { Some(Policy::Writes) },
            overlaps: false,
            if_match: false,
        }
    }

    /// `GET path`; for whoever is signed in, as all, unless [`Spec::open`] is said.
    pub fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST path`.
    pub fn post(path: &'static str) -> Self {
        Self::new(Method::POST, path)
    }

    /// `PUT path`.
    pub fn put(path: &'static str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// `PATCH path`.
    pub fn patch(path: &'static str) -> Self {
        Self::new(Method::PATCH, path)
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

    /// For administrators, by sessions with the scope `account`.
    #[must_use]
    pub fn administrator(self) -> Self {
        Self { access: Access::Administrator, scope: Scope::Account, ..self }
    }

    /// For sessions with this scope, which is `read` for a GET and `write` for the rest unless
    /// said.
    #[must_use]
    pub fn scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// Limited by this policy.
    #[must_use]
    pub fn limited(self, policy: Policy) -> Self {
        Self { policy: Some(policy), ..self }
    }

    /// Heeds `If-Match`: `handle` asks [`super::Call::if_match`].
    #[must_use]
    pub fn if_match(self) -> Self {
        Self { if_match: true, ..self }
    }

    /// `handle` starts before the caller is known, and reads side by side with admission, so that
    /// both are one round trip. It must await [`super::Call::caller`] before it decides anything,
    /// and must write nothing; `dispatch` answers no one who is not admitted, whatever `handle`
    /// returned.
    #[must_use]
    pub fn overlapping(self) -> Self {
        Self { overlaps: true, ..self }
    }

    /// `GET /v1/albums/{album}`: the route's name in logs, metrics and tests.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
