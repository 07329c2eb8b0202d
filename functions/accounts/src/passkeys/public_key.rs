//! Public keys of passkeys, as `COSE_Key` (RFC 9052, section 7) has them: of the three kinds that
//! Level 3 asks relying parties to take.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, VerificationAlgorithm,
};
use ciborium::Value;

use super::Refusal;

/// Algorithms of COSE, those that are asked for first.
pub const ALGORITHMS: [i64; 3] = [EDDSA, ES256, RS256];

const EDDSA: i64 = -8;
const ES256: i64 = -7;
const RS256: i64 = -257;

/// Labels of members, of all keys and of those of each kind (RFC 9053, section 7; RFC 8230).
const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const MODULUS: i64 = -1;
const EXPONENT: i64 = -2;

/// Values of `KIND` and `CURVE`.
const OCTET_KEY_PAIR: i64 = 1;
const ELLIPTIC_CURVE: i64 = 2;
const RSA: i64 = 3;
const P256: i64 = 1;
const CURVE_25519: i64 = 6;

/// Bytes of a coordinate, and those that a modulus may have: 2048 to 8192 bits.
const COORDINATE: usize = 32;
const MODULI: std::ops::RangeInclusive<usize> = 256..=1024;

/// A public key.
#[derive(Debug)]
pub enum PublicKey {
    /// Of ECDSA on P-256, or of Ed25519.
    Point(ParsedPublicKey),
    /// Of RSA.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
}

/// The members of a `COSE_Key`.
struct Members(Vec<(Value, Value)>);

impl PublicKey {
    /// Reads a `COSE_Key`.
    ///
    /// # Errors
    /// [`Refusal::PublicKey`] for a key of another kind, and for one that is none.
    pub fn read(cose_key: &[u8]) -> Result<Self, Refusal> {
        let members = Members::read(cose_key).ok_or(Refusal::PublicKey)?;
        let key = match members.number(ALGORITHM) {
            Some(ES256) => members.p256(),
            Some(EDDSA) => members.ed25519(),
            Some(RS256) => members.rsa(),
            _ => None,
        };
        key.ok_or(Refusal::PublicKey)
    }

    /// Holds that the key's owner has signed these bytes.
    ///
    /// # Errors
    /// [`Refusal::Signature`].
    pub fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let verified = match self {
            Self::Point(key) => key.verify_sig(signed, signature),
            Self::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        };
        verified.map_err(|_| Refusal::Signature)
    }

    /// Returns the key with these bytes, if they are a point of the algorithm's curve.
    fn point(algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(algorithm, bytes).ok().map(Self::Point)
    }
}

impl Members {
    fn read(cose_key: &[u8]) -> Option<Self> {
        match ciborium::from_reader(cose_key) {
            Ok(Value::Map(members)) => Some(Self(members)),
            _ => None,
        }
    }

    fn p256(&self) -> Option<PublicKey> {
        let is_p256 = self.number(KIND) == Some(ELLIPTIC_CURVE) && self.number(CURVE) == Some(P256);
        if !is_p256 {
            return None;
        }
        let x = self.coordinate(X)?;
        let y = self.coordinate(Y)?;
        // A point of SEC 1 that is not compressed.
        PublicKey::point(&ECDSA_P256_SHA256_ASN1, &[[4].as_slice(), x, y].concat())
    }

    fn ed25519(&self) -> Option<PublicKey> {
        let is_ed25519 =
            self.number(KIND) == Some(OCTET_KEY_PAIR) && self.number(CURVE) == Some(CURVE_25519);
        if !is_ed25519 {
            return None;
        }
        PublicKey::point(&ED25519, self.coordinate(X)?)
    }

    fn rsa(&self) -> Option<PublicKey> {
        if self.number(KIND) != Some(RSA) {
            return None;
        }
        let modulus = self.bytes(MODULUS)?;
        let exponent = self.bytes(EXPONENT)?;
        let is_usual = MODULI.contains(&modulus.len()) && (1..=8).contains(&exponent.len());
        is_usual.then(|| PublicKey::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    fn coordinate(&self, label: i64) -> Option<&[u8]> {
        let bytes = self.bytes(label)?;
        (bytes.len() == COORDINATE).then_some(bytes)
    }

    fn number(&self, label: i64) -> Option<i64> {
        i64::try_from(self.member(label)?.as_integer()?).ok()
    }

    fn bytes(&self, label: i64) -> Option<&[u8]> {
        self.member(label)?.as_bytes().map(Vec::as_slice)
    }

    fn member(&self, label: i64) -> Option<&Value> {
        let label = Value::from(label);
        let mut members = self.0.iter();
        members
            .find(|(name, _)| *name == label)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::prelude::*;

    use super::*;

    fn cose(members: Vec<(i64, Value)>) -> Vec<u8> {
        let members = members.into_iter();
        let map = members.map(|(label, value)| (Value::from(label), value));
        let mut bytes = Vec::new();
        ciborium::into_writer(&Value::Map(map.collect()), &mut bytes).expect("CBOR");
        bytes
    }

    fn ed25519(x: &[u8]) -> Vec<u8> {
        cose(vec![
            (KIND, OCTET_KEY_PAIR.into()),
            (ALGORITHM, EDDSA.into()),
            (CURVE, CURVE_25519.into()),
            (X, Value::Bytes(x.to_vec())),
        ])
    }

    #[test]
    fn a_key_of_ed25519_knows_its_own_signatures() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a pair");
        let key = PublicKey::read(&ed25519(pair.public_key().as_ref())).expect("a key");
        let signature = pair.sign(b"signed");
        assert_eq!(key.verify(b"signed", signature.as_ref()), Ok(()));
        assert_eq!(key.verify(b"signet", signature.as_ref()), Err(Refusal::Signature));
        assert_eq!(key.verify(b"signed", b"nothing"), Err(Refusal::Signature));
    }

    #[test]
    fn keys_of_other_kinds_are_refused() {
        let point = Value::Bytes(vec![1; 32]);
        let off_the_curve = vec![
            (KIND, ELLIPTIC_CURVE.into()),
            (ALGORITHM, ES256.into()),
            (CURVE, P256.into()),
            (X, point.clone()),
            (Y, point.clone()),
        ];
        let without_algorithm = vec![(KIND, OCTET_KEY_PAIR.into()), (X, point.clone())];
        let es384 = vec![(KIND, ELLIPTIC_CURVE.into()), (ALGORITHM, (-35).into())];
        let short = vec![
            (KIND, RSA.into()),
            (ALGORITHM, RS256.into()),
            (MODULUS, Value::Bytes(vec![255; 128])),
            (EXPONENT, Value::Bytes(vec![1, 0, 1])),
        ];
        for members in [off_the_curve, without_algorithm, es384, short] {
            let refused = PublicKey::read(&cose(members)).err();
            assert_eq!(refused, Some(Refusal::PublicKey));
        }
        assert!(PublicKey::read(&ed25519(&[1; 31])).is_err(), "too short");
        assert!(PublicKey::read(&[]).is_err(), "nothing");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_key_or_refused(bytes: Vec<u8>) {
            let _ = PublicKey::read(&bytes);
        }
    }
}
