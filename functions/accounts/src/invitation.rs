//! The invitation that somebody signs up by: into an album, or an administrator's.

use shared::{
    Result,
    domain::{
        Email, Moment, SendingId,
        invitations::{InvitationLink, InvitationTarget},
        token::Token,
    },
    error::Error,
    http::Call,
    stores::{Accounts, Library, MailTokens},
};

/// Finds the invitations that tokens lead to.
pub struct InvitationFinder<'a> {
    /// The tokens of invitations.
    pub tokens: &'a MailTokens,
    /// The library, which has those into albums.
    pub library: &'a Library,
    /// Accounts, which have those to sign up.
    pub accounts: &'a Accounts,
}

impl InvitationFinder<'_> {
    /// Finds the open invitation that this token leads to, and holds that it is for this address.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] for what leads to none; [`Error::Invalid`] for another address.
    pub async fn find(
        &self,
        call: &Call<'_>,
        token: &str,
        email: &Email,
    ) -> Result<InvitationLink> {
        let link = self.tokens.invitation(&Token::sent(token)).await?;
        let link = link.ok_or(Error::LinkEnded)?;
        let invitee = match link.target {
            InvitationTarget::Album => self.invitee_into_album(link.sending).await?,
            InvitationTarget::SignUp => self.invitee_to_sign_up(link.sending).await?,
        };
        let invitee = invitee.ok_or(Error::LinkEnded)?;
        if invitee == call.signer()?.invitee(email) {
            Ok(link)
        } else {
            Err(Error::field("email", "must be the address that was invited"))
        }
    }

    async fn invitee_into_album(&self, sending: SendingId) -> Result<Option<String>> {
        let found = self.library.invitation_of_sending(sending).await?;
        let open = found.filter(|invitation| invitation.is_open(Moment::now()));
        Ok(open.map(|invitation| invitation.invitee))
    }

    async fn invitee_to_sign_up(&self, sending: SendingId) -> Result<Option<String>> {
        let found = self.accounts.sign_up_invitation_of_sending(sending).await?;
        let open = found.filter(|invitation| invitation.is_open(Moment::now()));
        Ok(open.map(|invitation| invitation.invitee))
    }
}
