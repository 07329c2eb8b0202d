//! One request as a route sees it.

use std::str::FromStr;

use lambda_http::RequestExt;
use tokio::sync::OnceCell;

use super::{Gate, fields};
use crate::{
    domain::{Caller, Cursor, Limit},
    error::{Error, FieldError, Result},
};

/// One request.
pub struct Call<'a> {
    request: lambda_http::Request,
    gate: &'a Gate,
    caller: OnceCell<Caller>,
}

impl<'a> Call<'a> {
    pub(super) fn new(request: lambda_http::Request, gate: &'a Gate) -> Self {
        Self { request, gate, caller: OnceCell::new() }
    }

    /// Who calls. Asked of the session store once a request, however often it is awaited.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] and the other refusals of admission.
    pub async fn caller(&self) -> Result<&Caller> {
        self.caller.get_or_try_init(|| self.gate.admit(&self.request)).await
    }

    /// The id in the path. What is no id of that kind is [`Error::NotFound`], never a query.
    pub fn id<T: FromStr>(&self, what: &'static str) -> Result<T> {
        let parameters = self.request.path_parameters_ref();
        let text = parameters.and_then(|p| p.first(what)).unwrap_or_default();
        text.parse().map_err(|_| Error::NotFound { what })
    }

    /// The body.
    ///
    /// # Errors
    /// [`Error::NotJson`] or [`Error::Invalid`] with every bad field.
    pub fn body<T: super::Request>(&self) -> Result<T> {
        fields::parse(self.request.body())
    }

    /// `limit` and `cursor` of a list whose sort key is a `K`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when either is none.
    pub fn paging<K: serde::de::DeserializeOwned>(&self) -> Result<(Limit, Option<K>)> {
        let mut errors = Vec::new();
        let mut note = |field: &str, detail: String| errors.push(FieldError { field: field.to_owned(), detail });
        let limit = match self.query("limit").map(str::parse::<Limit>) {
            None => Limit::default(),
            Some(limit) => limit.unwrap_or_else(|why| {
                note("limit", why);
                Limit::default()
            }),
        };
        let cursor = self.query("cursor").map(|text| Cursor::from(text.to_owned()).key());
        if cursor.as_ref().is_some_and(Option::is_none) {
            note("cursor", "must be the `next` of an earlier answer of this list".to_owned());
        }
        if errors.is_empty() { Ok((limit, cursor.flatten())) } else { Err(Error::Invalid(errors)) }
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.request.query_string_parameters_ref().and_then(|q| q.first(name))
    }
}
