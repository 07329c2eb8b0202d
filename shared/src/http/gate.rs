//! Admission: who calls, and whether the request may have been forged.

use http::{HeaderMap, Method, header};

use crate::{
    domain::{Caller, token::Token},
    env::Env,
    error::{Error, Result},
    stores::Sessions,
};

/// The session cookie. `__Host-` makes browsers insist on `Secure`, `Path=/` and no `Domain`.
pub const COOKIE: &str = "__Host-session";

/// What admits requests.
pub struct Gate {
    sessions: Option<Sessions>,
    origin: String,
}

impl Gate {
    /// The gate of a function with this environment; with `sessions` for routes that want a caller.
    pub fn open(env: &Env, wants_caller: bool) -> Result<Self> {
        let sessions = if wants_caller { Some(Sessions::connect(env)?) } else { None };
        Ok(Self { sessions, origin: env.get("PUBLIC_ORIGIN")? })
    }

    /// A gate that admits nobody, for tests of what needs no caller.
    #[cfg(test)]
    pub(super) fn without_sessions(origin: &str) -> Self {
        Self { sessions: None, origin: origin.to_owned() }
    }

    /// Refuses a write that another site's page made: `Sec-Fetch-Site` where the browser says it,
    /// else `Origin`; a write with the cookie must have one of them.
    pub fn check_site(&self, request: &lambda_http::Request) -> Result<()> {
        let headers = request.headers();
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        let site = headers.get("sec-fetch-site").map(|site| site == "same-origin" || site == "none");
        let origin = headers.get(header::ORIGIN).map(|origin| origin == self.origin.as_str());
        let same = site.or(origin).unwrap_or_else(|| cookie(headers).is_none());
        same.then_some(()).ok_or(Error::CrossSite)
    }

    /// The caller, by cookie or by bearer token.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] without a session that is still good, [`Error::TwoCredentials`],
    /// [`Error::Unavailable`] when the session store does not answer.
    pub async fn admit(&self, request: &lambda_http::Request) -> Result<Caller> {
        let token = token(request.headers())?.ok_or(Error::NotSignedIn)?;
        let sessions = self.sessions.as_ref().ok_or_else(|| Error::internal("a gate without sessions"))?;
        sessions.find(&token).await?.ok_or(Error::NotSignedIn)
    }
}

fn token(headers: &HeaderMap) -> Result<Option<Token>> {
    match (cookie(headers), bearer(headers)?) {
        (Some(_), Some(_)) => Err(Error::TwoCredentials),
        (Some(token), None) | (None, Some(token)) => Ok(Some(Token::sent(token))),
        (None, None) => Ok(None),
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or_default();
    let token = scheme.eq_ignore_ascii_case("bearer").then_some(token.trim());
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
        let request = headers.iter().fold(http::Request::post("/"), |r, (name, value)| r.header(*name, *value));
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
        ];
        let refused: &[&[(&str, &str)]] = &[
            &[cookie],
            &[cookie, ("sec-fetch-site", "cross-site")],
            &[cookie, ("sec-fetch-site", "same-site"), ("origin", "https://albumen.example")],
            &[cookie, ("origin", "https://evil.example")],
            &[("sec-fetch-site", "cross-site")],
        ];
        for headers in allowed {
            assert!(gate().check_site(&write(headers)).is_ok(), "{headers:?}");
        }
        for headers in refused {
            assert!(matches!(gate().check_site(&write(headers)), Err(Error::CrossSite)), "{headers:?}");
        }
    }

    #[test]
    fn one_credential_counts_two_are_refused() {
        let found =
            |headers: &[(&str, &str)]| token(write(headers).headers()).map(|t| t.map(|t| t.reveal().to_owned()));
        assert_eq!(found(&[]).expect("none"), None);
        assert_eq!(found(&[("cookie", "x=1; __Host-session=t")]).expect("one").as_deref(), Some("t"));
        assert_eq!(found(&[("authorization", "bearer t")]).expect("one").as_deref(), Some("t"));
        assert!(matches!(found(&[("authorization", "Basic t")]), Err(Error::NotSignedIn)));
        let both = [("cookie", "__Host-session=t"), ("authorization", "Bearer t")];
        assert!(matches!(found(&both), Err(Error::TwoCredentials)));
    }
}
