//! Admission: who calls, and whether the request may have been forged.

use http::{HeaderMap, Method, header};

use super::{Access, Signer, Spec, edge::Edge};
use crate::{
    domain::{Caller, Policy, token::Token},
    env::Env,
    error::{Error, Result},
    stores::{IdempotencyRecords, RateLimitState, RateLimits, Sessions},
};

/// The session cookie. `__Host-` makes browsers insist on `Secure`, `Path=/` and no `Domain`.
pub const COOKIE: &str = "__Host-session";

/// Admits requests.
pub struct Gate {
    origin: String,
    edge: Edge,
    sessions: Option<Sessions>,
    replays: Option<IdempotencyRecords>,
    limits: Option<RateLimits>,
    /// Requests a minute by policy.
    quotas: [(Policy, u32); 3],
    signer: Option<Signer>,
}

impl Gate {
    /// The gate of a function with this environment, with what a route of this spec needs.
    pub fn open(env: &Env, spec: &Spec) -> Result<Self> {
        let sessions = (spec.access == Access::SignedIn)
            .then(|| Sessions::connect(env))
            .transpose()?;
        let replays = (spec.method == Method::POST)
            .then(|| IdempotencyRecords::connect(env))
            .transpose()?;
        let limits = spec
            .policy
            .is_some()
            .then(|| RateLimits::connect(env))
            .transpose()?;
        let guesses = env.number("LOGINS_PER_MINUTE")?;
        let writes = env.number("WRITES_PER_MINUTE")?;
        let quotas =
            [(Policy::Writes, writes), (Policy::LogIn, guesses), (Policy::LookUp, guesses)];
        // Set for functions that sign, and for no other. What may be repeated is signed.
        let signs = spec.method == Method::POST || env.get("SIGNING_KEY").is_ok();
        let signer = signs.then(|| Signer::connect(env)).transpose()?;
        let edge = Edge::open(env);
        Ok(Self {
            origin: env.get("PUBLIC_ORIGIN")?,
            edge,
            sessions,
            replays,
            limits,
            quotas,
            signer,
        })
    }

    /// A gate that admits nobody, for tests of what needs no caller.
    #[cfg(test)]
    pub(super) fn without_sessions(origin: &str) -> Self {
        let quotas = [(Policy::Writes, 1), (Policy::LogIn, 1), (Policy::LookUp, 1)];
        let edge = Edge::of("");
        Self {
            origin: origin.to_owned(),
            edge,
            sessions: None,
            replays: None,
            limits: None,
            quotas,
            signer: None,
        }
    }

    /// The door that CloudFront comes through.
    pub(super) fn edge(&self) -> &Edge {
        &self.edge
    }

    /// The answers given to requests with an `Idempotency-Key`.
    pub(super) fn replays(&self) -> Result<&IdempotencyRecords> {
        self.replays
            .as_ref()
            .ok_or_else(|| Error::internal("a gate without replays"))
    }

    /// Returns the signer of cursors and keys.
    pub(super) fn signer(&self) -> Result<&Signer> {
        self.signer
            .as_ref()
            .ok_or_else(|| Error::internal("SIGNING_KEY is not set for this function"))
    }

    /// Counts a request of `who` under this policy.
    pub(super) async fn count(&self, policy: Policy, who: &str) -> Result<RateLimitState> {
        let limits = self
            .limits
            .as_ref()
            .ok_or_else(|| Error::internal("a gate without limits"))?;
        let quota = self
            .quotas
            .iter()
            .find(|(of, _)| *of == policy)
            .map_or(1, |(_, quota)| *quota);
        limits.take(policy.name(), quota, who).await
    }

    /// Refuses a write that another site's page made: `Sec-Fetch-Site` where the browser says it,
    /// else `Origin`; a write with the cookie must have one of them. A bearer token is no browser's
    /// doing: pages elsewhere may use the API with one.
    pub fn check_site(&self, request: &lambda_http::Request) -> Result<()> {
        let headers = request.headers();
        let bearer =
            headers.contains_key(header::AUTHORIZATION) && cookie(headers, COOKIE).is_none();
        if bearer || matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        let site = headers
            .get("sec-fetch-site")
            .map(|site| site == "same-origin" || site == "none");
        let origin = headers
            .get(header::ORIGIN)
            .map(|origin| origin == self.origin.as_str());
        let same = site
            .or(origin)
            .unwrap_or_else(|| cookie(headers, COOKIE).is_none());
        same.then_some(()).ok_or(Error::CrossSite)
    }

    /// The caller, by cookie or by bearer token.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] without a session that is still good, [`Error::MissingScope`],
    /// [`Error::TwoCredentials`], [`Error::Unavailable`] when the session store does not answer.
    pub async fn admit(&self, request: &lambda_http::Request, spec: &Spec) -> Result<Caller> {
        let token = token(request.headers())?.ok_or(Error::NotSignedIn)?;
        let sessions = self
            .sessions
            .as_ref()
            .ok_or_else(|| Error::internal("a gate without sessions"))?;
        let caller = sessions.find(&token).await?.ok_or(Error::NotSignedIn)?;
        let good = caller.scopes.has(spec.scope);
        good.then_some(caller)
            .ok_or(Error::MissingScope { needs: spec.scope.word() })
    }
}

fn token(headers: &HeaderMap) -> Result<Option<Token>> {
    match (cookie(headers, COOKIE), bearer(headers)?) {
        (Some(_), Some(_)) => Err(Error::TwoCredentials),
        (Some(token), None) | (None, Some(token)) => Ok(Some(Token::sent(token))),
        (None, None) => Ok(None),
    }
}

/// The cookie of this name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or_default();
    let token = scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim());
    token.map(Some).ok_or(Error::NotSignedIn)
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;

    use super::*;

    fn gate() -> Gate {
        Gate::without_sessions("https://albumen.example")
    }

    fn write(headers: &[(&str, &str)]) -> lambda_http::Request {
        let request = headers
            .iter()
            .fold(http::Request::post("/"), |r, (name, value)| r.header(*name, *value));
        request.body(Body::Empty).expect("a request")
    }

    #[test]
    fn a_write_from_another_site_is_refused() {
        let cookie = ("cookie", "a=b; __Host-session=t");
        let allowed: &[&[(&str, &str)]] = &[
            &[],
            &[cookie, ("sec-fetch-site", "same-origin")],
            &[cookie, ("origin", "https://albumen.example")],
            &[("authorization", "Bearer t")],
            &[("authorization", "Bearer t"), ("sec-fetch-site", "cross-site")],
        ];
        let refused: &[&[(&str, &str)]] = &[
            &[cookie],
            &[cookie, ("sec-fetch-site", "cross-site")],
            &[cookie, ("sec-fetch-site", "same-site"), ("origin", "https://albumen.example")],
            &[cookie, ("origin", "https://evil.example")],
            &[("sec-fetch-site", "cross-site")],
            &[cookie, ("authorization", "Bearer t"), ("sec-fetch-site", "cross-site")],
        ];
        for headers in allowed {
            assert!(gate().check_site(&write(headers)).is_ok(), "{headers:?}");
        }
        for headers in refused {
            assert!(
                matches!(gate().check_site(&write(headers)), Err(Error::CrossSite)),
                "{headers:?}"
            );
        }
    }

    #[test]
    fn one_credential_counts_two_are_refused() {
        let found = |headers: &[(&str, &str)]| {
            token(write(headers).headers()).map(|t| t.map(|t| t.reveal().to_owned()))
        };
        assert_eq!(found(&[]).expect("none"), None);
        assert_eq!(
            found(&[("cookie", "x=1; __Host-session=t")])
                .expect("one")
                .as_deref(),
            Some("t")
        );
        assert_eq!(
            found(&[("authorization", "bearer t")])
                .expect("one")
                .as_deref(),
            Some("t")
        );
        assert!(matches!(found(&[("authorization", "Basic t")]), Err(Error::NotSignedIn)));
        let both = [("cookie", "__Host-session=t"), ("authorization", "Bearer t")];
        assert!(matches!(found(&both), Err(Error::TwoCredentials)));
    }
}
