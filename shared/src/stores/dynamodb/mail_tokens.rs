//! Tokens that mails carry: `TOKEN#hash` / `~`, each for one purpose and one use.
//!
//! A token is spent by one conditional write, which says by which request: a request that is
//! repeated under its `Idempotency-Key` finds its own mark and goes on. Expiry is checked here,
//! because TTL may be late. `MAILS#user` / `TOKEN#hash` leads to it, so that it goes with its user.
//!
//! Tokens of invitations that whoever invites hands on stand apart from them, as `HANDED#hash`: the
//! functions that make these may write no token that verifies an address or replaces a password.

use aws_sdk_dynamodb::{
    Client,
    types::{Put, ReturnValue, TransactWriteItem},
};

use super::{
    item::{HotItem, item, key, n, number, parsed, s, text},
    sent_mails::mails_of,
};
use crate::{
    domain::{
        Moment, UserId,
        invitations::InvitationLink,
        token::{Token, TokenPurpose},
    },
    env::Env,
    error::{Error, Of, Result},
};

/// The beginning of the key of a token that a mail carries.
pub(super) const MAILED: &str = "TOKEN#";
/// The beginning of the key of a token that a user hands on.
pub(super) const HANDED: &str = "HANDED#";

/// Seconds for which a token is remembered that is good no more.
const KEPT: i64 = 3600;

/// The thing that a token proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenProof {
    /// The user whose mail it came in.
    pub user: UserId,
    /// The state of the account that it was made for: it is good for no other.
    pub state: String,
}

/// The tokens.
pub struct MailTokens {
    client: Client,
    table: String,
}

/// The key of a token that a mail carries.
fn mailed(token: &Token) -> String {
    format!("{MAILED}{}", token.hash())
}

/// The key of a token that a user hands on.
fn handed(token: &Token) -> String {
    format!("{HANDED}{}", token.hash())
}

impl MailTokens {
    /// The tokens in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Keeps a token that a mail carries, which is good for as long as its purpose says.
    pub async fn keep(
        &self,
        token: &Token,
        purpose: TokenPurpose,
        proof: &TokenProof,
    ) -> Result<()> {
        self.keep_at(mailed(token), purpose, proof).await
    }

    /// Keeps a token of an invitation that this user hands on.
    pub async fn hand(&self, token: &Token, user: UserId, link: InvitationLink) -> Result<()> {
        let proof = TokenProof { user, state: link.to_string() };
        self.keep_at(handed(token), TokenPurpose::Invitation, &proof)
            .await
    }

    async fn keep_at(&self, pk: String, purpose: TokenPurpose, proof: &TokenProof) -> Result<()> {
        let until = Moment::now().plus(purpose.lasts());
        let ttl = until.plus(KEPT).epoch();
        let attributes = [
            ("purpose", s(purpose.word())),
            ("user", s(proof.user.to_string())),
            ("proof", s(&proof.state)),
            ("until", n(until.micros())),
            ("ttl", n(ttl)),
        ];
        let pointer = item(mails_of(proof.user), &pk, [("ttl", n(ttl))]);
        let mut writes = self.client.transact_write_items();
        for item in [item(pk, "~", attributes), pointer] {
            let put = Put::builder()
                .table_name(&self.table)
                .set_item(Some(item))
                .build()
                .of("hot")?;
            writes = writes.transact_items(TransactWriteItem::builder().put(put).build());
        }
        writes.send().await.of("hot").map(drop)
    }

    /// Returns what the token of a mail proves, without spending it; `None` when it is no token of
    /// this purpose, or has ended.
    pub async fn find(&self, token: &Token, purpose: TokenPurpose) -> Result<Option<TokenProof>> {
        self.find_at(mailed(token), purpose).await
    }

    /// Returns the invitation that a token leads to; `None` when it leads to none, or has ended.
    /// An item that functions which invite may write proves no address: no mail has brought it.
    pub async fn invitation(&self, token: &Token) -> Result<Option<InvitationLink>> {
        let purpose = TokenPurpose::Invitation;
        if let Some(proof) = self.find(token, purpose).await? {
            return link(&proof).map(Some);
        }
        let Some(proof) = self.find_at(handed(token), purpose).await? else { return Ok(None) };
        Ok(Some(InvitationLink { mailed: false, ..link(&proof)? }))
    }

    async fn find_at(&self, pk: String, purpose: TokenPurpose) -> Result<Option<TokenProof>> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true)
            .set_key(Some(key(pk, "~")))
            .send()
            .await
            .of("hot")?;
        let Some(item) = found.item else { return Ok(None) };
        let until: i64 = number(&item, "until")?;
        let is_good = text(&item, "purpose")? == purpose.word() && until > Moment::now().micros();
        if is_good { proof(&item).map(Some) } else { Ok(None) }
    }

    /// Spends a token in the request of this name; `None` when it is no token of this purpose, has
    /// ended, or was spent by another request.
    pub async fn spend(
        &self,
        token: &Token,
        purpose: TokenPurpose,
        request: &str,
    ) -> Result<Option<TokenProof>> {
        let spent = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(mailed(token), "~")))
            .update_expression("SET spent = :request")
            .condition_expression(
                "purpose = :purpose AND #until > :now \
                 AND (attribute_not_exists(spent) OR spent = :request)",
            )
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":purpose", s(purpose.word()))
            .expression_attribute_values(":now", n(Moment::now().micros()))
            .expression_attribute_values(":request", s(request))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match spent.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(spent) => proof(&spent.attributes.unwrap_or_default()).map(Some),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(None),
            Err(error) => Err(error).of("hot"),
        }
    }
}

fn proof(item: &HotItem) -> Result<TokenProof> {
    Ok(TokenProof { user: parsed(item, "user")?, state: text(item, "proof")?.to_owned() })
}

/// Reads the state of an invitation's token.
fn link(proof: &TokenProof) -> Result<InvitationLink> {
    let unreadable = |()| Error::internal("a token of an invitation without its sending");
    proof.state.parse().map_err(unreadable)
}
