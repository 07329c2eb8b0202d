//! Authenticator data: the bytes in which an authenticator speaks of itself and its user ([section
//! 6.1](https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data)).

use ciborium::Value;

use super::Refusal;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// Bytes of the model's id, which is not looked at: nothing depends on who made an authenticator.
const MODEL: usize = 16;

/// The most bytes of a credential's id.
const LONGEST_ID: usize = 1023;

/// Authenticator data.
#[derive(Debug)]
pub struct AuthenticatorData<'a> {
    /// SHA-256 of the relying party's id.
    pub party_hash: [u8; 32],
    flags: u8,
    /// The authenticator's count of signatures; 0 of one that does not count.
    pub sign_count: u32,
    /// The credential that it has made.
    pub credential: Option<MadeCredential<'a>>,
}

/// A credential that was made.
#[derive(Debug)]
pub struct MadeCredential<'a> {
    /// Its id.
    pub id: &'a [u8],
    /// Its public key, a `COSE_Key`.
    pub public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Reads it; nothing may be left over.
    ///
    /// # Errors
    /// [`Refusal::AuthenticatorData`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::parse(bytes).ok_or(Refusal::AuthenticatorData)
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (party_hash, rest) = bytes.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (sign_count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            credential = Some(MadeCredential::parse(&mut rest)?);
        }
        if flags & HAS_EXTENSIONS != 0 {
            item(&mut rest)?;
        }
        rest.is_empty().then_some(Self {
            party_hash: *party_hash,
            flags: *flags,
            sign_count: u32::from_be_bytes(*sign_count),
            credential,
        })
    }

    /// Returns true if the authenticator has asked its user, and knows who it is: by a PIN, a
    /// finger, a face.
    pub fn verifies_user(&self) -> bool {
        self.has(USER_PRESENT) && self.has(USER_VERIFIED)
    }

    /// Returns true if the credential may be copied to other devices of its user.
    pub fn is_backup_eligible(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    /// Returns true if it was copied.
    pub fn is_backed_up(&self) -> bool {
        self.has(BACKED_UP)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl<'a> MadeCredential<'a> {
    fn parse(rest: &mut &'a [u8]) -> Option<Self> {
        let (_model, after_model) = rest.split_at_checked(MODEL)?;
        let (length, after_length) = after_model.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (id, after_id) = after_length.split_at_checked(length)?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return None;
        }
        *rest = after_id;
        let public_key = item(rest)?;
        Some(Self { id, public_key })
    }
}

/// Takes one item of CBOR from the beginning of what is left; its bytes.
fn item<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let before = *rest;
    let mut after = before;
    ciborium::from_reader::<Value, _>(&mut after).ok()?;
    *rest = after;
    before
        .split_at_checked(before.len() - after.len())
        .map(|(item, _)| item)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Data with these flags, and this behind the count.
    fn data(flags: u8, behind: &[u8]) -> Vec<u8> {
        [[7; 32].as_slice(), &[flags], &[0, 0, 1, 2], behind].concat()
    }

    #[test]
    fn what_it_says_is_read() {
        let bytes = data(USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE, &[]);
        let read = AuthenticatorData::read(&bytes).expect("data");
        assert_eq!((read.party_hash, read.sign_count), ([7; 32], 258));
        assert!(read.verifies_user() && read.is_backup_eligible() && !read.is_backed_up());
        for flags in [0, USER_PRESENT, USER_VERIFIED] {
            let bytes = data(flags, &[]);
            assert!(
                !AuthenticatorData::read(&bytes)
                    .expect("data")
                    .verifies_user()
            );
        }
    }

    #[test]
    fn a_credential_and_extensions_are_read_to_their_end() {
        // An id of two bytes, a key that is an empty map, extensions that are one, too.
        let behind = [[0; MODEL].as_slice(), &[0, 2, 8, 9], &[0xa0], &[0xa0]].concat();
        let bytes = data(HAS_CREDENTIAL | HAS_EXTENSIONS, &behind);
        let made = AuthenticatorData::read(&bytes).expect("data").credential;
        let made = made.expect("a credential");
        assert_eq!((made.id, made.public_key), ([8, 9].as_slice(), [0xa0].as_slice()));
        for flags in [0, HAS_CREDENTIAL, HAS_EXTENSIONS] {
            assert!(AuthenticatorData::read(&data(flags, &behind)).is_err(), "{flags}");
        }
        for end in 0..bytes.len() {
            assert!(AuthenticatorData::read(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, flags: u8) {
            let _ = AuthenticatorData::read(&bytes);
            let _ = AuthenticatorData::read(&data(flags, &bytes));
        }
    }
}
