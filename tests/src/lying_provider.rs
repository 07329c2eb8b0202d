//! A provider that says whatever a test has it say, signed or not.

use std::sync::Arc;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use shared::domain::Moment;
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle};

/// The name that it knows this Albumen by.
pub const CLIENT: &str = "albumen";

/// A token as it is sent: what it says, and who signs it how.
#[derive(Clone)]
pub struct SentToken {
    /// Its header.
    pub header: Value,
    /// Its claims.
    pub claims: Value,
    /// The number of the key that signs it; 0 is the one that the provider shows.
    pub key: u8,
    /// Replaces the signature.
    pub signature: Option<String>,
}

/// The next answers of a provider.
#[derive(Clone)]
struct Answers {
    issuer: String,
    token: Option<SentToken>,
}

/// A running provider, which ends with this.
pub struct LyingProvider {
    /// The provider's name of itself.
    pub issuer: String,
    answers: Arc<Mutex<Answers>>,
    serving: JoinHandle<()>,
}

impl Drop for LyingProvider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl LyingProvider {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let issuer = format!("http://127.0.0.1:{port}");
        let answers = Arc::new(Mutex::new(Answers { issuer: issuer.clone(), token: None }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/jwks", get(async || Json(keys())))
            .route("/token", axum::routing::post(token))
            .with_state(Arc::clone(&answers));
        let serving = tokio::spawn(async move {
            let served = axum::serve(listener, routes).await;
            served.expect("a server");
        });
        Self { issuer, answers, serving }
    }

    /// Returns a token that is right for this sign-on, by this subject with this address.
    pub fn token(&self, nonce: &str, subject: &str, email: &str) -> SentToken {
        let now = Moment::now().epoch();
        SentToken {
            header: json!({"alg": "ES256", "kid": "0"}),
            claims: json!({
                "iss": self.issuer, "aud": CLIENT, "sub": subject, "nonce": nonce,
                "iat": now, "exp": now + 300,
                "email": email, "email_verified": true, "name": "Ana",
            }),
            key: 0,
            signature: None,
        }
    }

    /// Has the provider answer the next codes with this token.
    pub async fn answer(&self, token: SentToken) {
        self.answers.lock().await.token = Some(token);
    }
}

type Shared = State<Arc<Mutex<Answers>>>;

async fn describe(State(answers): Shared) -> Json<Value> {
    let issuer = answers.lock().await.issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
    }))
}

fn keys() -> Value {
    let point = signing_key(0).verifying_key().to_sec1_point(false);
    let [x, y] = [point.x(), point.y()].map(|part| {
        let part = part.expect("a coordinate");
        URL_SAFE_NO_PAD.encode(part)
    });
    json!({"keys": [
        {"kty": "unknown", "kid": "x"},
        {"kty": "EC", "crv": "P-256", "kid": "0", "use": "sig", "x": x, "y": y},
    ]})
}

async fn token(State(answers): Shared) -> Result<Json<Value>, StatusCode> {
    let token = answers.lock().await.token.clone();
    let Some(token) = token else { return Err(StatusCode::BAD_REQUEST) };
    Ok(Json(json!({"id_token": sent(&token), "token_type": "Bearer", "access_token": "a"})))
}

/// Returns the token as it is sent.
fn sent(token: &SentToken) -> String {
    let [header, claims] =
        [&token.header, &token.claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = format!("{header}.{claims}");
    if let Some(signature) = &token.signature {
        return format!("{message}.{signature}");
    }
    let signature: Signature = signing_key(token.key).sign(message.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
    format!("{message}.{signature}")
}

/// Returns a key that is always the same.
fn signing_key(number: u8) -> SigningKey {
    let bytes = [number + 1; 32];
    SigningKey::from_slice(&bytes).expect("a key")
}
