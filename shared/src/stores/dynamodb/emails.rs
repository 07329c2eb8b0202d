//! Reservations of addresses: each belongs to one user.
//!
//! An address is given up only after its user's row has another one, so that it never belongs to
//! two; a death in between leaves it with its user, who cannot log in by it, because the row has
//! the last word. Registration touches two stores, and may die between them. What makes it safe: an
//! address is bound to one user id by a conditional put, and whoever registers with it next is
//! given the same id. The account's row has that id as its primary key, so of any number of
//! attempts, at the same instant or after a crash, exactly one makes the account.

use aws_sdk_dynamodb::{Client, types::ReturnValuesOnConditionCheckFailure};

use super::item::{item, key, parsed, s};
use crate::{
    domain::{Email, UserId},
    env::Env,
    error::{Of, Result},
};

/// The reservations of e-mail addresses.
pub struct Emails {
    client: Client,
    table: String,
}

fn pk(form: &str) -> String {
    format!("EMAIL#{form}")
}

impl Emails {
    /// The reservations in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Binds the address to `fresh`, unless it is bound: the id that it belongs to, and whether it
    /// was bound before.
    pub async fn reserve(&self, email: &Email, fresh: UserId) -> Result<(UserId, bool)> {
        let kept_as = email.normalised();
        // In other forms nothing is bound any more, so what is not there now will not be.
        for form in email.forms().iter().filter(|form| **form != kept_as) {
            if let Some(bound) = self.find_form(form).await? {
                return Ok((bound, true));
            }
        }
        let put = self.client.put_item().table_name(&self.table);
        let put = put.set_item(Some(item(pk(&kept_as), "~", [("user", s(fresh.to_string()))])));
        let put = put.condition_expression("attribute_not_exists(pk)");
        let put = put
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok((fresh, false)),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(taken)) => {
                Ok((parsed(taken.item().unwrap_or(&super::item::HotItem::new()), "user")?, true))
            }
            Err(error) => Err(error).of("hot"),
        }
    }

    /// The user that the address is bound to; the account may not have been made.
    pub async fn find(&self, email: &Email) -> Result<Option<UserId>> {
        for form in email.forms() {
            if let Some(user) = self.find_form(&form).await? {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }

    async fn find_form(&self, form: &str) -> Result<Option<UserId>> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let found = get
            .set_key(Some(key(pk(form), "~")))
            .send()
            .await
            .of("hot")?;
        found.item().map(|item| parsed(item, "user")).transpose()
    }

    /// Gives up this user's address, so that others can have it.
    pub async fn release(&self, email: &Email, user: UserId) -> Result<()> {
        for form in email.forms() {
            self.release_form(&form, user).await?;
        }
        Ok(())
    }

    async fn release_form(&self, form: &str, user: UserId) -> Result<()> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(pk(form), "~")));
        let delete = delete
            .condition_expression("#user = :user")
            .expression_attribute_names("#user", "user");
        let delete = delete.expression_attribute_values(":user", s(user.to_string()));
        match delete.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}
