//! CloudFront's signed URLs with a custom policy, which `/media/*` asks for.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html>

use base64::{Engine, prelude::BASE64_STANDARD};
use p256::{
    ecdsa::{Signature, SigningKey, VerifyingKey, signature::Verifier},
    pkcs8::DecodePrivateKey,
};
use serde_json::Value;

use super::routes::decode;

/// Parameters of a signed URL that its policy does not name.
const SIGNATURE_PARAMETERS: [&str; 4] = ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];

/// The public key of signed URLs.
pub struct TrustedKey {
    id: String,
    key: VerifyingKey,
}

/// The reason for which a request may not see the object, in CloudFront's words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SignatureError {
    pub code: &'static str,
    pub message: &'static str,
}

const DENIED: SignatureError = SignatureError { code: "AccessDenied", message: "Access denied" };
const MISSING: SignatureError = SignatureError {
    code: "MissingKey",
    message: "Missing Key-Pair-Id query parameter or cookie value",
};
const UNKNOWN: SignatureError = SignatureError { code: "InvalidKey", message: "Unknown Key" };
const MALFORMED: SignatureError =
    SignatureError { code: "MalformedPolicy", message: "Malformed Policy" };

impl TrustedKey {
    /// Takes the public half of a PKCS#8 PEM with a P-256 key.
    ///
    /// # Errors
    /// A sentence when it is no such key.
    pub fn from_private_pem(id: &str, pem: &str) -> Result<Self, String> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(|error| {
            format!("MediaPrivateKey is not a P-256 key in PKCS#8 PEM: {error}")
        })?;
        Ok(Self { id: id.into(), key: *key.verifying_key() })
    }

    /// Checks the query of a request for `url` (scheme, host and path) at `now`, in seconds since
    /// 1970.
    pub(super) fn check(&self, url: &str, query: &str, now: i64) -> Result<(), SignatureError> {
        if parameter(query, "Key-Pair-Id").ok_or(MISSING)? != self.id {
            return Err(UNKNOWN);
        }
        // Without it CloudFront expects SHA-1.
        if parameter(query, "Hash-Algorithm").as_deref() != Some("SHA256") {
            return Err(DENIED);
        }
        let policy_bytes = decoded_parameter(query, "Policy").ok_or(MALFORMED)?;
        let signature_bytes = decoded_parameter(query, "Signature").ok_or(DENIED)?;
        let signature = Signature::from_der(&signature_bytes).map_err(|_| DENIED)?;
        self.key
            .verify(&policy_bytes, &signature)
            .map_err(|_| DENIED)?;
        let policy: Value = serde_json::from_slice(&policy_bytes).map_err(|_| MALFORMED)?;
        let signed_url = without_signature(url, query);
        let allowed = allows(&policy["Statement"][0], &signed_url, now).ok_or(MALFORMED)?;
        if allowed { Ok(()) } else { Err(DENIED) }
    }
}

/// Returns the value of a query's parameter, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    Some(decode(value))
}

/// Returns the bytes of a parameter in CloudFront's alphabet of base64 for URLs.
fn decoded_parameter(query: &str, name: &str) -> Option<Vec<u8>> {
    let text = parameter(query, name)?;
    let standard = text.replace('-', "+").replace('_', "=").replace('~', "/");
    BASE64_STANDARD.decode(standard).ok()
}

/// Returns the URL that a policy names: with its query, except for the signature's own parameters.
fn without_signature(url: &str, query: &str) -> String {
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        let name = pair.split('=').next().unwrap_or_default();
        if !pair.is_empty() && !SIGNATURE_PARAMETERS.contains(&name) {
            pairs.push(pair);
        }
    }
    if pairs.is_empty() { url.to_owned() } else { format!("{url}?{}", pairs.join("&")) }
}

/// Returns whether the statement of a policy is about this URL and this moment; `None` if it is no
/// statement.
fn allows(statement: &Value, url: &str, now: i64) -> Option<bool> {
    let resource = statement["Resource"].as_str()?;
    let condition = &statement["Condition"];
    let until = condition["DateLessThan"]["AWS:EpochTime"].as_i64()?;
    let from = condition["DateGreaterThan"]["AWS:EpochTime"]
        .as_i64()
        .unwrap_or(i64::MIN);
    Some(from < now && now < until && wildcard(resource.as_bytes(), url.as_bytes()))
}

/// Matches a text with a pattern in which `*` stands for any text, `?` for one character.
fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let mut pattern_index = 0;
    let mut text_index = 0;
    // The place behind the last star, and the text that the star has not taken yet: there it goes
    // on when the rest does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while text_index < text.len() {
        match pattern.get(pattern_index) {
            Some(b'*') => {
                pattern_index += 1;
                retry = Some((pattern_index, text_index));
            }
            Some(&byte) if byte == b'?' || byte == text[text_index] => {
                pattern_index += 1;
                text_index += 1;
            }
            _ => {
                let Some((after_star, taken)) = retry else { return false };
                pattern_index = after_star;
                text_index = taken + 1;
                retry = Some((after_star, text_index));
            }
        }
    }
    pattern[pattern_index..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use p256::{ecdsa::signature::Signer, pkcs8::EncodePrivateKey};

    use super::*;

    const URL: &str = "http://localhost:8080/media/0a/0b/cc.webp";

    fn to_cloudfront(bytes: &[u8]) -> String {
        let standard = BASE64_STANDARD.encode(bytes);
        standard
            .replace('+', "-")
            .replace('=', "_")
            .replace('/', "~")
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_slice(&[seed; 32]).unwrap()
    }

    fn query(key: &SigningKey, resource: &str, until: i64) -> String {
        let condition = serde_json::json!({"DateLessThan": {"AWS:EpochTime": until}});
        let statement = serde_json::json!({"Resource": resource, "Condition": condition});
        let policy = serde_json::json!({"Statement": [statement]}).to_string();
        let signature: Signature = key.sign(policy.as_bytes());
        let policy_text = to_cloudfront(policy.as_bytes());
        let signature_text = to_cloudfront(signature.to_der().as_bytes());
        format!(
            "Policy={policy_text}&Signature={signature_text}&Key-Pair-Id=K1&Hash-Algorithm=SHA256"
        )
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
        let Err(error) = TrustedKey::from_private_pem("K1", "nonsense") else {
            panic!("nonsense was taken for a key")
        };
        assert!(error.contains("MediaPrivateKey"), "{error}");
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
