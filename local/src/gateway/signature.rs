//! CloudFront's signed URLs with a custom policy: what `/media/*` lets through.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html>

use base64::{Engine, prelude::BASE64_STANDARD};
use p256::{
    ecdsa::{Signature, SigningKey, VerifyingKey, signature::Verifier},
    pkcs8::DecodePrivateKey,
};
use serde_json::Value;

use super::routes::decode;

/// The key pair whose signatures count.
pub struct TrustedKey {
    id: String,
    key: VerifyingKey,
}

/// Why a request may not see the object, in CloudFront's words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub code: &'static str,
    pub message: &'static str,
}

const DENIED: Refusal = Refusal { code: "AccessDenied", message: "Access denied" };
const MISSING: Refusal =
    Refusal { code: "MissingKey", message: "Missing Key-Pair-Id query parameter or cookie value" };
const UNKNOWN: Refusal = Refusal { code: "InvalidKey", message: "Unknown Key" };
const MALFORMED: Refusal = Refusal { code: "MalformedPolicy", message: "Malformed Policy" };

impl TrustedKey {
    /// The public half of a PKCS#8 PEM with a P-256 key.
    ///
    /// # Errors
    /// A sentence when it is no such key.
    pub fn from_private_pem(id: &str, pem: &str) -> Result<Self, String> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(|error| {
            format!("MediaPrivateKey is not a P-256 key in PKCS#8 PEM: {error}")
        })?;
        Ok(Self { id: id.into(), key: *key.verifying_key() })
    }

    /// Checks the query of a request for `url` (scheme, host and path) at `now`, in seconds.
    pub(super) fn check(&self, url: &str, query: &str, now: i64) -> Result<(), Refusal> {
        let parameter = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| decode(value))
        };
        if parameter("Key-Pair-Id").ok_or(MISSING)? != self.id {
            return Err(UNKNOWN);
        }
        // Without it CloudFront expects SHA-1.
        if parameter("Hash-Algorithm").as_deref() != Some("SHA256") {
            return Err(DENIED);
        }
        let policy = parameter("Policy")
            .and_then(|text| from_cloudfront(&text))
            .ok_or(MALFORMED)?;
        let signature = parameter("Signature")
            .and_then(|text| from_cloudfront(&text))
            .ok_or(DENIED)?;
        let signature = Signature::from_der(&signature).map_err(|_| DENIED)?;
        self.key.verify(&policy, &signature).map_err(|_| DENIED)?;
        let policy: Value = serde_json::from_slice(&policy).map_err(|_| MALFORMED)?;
        if allows(&policy["Statement"][0], &without_signature(url, query), now).ok_or(MALFORMED)? {
            Ok(())
        } else {
            Err(DENIED)
        }
    }
}

/// Base64 in CloudFront's alphabet for URLs.
fn from_cloudfront(text: &str) -> Option<Vec<u8>> {
    let standard = text.replace('-', "+").replace('_', "=").replace('~', "/");
    BASE64_STANDARD.decode(standard).ok()
}

/// A policy names the URL with its query, except for the signature's own parameters.
fn without_signature(url: &str, query: &str) -> String {
    let own = ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];
    let rest: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !own.contains(&pair.split('=').next().unwrap_or("")))
        .collect();
    if rest.is_empty() { url.to_owned() } else { format!("{url}?{}", rest.join("&")) }
}

fn allows(statement: &Value, url: &str, now: i64) -> Option<bool> {
    let resource = statement["Resource"].as_str()?;
    let condition = &statement["Condition"];
    let until = condition["DateLessThan"]["AWS:EpochTime"].as_i64()?;
    let from = condition["DateGreaterThan"]["AWS:EpochTime"]
        .as_i64()
        .unwrap_or(i64::MIN);
    Some(from < now && now < until && wildcard(resource.as_bytes(), url.as_bytes()))
}

/// `*` stands for any text, `?` for one character.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, read));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[read] => {
                at += 1;
                read += 1;
            }
            _ => match retry {
                Some((after_star, tried)) => {
                    retry = Some((after_star, tried + 1));
                    (at, read) = (after_star, tried + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use p256::{ecdsa::signature::Signer, pkcs8::EncodePrivateKey};

    use super::*;

    const URL: &str = "http://localhost:8080/media/0a/0b/cc.webp";

    fn to_cloudfront(bytes: &[u8]) -> String {
        BASE64_STANDARD
            .encode(bytes)
            .replace('+', "-")
            .replace('=', "_")
            .replace('/', "~")
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_slice(&[seed; 32]).unwrap()
    }

    fn query(key: &SigningKey, resource: &str, until: i64) -> String {
        let policy = format!(
            r#"{{"Statement":[{{"Resource":"{resource}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{until}}}}}}}]}}"#
        );
        let signature: Signature = key.sign(policy.as_bytes());
        let signature = to_cloudfront(signature.to_der().as_bytes());
        let policy = to_cloudfront(policy.as_bytes());
        format!("Policy={policy}&Signature={signature}&Key-Pair-Id=K1&Hash-Algorithm=SHA256")
    }

    fn trusted() -> TrustedKey {
        let pem = key(7).to_pkcs8_pem(p256::pkcs8::LineEnding::LF).unwrap();
        TrustedKey::from_private_pem("K1", &pem).unwrap()
    }

    fn code(query: &str, url: &str, now: i64) -> &'static str {
        trusted()
            .check(url, query, now)
            .map_or_else(|refusal| refusal.code, |()| "allowed")
    }

    #[test]
    fn a_policy_opens_what_it_names_until_it_ends() {
        let query = query(&key(7), "http://localhost:8080/media/0a/*", 1000);
        assert_eq!(code(&query, URL, 999), "allowed");
        assert_eq!(code(&query, URL, 1000), "AccessDenied");
        assert_eq!(code(&query, "http://localhost:8080/media/0b/0b/cc.webp", 999), "AccessDenied");
    }

    #[test]
    fn what_was_changed_or_is_missing_is_refused() {
        let good = query(&key(7), "http://localhost:8080/media/0a/*", 1000);
        assert_eq!(code("", URL, 1), "MissingKey");
        assert_eq!(code(&good.replace("Key-Pair-Id=K1", "Key-Pair-Id=K2"), URL, 1), "InvalidKey");
        assert_eq!(code(&good.replace("&Hash-Algorithm=SHA256", ""), URL, 1), "AccessDenied");
        assert_eq!(code(&good.replace("Policy=", "Police="), URL, 1), "MalformedPolicy");
        assert_eq!(code(&good.replace("Signature=", "Signature=A"), URL, 1), "AccessDenied");
        assert_eq!(
            code(&query(&key(8), "http://localhost:8080/media/0a/*", 1000), URL, 1),
            "AccessDenied"
        );
        let longer = query(&key(7), "http://localhost:8080/media/0a/*", 2000);
        let policy_of = |query: &str| query.split('&').next().unwrap().to_owned();
        assert_eq!(
            code(&good.replace(&policy_of(&good), &policy_of(&longer)), URL, 1),
            "AccessDenied"
        );
    }

    #[test]
    fn other_keys_are_no_keys() {
        assert!(
            TrustedKey::from_private_pem("K1", "nonsense")
                .err()
                .unwrap()
                .contains("MediaPrivateKey")
        );
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("a*b*c", "a1b2b3c", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("abc", "abcd", false),
            ("abc*", "abc", true),
        ] {
            assert_eq!(wildcard(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
