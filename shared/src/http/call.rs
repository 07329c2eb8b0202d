//! One request as a route sees it.

use std::{
    net::IpAddr,
    str::FromStr,
    sync::{Mutex, OnceLock, PoisonError},
};

use http::{HeaderMap, Method, header};
use lambda_http::{RequestExt, request::RequestContext};
use tokio::sync::OnceCell;

use super::{Gate, Signer, Spec, fields, gate, replay, written};
use crate::{
    domain::{Caller, Cursor, Fresh, Limit, List, Moment, Page, Policy, Seed, Shard, token::Token},
    error::{Error, FieldError, Result},
    stores::RateLimitState,
};

/// Tells a caller what a cursor must be that is taken.
const CURSOR: &str =
    "must be the `next` of an earlier answer of this list; without a cursor it begins anew";

/// One request.
pub struct Call<'a> {
    request: lambda_http::Request,
    gate: &'a Gate,
    spec: &'a Spec,
    caller: OnceCell<Caller>,
    seed: OnceLock<Seed>,
    rate_limits: Mutex<Vec<RateLimitState>>,
    /// The path's last parameter as it was written.
    written: Option<(&'static str, String)>,
}

impl<'a> Call<'a> {
    pub(super) fn new(request: lambda_http::Request, gate: &'a Gate, spec: &'a Spec) -> Self {
        let written = as_written(&request, spec);
        Self {
            request,
            gate,
            spec,
            caller: OnceCell::new(),
            seed: OnceLock::new(),
            rate_limits: Mutex::default(),
            written,
        }
    }

    /// Returns the caller. Asked of the session store once a request, however often it is awaited.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] and the other refusals of admission.
    pub async fn caller(&self) -> Result<&Caller> {
        self.caller
            .get_or_try_init(|| self.gate.admit(&self.request, self.spec))
            .await
    }

    /// The address that the request came from; of IPv6 its first 64 bits, which are one customer's.
    pub fn address(&self) -> String {
        let gateway_saw = match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
            _ => None,
        };
        let source = gateway_saw.and_then(|address| address.parse().ok());
        match self.gate.edge().caller(self.headers(), source) {
            Some(IpAddr::V6(v6)) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
            Some(IpAddr::V4(v4)) => v4.to_string(),
            None => "unknown".to_owned(),
        }
    }

    /// Returns the origin of the page: what a browser there says as `Origin`.
    pub fn origin(&self) -> &str {
        self.gate.origin()
    }

    /// The request's headers.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The cookie of this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        gate::cookie(self.headers(), name)
    }

    /// The id in the path. What is no id of that kind is [`Error::NotFound`], never a query.
    pub fn id<T: FromStr>(&self, what: &'static str) -> Result<T> {
        self.segment(what)
            .parse()
            .map_err(|_| Error::NotFound { what })
    }

    /// The parameter of this name in the path, decoded.
    pub fn segment(&self, name: &str) -> &str {
        match &self.written {
            Some((written, value)) if *written == name => value.as_str(),
            _ => path_parameter(&self.request, name).unwrap_or_default(),
        }
    }

    /// The body.
    ///
    /// # Errors
    /// [`Error::NotJson`] or [`Error::Invalid`] with every bad field.
    pub fn body<T: super::Request>(&self) -> Result<T> {
        fields::parse(self.request.body())
    }

    /// The body, where there may be none.
    ///
    /// # Errors
    /// As [`Call::body`].
    pub fn optional_body<T: super::Request>(&self) -> Result<Option<T>> {
        let body: &[u8] = self.request.body();
        if body.is_empty() { Ok(None) } else { self.body().map(Some) }
    }

    /// The query parameters, but for a list's own.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every bad parameter.
    pub fn query<T: super::Request>(&self) -> Result<T> {
        if !written::is_text(self.request.uri().query().unwrap_or_default()) {
            return Err(Error::field("query", "must be percent-encoded UTF-8"));
        }
        let mut own = Vec::new();
        if let Some(parameters) = self.request.query_string_parameters_ref() {
            for (name, text) in parameters.iter() {
                if name != "limit" && name != "cursor" {
                    own.push((name, text));
                }
            }
        }
        fields::parameters(&own)
    }

    /// `limit` and `cursor` of a list whose sort key is a `K`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when either is none.
    pub fn paging<K: serde::de::DeserializeOwned>(&self) -> Result<(Limit, Option<K>)> {
        let mut errors = Vec::new();
        let mut note = |field: &str, detail: String| {
            errors.push(FieldError { field: field.to_owned(), detail });
        };
        let mut limit = Limit::default();
        if let Some(text) = self.parameter("limit") {
            match text.parse() {
                Ok(given) => limit = given,
                Err(why) => note("limit", why),
            }
        }
        let mut begins_after = None;
        if let Some(text) = self.parameter("cursor") {
            begins_after = self.signer()?.sort_key(self.list(), text);
            if begins_after.is_none() {
                note("cursor", CURSOR.to_owned());
            }
        }
        if errors.is_empty() { Ok((limit, begins_after)) } else { Err(Error::Invalid(errors)) }
    }

    /// The cursor of this list at this sort key.
    pub fn cursor(&self, key: &impl serde::Serialize) -> Result<Cursor> {
        self.cursor_of(self.list(), key)
    }

    /// A cursor of the list at this path, for answers that hold another list's first page.
    pub fn cursor_of(&self, list: &str, key: &impl serde::Serialize) -> Result<Cursor> {
        Ok(self.signer()?.cursor(list, key))
    }

    /// The page as it is answered.
    pub fn page<T, K: serde::Serialize>(&self, page: Page<T, K>) -> Result<List<T>> {
        let next = match page.next {
            Some(key) => Some(self.cursor(&key)?),
            None => None,
        };
        Ok(List { next, items: page.items })
    }

    /// A list is its path.
    pub(super) fn list(&self) -> &str {
        self.request.uri().path()
    }

    /// Returns the first query parameter of this name, where others may be there that nobody here
    /// knows of.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.request
            .query_string_parameters_ref()
            .and_then(|q| q.first(name))
    }

    /// Returns the signer of cursors and keys.
    pub fn signer(&self) -> Result<&Signer> {
        self.gate.signer()
    }

    /// The version that the caller has seen, by `If-Match`; `None` when any will do.
    ///
    /// # Errors
    /// [`Error::Changed`] for a tag that no version has.
    pub fn if_match(&self) -> Result<Option<u32>> {
        let Some(value) = self.headers().get(header::IF_MATCH) else { return Ok(None) };
        let quoted = value.to_str().unwrap_or_default().trim();
        if quoted == "*" {
            return Ok(None);
        }
        let unquoted = quoted
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'));
        let tag = unquoted.ok_or(Error::Changed)?;
        let version = tag.split('-').next().unwrap_or_default();
        match version.parse() {
            Ok(version) => Ok(Some(version)),
            Err(_) => Err(Error::Changed),
        }
    }

    /// Counts this request against one more limit: of tries against one account or link, say. What
    /// is left of a limit that is not [told](Policy::is_told) stands in no answer.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub async fn limit(&self, policy: Policy, who: &str) -> Result<()> {
        let state = self.gate.count(policy, who).await?;
        if policy.is_told() {
            self.rate_limits
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(state);
        }
        match state.wait {
            None => Ok(()),
            Some(after) if policy.is_told() => Err(Error::TooMany { policy: state.policy, after }),
            Some(_) => Err(Error::TooMany { policy: state.policy, after: state.longest_wait() }),
        }
    }

    pub(super) fn rate_limits(&self) -> Vec<RateLimitState> {
        self.rate_limits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn spec(&self) -> &Spec {
        self.spec
    }

    pub(super) fn gate(&self) -> &Gate {
        self.gate
    }

    pub(super) fn request(&self) -> &lambda_http::Request {
        &self.request
    }

    pub(super) fn seed_with(&self, seed: Seed) {
        let _first = self.seed.set(seed);
    }

    fn seed(&self) -> Seed {
        *self.seed.get_or_init(Seed::new)
    }

    /// The id of what this request makes: the same one when the request is repeated under its
    /// `Idempotency-Key`. One of a kind a request.
    pub fn fresh<T: Fresh>(&self, shard: Shard) -> T {
        T::seeded(shard, self.seed())
    }

    /// The secret of what this request makes, the same one when it is repeated; of no use for
    /// another purpose.
    ///
    /// # Errors
    /// When the function has no signing key.
    pub fn secret(&self, purpose: &str) -> Result<Token> {
        Ok(Token::of(&self.signer()?.sign(purpose, self.seed().bytes())))
    }

    /// The name under which this request uses something up, as a keyed sum: the same one when the
    /// request is repeated, a POST under its `Idempotency-Key`, any other as it is.
    ///
    /// # Errors
    /// When the function has no signing key.
    pub fn name(&self, purpose: &str) -> Result<String> {
        if self.spec.method == Method::POST {
            return Ok(self.secret(purpose)?.hash());
        }
        let purpose = format!("{purpose} {}", self.spec.method);
        Ok(self.signer()?.sum(&purpose, &replay::asked(&self.request)))
    }

    /// Returns the moment at which this request's function will have been stopped.
    pub(super) fn ends(&self) -> Moment {
        let deadline_millis = match self.request.lambda_context_ref() {
            Some(context) => i64::try_from(context.deadline).unwrap_or_default(),
            None => 0,
        };
        let deadline = if deadline_millis > 0 {
            Moment::from_micros(deadline_millis * 1000)
        } else {
            Moment::now().plus(30)
        };
        deadline.plus(1)
    }
}

fn path_parameter<'a>(request: &'a lambda_http::Request, name: &str) -> Option<&'a str> {
    request.path_parameters_ref()?.first(name)
}

fn as_written(request: &lambda_http::Request, spec: &Spec) -> Option<(&'static str, String)> {
    let sent = request.headers().get(written::HEADER)?.to_str().ok()?;
    written::last_parameter(spec, |name| path_parameter(request, name), sent)
}
