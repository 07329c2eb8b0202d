//! The token in which a provider says who somebody is: OpenID Connect Core, section 3.1.3.7.

use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    errors::ErrorKind,
    jwk::{Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::{
    Error, Result,
    domain::{Moment, single_sign_on::ProvenIdentity},
};

/// The algorithms that are taken: those by which nobody signs who only has a public key.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
];

/// Seconds by which the provider's clock may be wrong.
const SKEW: u64 = 60;

/// Seconds after which a token is no answer to a code any more.
const OLDEST: i64 = 600;

/// The values that a token must have.
pub struct Expected<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// The client that it is for.
    pub client: &'a str,
    /// The sign-on that it is for.
    pub nonce: &'a str,
}

/// A token whose signature and claims are right.
#[derive(Deserialize)]
pub struct IdToken {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    iat: i64,
    nonce: Option<String>,
    /// The provider's own name of the person.
    pub sub: String,
    /// Everything else that it says.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// Those that a token is for.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn has(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(all) => all.iter().any(|one| one == client),
        }
    }

    fn is_one(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Several(all) => all.len() == 1,
        }
    }
}

/// Returns the id of the key that a token says it is signed with.
///
/// # Errors
/// When it is no token.
pub fn key_id(token: &str) -> Result<Option<String>> {
    Ok(header(token)?.kid)
}

/// Returns the token, if one of these keys has signed it and it says what it must.
///
/// # Errors
/// When it is not.
pub fn verified(token: &str, keys: &[Jwk], expected: &Expected<'_>) -> Result<IdToken> {
    let header = header(token)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(refused("its algorithm is not taken"));
    }
    let key = key_for(keys, header.kid.as_deref(), header.alg)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| refused("its key is none"))?;
    let mut rules = Validation::new(header.alg);
    rules.leeway = SKEW;
    rules.validate_nbf = true;
    rules.set_audience(&[expected.client]);
    rules.set_issuer(&[expected.issuer]);
    rules.set_required_spec_claims(&["aud", "exp", "iss", "sub"]);
    let token: IdToken = decode(token, &key, &rules)
        .map_err(|why| refused(words_of(why.kind())))?
        .claims;
    check(&token, expected)?;
    Ok(token)
}

fn header(token: &str) -> Result<Header> {
    decode_header(token).map_err(|_| refused("its header is none"))
}

/// Returns what is wrong with a token, without anything that stands in it.
fn words_of(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "its signature is not right",
        ErrorKind::ExpiredSignature => "its time is over",
        ErrorKind::ImmatureSignature => "its time has not begun",
        ErrorKind::InvalidIssuer => "it is another provider's",
        ErrorKind::InvalidAudience => "it is for another client",
        ErrorKind::MissingRequiredClaim(_) => "it lacks a claim",
        _ => "it cannot be read",
    }
}

/// Returns the key that a token is signed with. Without an id there may be only one that fits.
fn key_for<'a>(keys: &'a [Jwk], id: Option<&str>, algorithm: Algorithm) -> Result<&'a Jwk> {
    let mut fitting = Vec::new();
    for key in keys {
        let is_named = id.is_none_or(|id| key.common.key_id.as_deref() == Some(id));
        if is_named && fits(key, algorithm) {
            fitting.push(key);
        }
    }
    match fitting.as_slice() {
        [key] => Ok(key),
        [] => Err(refused("no key of the provider's fits")),
        _ => Err(refused("several keys of the provider's fit")),
    }
}

fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let is_its = match key.common.key_algorithm {
        Some(own) => own == KeyAlgorithm::from(algorithm),
        None => DecodingKey::from_jwk(key).is_ok_and(|key| key.family() == algorithm.family()),
    };
    signs && is_its
}

/// Holds what the library does not look at.
fn check(token: &IdToken, expected: &Expected<'_>) -> Result<()> {
    let now = Moment::now().epoch();
    let skew = i64::try_from(SKEW).unwrap_or_default();
    let authorized = token.azp.as_deref();
    let wrong = if token.iss != expected.issuer {
        "it is another provider's"
    } else if !token.aud.has(expected.client) {
        "it is for another client"
    } else if authorized.is_some_and(|client| client != expected.client)
        || (authorized.is_none() && !token.aud.is_one())
    {
        "it was given to another client"
    } else if token.nonce.as_deref() != Some(expected.nonce) {
        "it is of another sign-on"
    } else if token.iat > now + skew || token.iat < now - OLDEST {
        "it is not of now"
    } else if !is_subject(&token.sub) {
        "it names nobody"
    } else {
        return Ok(());
    };
    Err(refused(wrong))
}

fn is_subject(text: &str) -> bool {
    let length = 1..=ProvenIdentity::LONGEST_SUBJECT;
    length.contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn refused(why: &str) -> Error {
    Error::internal(format!("the provider's token is refused: {why}"))
}
