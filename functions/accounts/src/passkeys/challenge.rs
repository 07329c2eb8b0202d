//! Challenges: what an authenticator signs, once.
//!
//! A challenge is a sealed text, so nothing is kept of those that are given out: it says itself
//! until when it is good, and for whom. That it is used once is [`UsedChallenges`]'s to hold.
//!
//! [`UsedChallenges`]: shared::stores::UsedChallenges

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use shared::{
    Result,
    domain::{Moment, UserId, token::TokenPurpose},
    http::{Call, Signer},
    stores::Account,
};

use super::Refusal;

/// Seconds for which a challenge is good: longer than anybody looks for their telephone.
pub const LASTS: i64 = 600;

const LOG_IN: &str = "challenge of a log-in";

fn registration(user: UserId) -> String {
    format!("challenge of a passkey of {user}")
}

fn confirmation(user: UserId) -> String {
    format!("challenge of a confirmation of {user}")
}

/// The content of a challenge.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// Another one each time.
    nonce: String,
    /// The moment in microseconds until which it is good.
    until: i64,
    /// A sum of address and password, of an account that gets a passkey.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
}

/// A challenge that has come back.
#[derive(Debug)]
pub struct Challenge {
    /// The name under which its use is noted.
    pub name: String,
    /// The moment until which it is good.
    pub until: Moment,
}

/// Returns a challenge for a log-in of anybody, in base64url.
///
/// # Errors
/// When the function has no signing key.
pub fn for_log_in(call: &Call<'_>) -> Result<String> {
    let sealed = Sealed::new(call, None)?;
    Ok(sealed.encoded(call.signer()?, LOG_IN))
}

/// Returns a challenge for something dangerous that this user confirms, in base64url. Anybody may
/// have one: it is worth something only once a passkey of that account has signed it.
///
/// # Errors
/// When the function has no signing key.
pub fn for_confirmation(call: &Call<'_>, user: UserId) -> Result<String> {
    let sealed = Sealed::new(call, None)?;
    Ok(sealed.encoded(call.signer()?, &confirmation(user)))
}

/// Returns a challenge for a passkey that is added to this account, as it is now.
///
/// # Errors
/// When the function has no signing key.
pub fn for_registration(call: &Call<'_>, account: &Account) -> Result<String> {
    let signer = call.signer()?;
    let sealed = Sealed::new(call, Some(state(signer, account)))?;
    Ok(sealed.encoded(signer, &registration(account.id)))
}

/// Returns the sum by which a challenge knows the account: with another password or address it is
/// another.
fn state(signer: &Signer, account: &Account) -> String {
    let state = account.state(TokenPurpose::PasswordReset);
    signer.sum("account that gets a passkey", state.as_bytes())
}

impl Sealed {
    /// Returns the content of the challenge that this request gives out.
    fn new(call: &Call<'_>, account: Option<String>) -> Result<Self> {
        let nonce = call.secret("nonce of a challenge")?.hash();
        Ok(Self { nonce, until: Moment::now().plus(LASTS).micros(), account })
    }

    fn encoded(&self, signer: &Signer, purpose: &str) -> String {
        BASE64URL_NOPAD.encode(signer.seal(purpose, self).as_bytes())
    }

    /// Returns what was sealed for this purpose and is still good.
    fn open(signer: &Signer, purpose: &str, returned: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(returned.as_bytes()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let sealed: Self = signer.open(purpose, &text)?;
        (sealed.until > Moment::now().micros()).then_some(sealed)
    }
}

impl Challenge {
    /// Opens the challenge of a log-in.
    ///
    /// # Errors
    /// [`Refusal::Challenge`] for what was given out for something else, too long ago, or not here.
    pub fn of_log_in(signer: &Signer, returned: &str) -> Result<Self, Refusal> {
        let sealed = Sealed::open(signer, LOG_IN, returned).ok_or(Refusal::Challenge)?;
        Ok(Self::of(sealed))
    }

    /// Opens the challenge of something that this user confirms.
    ///
    /// # Errors
    /// As [`Challenge::of_log_in`], and when it was given out for another user.
    pub fn of_confirmation(signer: &Signer, user: UserId, returned: &str) -> Result<Self, Refusal> {
        let purpose = confirmation(user);
        let sealed = Sealed::open(signer, &purpose, returned).ok_or(Refusal::Challenge)?;
        Ok(Self::of(sealed))
    }

    /// Opens the challenge of a passkey that is to be added to this account.
    ///
    /// # Errors
    /// As [`Challenge::of_log_in`], and when the account has another password or address since.
    pub fn of_registration(
        signer: &Signer,
        account: &Account,
        returned: &str,
    ) -> Result<Self, Refusal> {
        let purpose = registration(account.id);
        let sealed = Sealed::open(signer, &purpose, returned).ok_or(Refusal::Challenge)?;
        if sealed.account != Some(state(signer, account)) {
            return Err(Refusal::Challenge);
        }
        Ok(Self::of(sealed))
    }

    fn of(sealed: Sealed) -> Self {
        Self { name: sealed.nonce, until: Moment::from_micros(sealed.until) }
    }
}

#[cfg(test)]
mod tests {
    use shared::domain::Shard;

    use super::*;

    fn sealed(until: i64) -> Sealed {
        Sealed { nonce: "n".to_owned(), until, account: None }
    }

    #[test]
    fn a_challenge_is_good_for_ten_minutes_and_for_its_own_purpose() {
        let signer = Signer::new(&[7; 32]).expect("a key");
        let other = Signer::new(&[8; 32]).expect("a key");
        let good = sealed(Moment::now().plus(LASTS).micros());
        let opened = Challenge::of_log_in(&signer, &good.encoded(&signer, LOG_IN));
        assert_eq!(opened.expect("a challenge").name, "n");
        let late = sealed(Moment::now().micros());
        for returned in [
            late.encoded(&signer, LOG_IN),
            good.encoded(&signer, "something else"),
            good.encoded(&other, LOG_IN),
            String::new(),
            "Y2hhbGxlbmdl".to_owned(),
            "no base64".to_owned(),
        ] {
            let refused = Challenge::of_log_in(&signer, &returned).err();
            assert_eq!(refused, Some(Refusal::Challenge), "{returned}");
        }
    }

    #[test]
    fn a_challenge_of_one_purpose_is_good_for_no_other_and_no_other_user() {
        let signer = Signer::new(&[7; 32]).expect("a key");
        let (ana, ben) = (UserId::new(Shard::random()), UserId::new(Shard::random()));
        let good = sealed(Moment::now().plus(LASTS).micros());
        let of_log_in = good.encoded(&signer, LOG_IN);
        let of_ana = good.encoded(&signer, &confirmation(ana));
        let added = good.encoded(&signer, &registration(ana));
        let opened = |user, text: &str| Challenge::of_confirmation(&signer, user, text);
        assert_eq!(opened(ana, &of_ana).expect("a challenge").name, "n");
        for (user, text) in [(ben, &of_ana), (ana, &of_log_in), (ana, &added)] {
            assert_eq!(opened(user, text).err(), Some(Refusal::Challenge), "{text}");
        }
        let for_log_in = Challenge::of_log_in(&signer, &of_ana).err();
        assert_eq!(for_log_in, Some(Refusal::Challenge));
    }
}
