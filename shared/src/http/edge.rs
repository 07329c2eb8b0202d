//! The check that a request came through CloudFront, and the address that sent it there.
//!
//! The API has an address of its own, which anybody can find: behind it are no web ACL, no cache,
//! no signed images. So CloudFront shows the API a secret with every request, and whoever shows
//! none is told that there is nothing. Locally there is no CloudFront and no secret, and everybody
//! is let in.

use std::net::IpAddr;

use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::{
    env::Env,
    error::{Error, Result},
};

/// The header in which CloudFront shows the secret.
const SECRET: &str = "albumen-origin";

/// Through how many distributions a request came, which CloudFront says, too; its own header of
/// this name wins over the caller's.
const HOPS: &str = "albumen-hops";

/// The door that CloudFront comes through.
pub(super) struct Edge {
    /// Digests, so that the time of a comparison says nothing about a secret. Two while it is
    /// changed.
    secrets: Vec<[u8; 32]>,
}

impl Edge {
    /// The door of a function: `ORIGIN_SECRET` says what is to be shown; unset or empty, nothing.
    pub(super) fn open(env: &Env) -> Self {
        Self::of(&env.get("ORIGIN_SECRET").unwrap_or_default())
    }

    /// For these secrets, with commas between them.
    pub(super) fn of(secrets: &str) -> Self {
        let mut digests = Vec::new();
        for secret in secrets.split(',') {
            let trimmed = secret.trim();
            if !trimmed.is_empty() {
                digests.push(digest(trimmed));
            }
        }
        Self { secrets: digests }
    }

    /// Lets in what came through CloudFront.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the rest.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<()> {
        let shown = headers.get(SECRET).map(|secret| digest(secret.as_bytes()));
        if self.secrets.is_empty() || shown.is_some_and(|shown| self.secrets.contains(&shown)) {
            return Ok(());
        }
        // If CloudFront itself is refused, this line is how one finds out.
        tracing::warn!(shown = headers.contains_key(SECRET), "not through CloudFront");
        Err(Error::NotFound { what: "page" })
    }

    /// The address of the caller. API Gateway knows CloudFront's only (`source`), so it is the one
    /// that CloudFront added to `X-Forwarded-For`: counted from the end, since a caller can
    /// begin it as they like.
    pub(super) fn caller(&self, headers: &HeaderMap, source: Option<IpAddr>) -> Option<IpAddr> {
        if self.secrets.is_empty() {
            return source;
        }
        let mut seen = forwarded_for(headers);
        if seen.last() == Some(&source) {
            seen.pop();
        }
        match seen.len().checked_sub(hops(headers)) {
            Some(index) => seen[index].or(source),
            None => source,
        }
    }
}

/// The addresses of `X-Forwarded-For`, the nearest last; `None` in the place of what is none.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let mut seen = Vec::new();
    for line in headers.get_all("x-forwarded-for") {
        let Ok(text) = line.to_str() else { continue };
        for part in text.split(',') {
            seen.push(part.trim().parse().ok());
        }
    }
    seen
}

fn hops(headers: &HeaderMap) -> usize {
    let text = headers.get(HOPS).and_then(|hops| hops.to_str().ok());
    text.and_then(|hops| hops.parse().ok()).unwrap_or(1)
}

fn digest(secret: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const EDGE: &str = "130.176.0.1";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_what_shows_the_secret_is_let_in() {
        let edge = Edge::of("new, old");
        for secret in ["new", "old"] {
            assert!(edge.check(&headers(&[(SECRET, secret)])).is_ok(), "{secret}");
        }
        for secret in ["", "new, old", "ne", "other"] {
            assert!(
                matches!(edge.check(&headers(&[(SECRET, secret)])), Err(Error::NotFound { .. })),
                "{secret}"
            );
        }
        assert!(matches!(edge.check(&headers(&[])), Err(Error::NotFound { .. })));
    }

    #[test]
    fn without_a_secret_everybody_is_let_in() {
        assert!(Edge::of("").check(&headers(&[])).is_ok());
        let source = Some("127.0.0.1".parse().expect("an address"));
        assert_eq!(
            Edge::of("").caller(&headers(&[("x-forwarded-for", "1.1.1.1")]), source),
            source
        );
    }

    #[test]
    fn the_caller_is_whom_cloudfront_saw_whatever_they_say() {
        let edge = Edge::of("secret");
        let source = Some(EDGE.parse().expect("an address"));
        let caller = |pairs: &[(&'static str, &'static str)]| {
            edge.caller(&headers(pairs), source).expect("one")
        };
        let wanted: IpAddr = "203.0.113.9".parse().expect("an address");
        let lines = [
            "203.0.113.9",
            "203.0.113.9, 130.176.0.1",
            "1.1.1.1, 203.0.113.9, 130.176.0.1",
            "x,203.0.113.9",
        ];
        for line in lines {
            assert_eq!(caller(&[("x-forwarded-for", line)]), wanted, "{line}");
        }
        let twice =
            [("x-forwarded-for", "1.1.1.1, 203.0.113.9, 64.252.0.1, 130.176.0.1"), (HOPS, "2")];
        assert_eq!(caller(&twice), wanted);
        assert_eq!(caller(&[]).to_string(), EDGE);
        assert_eq!(caller(&[("x-forwarded-for", "nonsense")]).to_string(), EDGE);
    }
}
