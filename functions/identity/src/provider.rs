//! The provider of single sign-on: one of OpenID Connect, asked by the authorization code flow.

mod claims;
mod id_token;
mod metadata;
mod web;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use form_urlencoded::{Serializer, byte_serialize};
use reqwest::{RequestBuilder, Url};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use shared::{
    Error, Result,
    domain::{Moment, single_sign_on::ProvenIdentity},
    env::Env,
    http::sign_on::{SignOnSums, sign_on_issuer},
};

use claims::AdministratorClaim;
use id_token::Expected;
use metadata::{KnownProvider, Metadata};
use web::Web;

/// Time for the provider to answer one request.
const PATIENCE: Duration = Duration::from_secs(5);

/// The scopes that are asked for.
const SCOPES: &str = "openid email profile";

/// The most bytes of an address that ends a session at the provider.
const LONGEST_LOGOUT: usize = 1000;

/// The path that the provider leads back to.
const CALLBACK: &str = "/v1/single-sign-on/callback";

/// The provider, and this Albumen as its client.
pub struct Provider {
    known: KnownProvider,
    client_id: String,
    /// Empty for a client that has none, and shows by the verifier alone that it is the same.
    client_secret: String,
    redirect_uri: String,
    /// The page to which the provider leads whoever has logged out there.
    logged_out_uri: String,
    administrator_claim: AdministratorClaim,
}

/// The answer of the provider to a code. Tokens, so it is not printed.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl Provider {
    /// The provider of `SINGLE_SIGN_ON_ISSUER`; `None` where that is empty.
    ///
    /// # Errors
    /// When the issuer is no address that may be one, or a variable is not set.
    pub fn connect_if_any(env: &Env) -> Result<Option<Self>> {
        let Some(issuer) = sign_on_issuer(env)? else { return Ok(None) };
        let origin = env.get("PUBLIC_ORIGIN")?;
        Ok(Some(Self {
            known: KnownProvider::new(Web::of(&issuer, PATIENCE)?, issuer),
            client_id: env.get("SINGLE_SIGN_ON_CLIENT_ID")?,
            client_secret: env.get("SINGLE_SIGN_ON_CLIENT_SECRET")?,
            redirect_uri: format!("{origin}{CALLBACK}"),
            logged_out_uri: format!("{origin}/"),
            administrator_claim: AdministratorClaim {
                name: env.get("SINGLE_SIGN_ON_ADMINISTRATOR_CLAIM")?,
                value: env.get("SINGLE_SIGN_ON_ADMINISTRATOR_VALUE")?,
            },
        }))
    }

    /// Returns the provider's name of itself.
    pub fn issuer(&self) -> &str {
        self.known.issuer()
    }

    /// Returns the address at which the provider asks somebody who they are.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn address(&self, sums: &SignOnSums) -> Result<String> {
        let metadata = self.known.metadata().await?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(sums.verifier.as_bytes()));
        let asked: [(&str, &str); 8] = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", SCOPES),
            ("state", &sums.state),
            ("nonce", &sums.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let mut address = metadata.authorization_endpoint.clone();
        address.query_pairs_mut().extend_pairs(asked);
        Ok(address.into())
    }

    /// Exchanges a code for who it is.
    ///
    /// # Errors
    /// When the provider does not answer, or what it says proves nothing.
    pub async fn identity(&self, code: &str, sums: &SignOnSums) -> Result<ProvenIdentity> {
        let metadata = self.known.metadata().await?;
        let tokens = self.exchange(&metadata, code, sums).await?;
        let key_id = id_token::key_id(&tokens.id_token)?;
        let keys = self.known.keys(&metadata, key_id.as_deref()).await?;
        let expected =
            Expected { issuer: self.issuer(), client: &self.client_id, nonce: &sums.nonce };
        let token = id_token::verified(&tokens.id_token, &keys, &expected)?;
        let mut claims = token.others;
        if !self.says_enough(&claims) {
            self.add_user_info(&metadata, &tokens, &token.sub, &mut claims)
                .await?;
        }
        Ok(ProvenIdentity {
            sign_on: sums.name.clone(),
            issuer: self.issuer().to_owned(),
            email: claims::text(&claims, "email"),
            email_verified: claims::is_true(&claims, "email_verified"),
            name: claims::text(&claims, "name"),
            administrator: self.administrator_claim.is_in(&claims),
            logout: self.logout(&metadata),
            subject: token.sub,
            until: Moment::now().plus(ProvenIdentity::LASTS).micros(),
        })
    }

    /// Returns the address at which a browser ends its session there, and is led back to the page:
    /// RP-Initiated Logout, section 2. A token that says whose session it is stays out of it: no
    /// token of the provider's is kept. So a provider may ask the person, which suits us: they may
    /// want to stay logged in there. What does not fit beside an identity in a cookie is left out.
    fn logout(&self, metadata: &Metadata) -> Option<String> {
        let mut address = metadata.end_session_endpoint.clone()?;
        let said: [(&str, &str); 2] =
            [("client_id", &self.client_id), ("post_logout_redirect_uri", &self.logged_out_uri)];
        address.query_pairs_mut().extend_pairs(said);
        let address = String::from(address);
        (address.len() <= LONGEST_LOGOUT).then_some(address)
    }

    /// Returns true if these claims leave nothing to ask the provider for.
    fn says_enough(&self, claims: &Map<String, Value>) -> bool {
        claims.contains_key("email")
            && claims.contains_key("email_verified")
            && self.administrator_claim.is_told_in(claims)
    }

    async fn exchange(&self, metadata: &Metadata, code: &str, sums: &SignOnSums) -> Result<Tokens> {
        let web = self.known.web();
        let mut request = web.post(metadata.token_endpoint.clone());
        if self.shows_header(metadata) {
            request = self.with_basic(request);
        }
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(self.form(metadata, code, sums));
        web.json(request).await
    }

    /// Returns true if the client shows its secret in a header, and not in the form.
    fn shows_header(&self, metadata: &Metadata) -> bool {
        !self.client_secret.is_empty() && metadata.takes_basic()
    }

    /// Returns the form by which a code is exchanged.
    fn form(&self, metadata: &Metadata, code: &str, sums: &SignOnSums) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code");
        form.append_pair("code", code);
        form.append_pair("redirect_uri", &self.redirect_uri);
        form.append_pair("code_verifier", &sums.verifier);
        if !self.shows_header(metadata) {
            form.append_pair("client_id", &self.client_id);
            if !self.client_secret.is_empty() {
                form.append_pair("client_secret", &self.client_secret);
            }
        }
        form.finish()
    }

    /// RFC 6749, section 2.3.1: both are encoded as in a form before they are joined.
    fn with_basic(&self, request: RequestBuilder) -> RequestBuilder {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        request.basic_auth(encoded(&self.client_id), Some(encoded(&self.client_secret)))
    }

    /// Adds what the provider says apart from the token: some say all but the name there.
    async fn add_user_info(
        &self,
        metadata: &Metadata,
        tokens: &Tokens,
        subject: &str,
        claims: &mut Map<String, Value>,
    ) -> Result<()> {
        let Some(endpoint) = &metadata.userinfo_endpoint else { return Ok(()) };
        let Some(access_token) = &tokens.access_token else { return Ok(()) };
        let web = self.known.web();
        let request = web.get(endpoint.clone()).bearer_auth(access_token);
        let user_info: Map<String, Value> = web.json(request).await?;
        // OpenID Connect Core, section 5.3.2: it may be about somebody else.
        if claims::text(&user_info, "sub").as_deref() != Some(subject) {
            return Err(Error::internal("the provider's user info is about somebody else"));
        }
        for (name, value) in user_info {
            claims.entry(name).or_insert(value);
        }
        Ok(())
    }
}

/// Returns an address of the provider's.
fn address(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|why| Error::internal(format!("an address of the provider: {why}")))
}
