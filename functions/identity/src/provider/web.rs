//! Asks the provider's host: in time, up to a size, without going on to any other.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, Url, redirect::Policy};
use serde::de::DeserializeOwned;
use shared::{
    Error, Result,
    error::{Cause, Of},
};

use super::address;

/// The most bytes of an answer. Key sets of large providers have some ten thousand.
const LONGEST: usize = 256 * 1024;

/// The name under which the provider stands in errors.
const SERVICE: &str = "the provider of single sign-on";

/// A client of the provider's.
pub struct Web {
    http: Client,
    /// True for a provider on this machine, which needs no TLS.
    is_local: bool,
}

impl Web {
    /// A client of the provider at this address.
    ///
    /// # Errors
    /// When the address is not one of TLS, and not on this machine.
    pub fn of(issuer: &str, patience: Duration) -> Result<Self> {
        let issuer = address(issuer)?;
        let is_local = is_loopback(&issuer);
        if issuer.scheme() != "https" && !is_local {
            return Err(Error::internal("SINGLE_SIGN_ON_ISSUER must begin with https://"));
        }
        let mut http = Client::builder()
            // The client's secret would go along to another host.
            .redirect(Policy::none())
            .https_only(!is_local)
            .timeout(patience);
        if is_local {
            http = http.no_proxy();
        }
        Ok(Self { http: http.build().map_err(Error::internal)?, is_local })
    }

    /// Returns an address that the provider names, if it may be asked there.
    ///
    /// # Errors
    /// When it is not one of TLS, or leads to this machine from a provider that is elsewhere.
    pub fn checked(&self, text: &str) -> Result<Url> {
        let endpoint = address(text)?;
        let is_good = if self.is_local {
            is_loopback(&endpoint)
        } else {
            endpoint.scheme() == "https" && !is_loopback(&endpoint)
        };
        if is_good { Ok(endpoint) } else { Err(Error::internal("an address that is not asked")) }
    }

    /// A GET.
    pub fn get(&self, address: Url) -> RequestBuilder {
        self.http.get(address)
    }

    /// A POST.
    pub fn post(&self, address: Url) -> RequestBuilder {
        self.http.post(address)
    }

    /// Returns the answer to a request, of JSON.
    ///
    /// # Errors
    /// When there is none in time, it is a refusal, too long, or something else.
    pub async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let answer = request
            .header("accept", "application/json")
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .of(SERVICE)?;
        let status = answer.status();
        if !status.is_success() {
            // Its words may hold anything of who signs on.
            return Err(Cause::from(format!("it answered {status}"))).of(SERVICE);
        }
        let body = bounded(answer).await?;
        // The parser's words may hold a part of it.
        serde_json::from_slice(&body)
            .map_err(|why| format!("it answered what is not expected, at line {}", why.line()))
            .of(SERVICE)
    }
}

async fn bounded(mut answer: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let chunk = answer
            .chunk()
            .await
            .map_err(reqwest::Error::without_url)
            .of(SERVICE)?;
        let Some(chunk) = chunk else { return Ok(body) };
        if body.len() + chunk.len() > LONGEST {
            return Err(Cause::from("its answer is too long")).of(SERVICE);
        }
        body.extend_from_slice(&chunk);
    }
}

/// Returns true for a host on this machine.
fn is_loopback(address: &Url) -> bool {
    matches!(address.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(issuer: &str) -> Result<Web> {
        Web::of(issuer, Duration::from_secs(1))
    }

    #[test]
    fn a_provider_has_tls_or_is_on_this_machine() {
        for (issuer, may) in [
            ("https://id.example", true),
            ("https://id.example/realms/team", true),
            ("http://127.0.0.1:4000", true),
            ("http://id.example", false),
            ("http://localhost.id.example", false),
            ("file:///etc/passwd", false),
            ("id.example", false),
        ] {
            assert_eq!(web(issuer).is_ok(), may, "{issuer}");
        }
    }

    #[test]
    fn a_provider_elsewhere_leads_to_nothing_on_this_machine() {
        let elsewhere = web("https://id.example").expect("a client");
        assert!(elsewhere.checked("https://keys.example/jwks").is_ok());
        for address in ["http://id.example/token", "https://127.0.0.1/token", "https://localhost/"]
        {
            assert!(elsewhere.checked(address).is_err(), "{address}");
        }
        let here = web("http://127.0.0.1:4000").expect("a client");
        assert!(here.checked("http://127.0.0.1:4000/token").is_ok());
        assert!(here.checked("https://id.example/token").is_err());
    }
}
