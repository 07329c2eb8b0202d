//! The parts of a second factor that are made of the request: its salt and its recovery codes.

use shared::{Result, domain::second_factor::RecoveryCode, http::Call};
use uuid::Uuid;

/// Returns the salt of the factor that this request begins: the same one when it is repeated.
///
/// # Errors
/// When the function has no signing key.
pub fn salt(call: &Call<'_>) -> Result<Uuid> {
    let bits = call.secret("salt of a second factor")?.digest();
    let mut salt = [0; 16];
    salt.copy_from_slice(&bits[..16]);
    Ok(Uuid::from_bytes(salt))
}

/// Returns the recovery codes that this request makes: the same ones when it is repeated.
///
/// # Errors
/// When the function has no signing key.
pub fn recovery_codes(call: &Call<'_>) -> Result<Vec<RecoveryCode>> {
    let mut codes = Vec::new();
    for number in 0..RecoveryCode::COUNT {
        let secret = call.secret(&format!("recovery code {number}"))?;
        codes.push(RecoveryCode::of(&secret.digest()));
    }
    Ok(codes)
}
