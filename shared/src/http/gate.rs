//! Admission: who calls, and whether the request may have been forged.

use http::{HeaderMap, Method, header};

use super::{Access, Signer, Spec, edge::Edge};
use crate::{
    domain::{Caller, Policy, UserId, token::Token},
    env::Env,
    error::{Error, Result},
    stores::{Accounts, IdempotencyRecords, RateLimitState, RateLimits, Sessions},
};

/// The session cookie. `__Host-` makes browsers insist on `Secure`, `Path=/` and no `Domain`.
pub const COOKIE: &str = "__Host-session";

/// Admits requests.
pub struct Gate {
    origin: String,
    edge: Edge,
    sessions: Option<Sessions>,
    /// Accounts, where only administrators are admitted.
    accounts: Option<Accounts>,
    replays: Option<IdempotencyRecords>,
    limits: Option<RateLimits>,
    /// Requests in its window by policy.
    quotas: [(Policy, u32); 6],
    signer: Option<Signer>,
}

impl Gate {
    /// The gate of a function with this environment, with what a route of this spec needs.
    pub fn open(env: &Env, spec: &Spec) -> Result<Self> {
        let repeatable = spec.method == Method::POST;
        // Set for functions that sign, and for no other. What may be repeated is signed.
        let signs = repeatable || env.get("SIGNING_KEY").is_ok();
        let guesses = env.number("LOGINS_PER_MINUTE")?;
        let writes = env.number("WRITES_PER_MINUTE")?;
        let invitations = invitations_per_day(env)?;
        Ok(Self {
            origin: env.get("PUBLIC_ORIGIN")?,
            edge: Edge::open(env),
            sessions: made_if(spec.access.takes_session(), || Sessions::connect(env))?,
            accounts: made_if(spec.access == Access::Administrator, || Accounts::connect(env))?,
            replays: made_if(repeatable, || IdempotencyRecords::connect(env))?,
            limits: made_if(spec.policy.is_some(), || RateLimits::connect(env))?,
            quotas: [
                (Policy::Writes, writes),
                (Policy::LogIn, guesses),
                (Policy::LookUp, guesses),
                (Policy::Invitations, invitations),
                (Policy::SignUpInvitations, invitations),
                (Policy::Invited, invitations / 10),
            ],
            signer: made_if(signs, || Signer::connect(env))?,
        })
    }

    /// A gate that admits nobody, for tests of what needs no caller.
    #[cfg(test)]
    pub(super) fn without_sessions(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            edge: Edge::of(""),
            sessions: None,
            accounts: None,
            replays: None,
            limits: None,
            quotas: [(Policy::Writes, 1); 6],
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

    /// Returns the origin of the page.
    pub(super) fn origin(&self) -> &str {
        &self.origin
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
        limits.take(policy, self.quota(policy), who).await
    }

    /// The requests that this policy allows in its window.
    fn quota(&self, policy: Policy) -> u32 {
        for (of, quota) in self.quotas {
            if of == policy {
                return quota;
            }
        }
        1
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
        let from_own_page = if let Some(site) = headers.get("sec-fetch-site") {
            site == "same-origin" || site == "none"
        } else if let Some(origin) = headers.get(header::ORIGIN) {
            origin == self.origin.as_str()
        } else {
            cookie(headers, COOKIE).is_none()
        };
        if from_own_page { Ok(()) } else { Err(Error::CrossSite) }
    }

    /// The caller, by cookie or by bearer token.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] without a session that is still good, [`Error::MissingScope`],
    /// [`Error::TwoCredentials`], [`Error::NotAnAdministrator`], [`Error::Unavailable`] when a
    /// store does not answer.
    pub async fn admit(&self, request: &lambda_http::Request, spec: &Spec) -> Result<Caller> {
        let token = token(request.headers())?.ok_or(Error::NotSignedIn)?;
        let sessions = self
            .sessions
            .as_ref()
            .ok_or_else(|| Error::internal("a gate without sessions"))?;
        // What overlaps reads, and writes nothing.
        let found = if spec.overlaps {
            sessions.find_lately(&token).await?
        } else {
            sessions.find(&token).await?
        };
        let caller = found.ok_or(Error::NotSignedIn)?;
        if !caller.scopes.has(spec.scope) {
            return Err(Error::MissingScope { needs: spec.scope.word() });
        }
        if spec.access == Access::Administrator {
            self.check_administrator(caller.user).await?;
        }
        Ok(caller)
    }

    /// Refuses everybody who is no administrator now: nothing of it stands in the session, so who
    /// is one no longer is refused at once.
    async fn check_administrator(&self, user: UserId) -> Result<()> {
        let accounts = self
            .accounts
            .as_ref()
            .ok_or_else(|| Error::internal("a gate without accounts"))?;
        match accounts.find(user).await? {
            Some(account) if account.is_administrator() => Ok(()),
            _ => Err(Error::NotAnAdministrator),
        }
    }
}

/// Returns the invitations that one user sends in a day. Set for functions that send them, and for
/// no other.
fn invitations_per_day(env: &Env) -> Result<u32> {
    match env.get("INVITATIONS_PER_DAY") {
        Ok(_) => env.number("INVITATIONS_PER_DAY"),
        Err(_) => Ok(0),
    }
}

/// Makes what a route needs; `None` when it does not.
fn made_if<T>(needed: bool, make: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    if needed { make().map(Some) } else { Ok(None) }
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
    for line in headers.get_all(header::COOKIE) {
        for pair in line.to_str().unwrap_or_default().split(';') {
            let after_name = pair.trim().strip_prefix(name);
            if let Some(value) = after_name.and_then(|rest| rest.strip_prefix('=')) {
                return Some(value);
            }
        }
    }
    None
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(Some(token.trim()))
    } else {
        Err(Error::NotSignedIn)
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;

    use super::*;

    fn gate() -> Gate {
        Gate::without_sessions("https://albumen.example")
    }

    fn write(headers: &[(&str, &str)]) -> lambda_http::Request {
        let mut request = http::Request::post("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
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
        let found = |headers: &[(&str, &str)]| token(write(headers).headers());
        assert!(found(&[]).expect("none").is_none());
        for one in [("cookie", "x=1; __Host-session=t"), ("authorization", "bearer t")] {
            let token = found(&[one]).expect("good").expect("one");
            assert_eq!(token.reveal(), "t", "{one:?}");
        }
        assert!(matches!(found(&[("authorization", "Basic t")]), Err(Error::NotSignedIn)));
        let both = [("cookie", "__Host-session=t"), ("authorization", "Bearer t")];
        assert!(matches!(found(&both), Err(Error::TwoCredentials)));
    }
}
