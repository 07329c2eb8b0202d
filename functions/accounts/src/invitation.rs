//! The invitation that somebody signs up by.

use shared::{
    Result,
    domain::{Email, Moment, token::Token},
    error::Error,
    http::Call,
    stores::{Library, MailTokens},
};

/// Finds the open invitation that this token leads to, and holds that it is for this address.
/// Returns true if a mail has brought the token, which shows that the address is the caller's.
///
/// # Errors
/// [`Error::LinkEnded`] for what leads to none; [`Error::Invalid`] for another address.
pub async fn find(
    call: &Call<'_>,
    tokens: &MailTokens,
    library: &Library,
    token: &str,
    email: &Email,
) -> Result<bool> {
    let link = tokens.invitation(&Token::sent(token)).await?;
    let link = link.ok_or(Error::LinkEnded)?;
    let invitation = library.invitation_of_sending(link.sending).await?;
    let invitation = invitation
        .filter(|invitation| invitation.is_open(Moment::now()))
        .ok_or(Error::LinkEnded)?;
    if invitation.invitee == call.signer()?.invitee(email) {
        Ok(link.mailed)
    } else {
        Err(Error::field("email", "must be the address that was invited"))
    }
}
