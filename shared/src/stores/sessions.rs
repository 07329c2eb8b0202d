//! Log-ins: two items each, written and ended in one transaction.
//!
//! `SESSION#hash of the token` is what admission reads; `USER#id` / `SESSION#id` lists a user's
//! sessions and leads to the first. Both expire by TTL, which may be late: expiry is checked here.

use aws_sdk_dynamodb::{
    Client,
    types::{Delete, Put, TransactWriteItem},
};
use serde::Serialize;

use super::item::{Item, item, key, n, number, parsed, s, text};
use crate::{
    domain::{Caller, Moment, SessionId, UserId, token::Token},
    env::Env,
    error::{Error, Of, Result},
};

/// How long a log-in lasts, in seconds: 30 days.
const LASTS: i64 = 30 * 24 * 3600;

/// A session as its user sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// What the user calls it.
    pub name: String,
    /// When it began.
    pub created_at: Moment,
    /// When it ends by itself.
    pub expires_at: Moment,
    /// Whether the answering request came with it.
    pub current: bool,
}

/// The session store.
pub struct Sessions {
    client: Client,
    table: String,
}

fn by_token(hash: &str) -> String {
    format!("SESSION#{hash}")
}

fn by_user(user: UserId) -> String {
    format!("USER#{user}")
}

fn listed(session: SessionId) -> String {
    format!("SESSION#{session}")
}

impl Sessions {
    /// The sessions in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Begins a session of this user under this name, with this token.
    pub async fn begin(&self, user: UserId, name: &str, token: &Token) -> Result<Session> {
        let (id, created_at, hash) = (SessionId::new(user.shard()), Moment::now(), token.hash());
        let expires_at = created_at.plus(LASTS);
        let attributes = || {
            [
                ("user", s(user.to_string())),
                ("session", s(id.to_string())),
                ("name", s(name)),
                ("hash", s(&hash)),
                ("created", n(created_at.micros())),
                ("expires", n(expires_at.micros())),
                ("ttl", n(expires_at.epoch())),
            ]
        };
        let items = [item(by_token(&hash), "~", attributes()), item(by_user(user), &listed(id), attributes())];
        let mut writes = self.client.transact_write_items();
        for item in items {
            let put = Put::builder().table_name(&self.table).set_item(Some(item)).build().of("hot")?;
            writes = writes.transact_items(TransactWriteItem::builder().put(put).build());
        }
        writes.send().await.of("hot")?;
        Ok(Session { id, name: name.to_owned(), created_at, expires_at, current: true })
    }

    /// Whose session this token is, if it has not ended. One consistent read, so that an ended
    /// session is refused at once.
    pub async fn find(&self, token: &Token) -> Result<Option<Caller>> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let found = get.set_key(Some(key(by_token(&token.hash()), "~"))).send().await.of("hot")?;
        let Some(item) = found.item().filter(|item| lasts(item)) else { return Ok(None) };
        Ok(Some(Caller { user: parsed(item, "user")?, session: parsed(item, "session")? }))
    }

    /// The caller's sessions that have not ended, newest first: at most 100, the rest are the
    /// oldest and end by themselves.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Session>> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :sessions)");
        let query = query.expression_attribute_values(":pk", s(by_user(caller.user)));
        let query = query.expression_attribute_values(":sessions", s("SESSION#"));
        let found = query.scan_index_forward(false).limit(100).send().await.of("hot")?;
        found.items().iter().filter(|item| lasts(item)).map(|item| view(item, caller)).collect()
    }

    /// Ends a session of the caller's.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the caller has no such session.
    pub async fn end(&self, caller: &Caller, session: SessionId) -> Result<()> {
        let place = key(by_user(caller.user), &listed(session));
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let found = get.set_key(Some(place.clone())).send().await.of("hot")?;
        let item = found.item().filter(|item| lasts(item)).ok_or(Error::NotFound { what: "session" })?;
        let mut writes = self.client.transact_write_items();
        for key in [key(by_token(text(item, "hash")?), "~"), place] {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key)).build().of("hot")?;
            writes = writes.transact_items(TransactWriteItem::builder().delete(delete).build());
        }
        writes.send().await.of("hot")?;
        Ok(())
    }
}

fn lasts(item: &Item) -> bool {
    number(item, "expires").is_ok_and(|expires: i64| expires > Moment::now().micros())
}

fn view(item: &Item, caller: &Caller) -> Result<Session> {
    let id = parsed(item, "session")?;
    Ok(Session {
        id,
        name: text(item, "name")?.to_owned(),
        created_at: Moment::from_micros(number(item, "created")?),
        expires_at: Moment::from_micros(number(item, "expires")?),
        current: id == caller.session,
    })
}
