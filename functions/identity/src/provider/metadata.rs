//! The provider's description of itself, and its keys: asked for when they are needed, and kept for
//! a time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;
use shared::{Error, Result};
use tokio::sync::Mutex;

use super::web::Web;

/// Time for which description and keys are kept. A key that a provider takes away is good for as
/// long.
const KEPT: Duration = Duration::from_mins(10);

/// Time before keys are asked for again because a token names one that is not there.
const BETWEEN: Duration = Duration::from_secs(30);

/// The most keys that are read of a set.
const MOST_KEYS: usize = 50;

/// The provider's endpoints.
pub struct Metadata {
    /// Asks people who they are.
    pub authorization_endpoint: Url,
    /// Exchanges codes.
    pub token_endpoint: Url,
    /// Says more of a person.
    pub userinfo_endpoint: Option<Url>,
    /// Ends people's sessions there.
    pub end_session_endpoint: Option<Url>,
    keys: Url,
    authentication: Option<Vec<String>>,
}

impl Metadata {
    /// Returns true if the client shows its secret in a header, as all must take it that do not
    /// say otherwise.
    pub fn takes_basic(&self) -> bool {
        let Some(methods) = &self.authentication else { return true };
        methods.iter().any(|method| method == "client_secret_basic")
    }
}

/// The description as it is sent: OpenID Connect Discovery, section 3, and RP-Initiated Logout,
/// section 2.1.
#[derive(Deserialize)]
struct Described {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// A set of keys as it is sent.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// Something that was asked for, and when.
type Kept<T> = Mutex<Option<(Instant, Arc<T>)>>;

/// A provider, with what is known of it.
pub struct KnownProvider {
    web: Web,
    issuer: String,
    metadata: Kept<Metadata>,
    keys: Kept<Vec<Jwk>>,
}

impl KnownProvider {
    /// A provider of which nothing is known yet.
    pub fn new(web: Web, issuer: String) -> Self {
        Self { web, issuer, metadata: Kept::default(), keys: Kept::default() }
    }

    /// Returns the provider's name of itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the client of its host.
    pub fn web(&self) -> &Web {
        &self.web
    }

    /// Returns its endpoints.
    ///
    /// # Errors
    /// When it does not answer, or describes another provider.
    pub async fn metadata(&self) -> Result<Arc<Metadata>> {
        let mut kept = self.metadata.lock().await;
        if let Some((at, metadata)) = &*kept
            && at.elapsed() < KEPT
        {
            return Ok(Arc::clone(metadata));
        }
        let metadata = Arc::new(self.ask_for_metadata().await?);
        *kept = Some((Instant::now(), Arc::clone(&metadata)));
        Ok(metadata)
    }

    async fn ask_for_metadata(&self) -> Result<Metadata> {
        let base = self.issuer.trim_end_matches('/');
        let address = self
            .web
            .checked(&format!("{base}/.well-known/openid-configuration"))?;
        let described: Described = self.web.json(self.web.get(address)).await?;
        if described.issuer != self.issuer {
            return Err(Error::internal("the provider calls itself otherwise than its issuer"));
        }
        let checked = |address: Option<&String>| {
            let endpoint = address.map(|address| self.web.checked(address));
            endpoint.transpose()
        };
        Ok(Metadata {
            authorization_endpoint: self.web.checked(&described.authorization_endpoint)?,
            token_endpoint: self.web.checked(&described.token_endpoint)?,
            userinfo_endpoint: checked(described.userinfo_endpoint.as_ref())?,
            end_session_endpoint: checked(described.end_session_endpoint.as_ref())?,
            keys: self.web.checked(&described.jwks_uri)?,
            authentication: described.token_endpoint_auth_methods_supported,
        })
    }

    /// Returns its keys, asked for again if the one with this id is not among them.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn keys(&self, metadata: &Metadata, id: Option<&str>) -> Result<Arc<Vec<Jwk>>> {
        let mut kept = self.keys.lock().await;
        if let Some((at, keys)) = &*kept
            && at.elapsed() < lasts(keys, id)
        {
            return Ok(Arc::clone(keys));
        }
        let set: KeySet = self.web.json(self.web.get(metadata.keys.clone())).await?;
        let mut keys = Vec::new();
        for key in set.keys.into_iter().take(MOST_KEYS) {
            // A key of a kind that is not known here is no reason to take none.
            if let Ok(key) = serde_json::from_value::<Jwk>(key) {
                keys.push(key);
            }
        }
        let keys = Arc::new(keys);
        *kept = Some((Instant::now(), Arc::clone(&keys)));
        Ok(keys)
    }
}

/// Returns how long these keys are good enough for a token that names one.
fn lasts(keys: &[Jwk], id: Option<&str>) -> Duration {
    let is_there = id.is_none_or(|id| {
        keys.iter()
            .any(|key| key.common.key_id.as_deref() == Some(id))
    });
    if is_there { KEPT } else { BETWEEN }
}
