//! Who has an account.

use sqlx::Row;

use super::{Sharded, mysql::is_duplicate};
use crate::{
    domain::{Email, Moment, Name, UserId},
    env::Env,
    error::{Error, Of, Result},
};

/// An account.
#[derive(Debug)]
pub struct Account {
    /// The user.
    pub id: UserId,
    /// How the user is called.
    pub name: String,
    /// The address as its owner writes it.
    pub email: String,
    /// The password's argon2id hash, a PHC string.
    pub password_hash: String,
    /// When the account was made.
    pub created_at: Moment,
}

const INSERT_USER: &str = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)";
const USER_BY_ID: &str = "SELECT email, name, password_hash, created_at FROM users WHERE id = ?";

/// The accounts database.
pub struct Accounts {
    db: Sharded,
}

impl Accounts {
    /// The accounts that `ACCOUNTS_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { db: Sharded::connect(env, "ACCOUNTS_SHARDS", "user")? })
    }

    /// Makes the account with this id.
    ///
    /// # Errors
    /// [`Error::EmailTaken`] when the id has an account: an id belongs to one address for ever.
    pub async fn create(&self, id: UserId, email: &Email, name: &Name, password_hash: &str) -> Result<Account> {
        let created_at = Moment::now();
        let insert = sqlx::query(INSERT_USER).bind(id.uuid()).bind(email.as_str()).bind(name.as_str());
        let insert = insert.bind(password_hash).bind(created_at.utc());
        match insert.execute(self.db.writer(id.shard())?).await {
            Ok(_) => Ok(Account {
                id,
                name: name.as_str().to_owned(),
                email: email.as_str().to_owned(),
                password_hash: password_hash.to_owned(),
                created_at,
            }),
            Err(error) if is_duplicate(&error) => Err(Error::EmailTaken),
            Err(error) => Err(error).of("accounts"),
        }
    }

    /// The account of this user.
    pub async fn find(&self, id: UserId) -> Result<Option<Account>> {
        let row = sqlx::query(USER_BY_ID).bind(id.uuid()).fetch_optional(self.db.writer(id.shard())?).await;
        row.of("accounts")?.map(|row| read(id, &row)).transpose().of("accounts")
    }
}

fn read(id: UserId, row: &sqlx::mysql::MySqlRow) -> Result<Account, sqlx::Error> {
    Ok(Account {
        id,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        password_hash: row.try_get("password_hash")?,
        created_at: super::library::moment(row, "created_at")?,
    })
}
