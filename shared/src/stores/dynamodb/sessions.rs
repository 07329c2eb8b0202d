//! Log-ins: two items each, written and ended in one transaction.
//!
//! `SESSION#hash of the token` is what admission reads; `USER#id` / `SESSION#id` lists a user's
//! sessions and leads to the first. Both expire by TTL, which may be late: expiry is checked here.

use aws_sdk_dynamodb::{
    Client,
    types::{Delete, Put, TransactWriteItem},
};
use serde::Serialize;

use super::{
    item::{HotItem, item, key, n, number, parsed, s, text},
    lately::Lately,
};
use crate::{
    domain::{Caller, Moment, Scopes, SessionId, UserId, token::Token},
    env::Env,
    error::{Error, Of, Result},
};

/// The most sessions of one user that are listed or ended at once.
const MOST: i32 = 100;

/// A session to begin.
pub struct NewSession<'a> {
    /// Its id, on its user's shard.
    pub id: SessionId,
    /// The user.
    pub user: UserId,
    /// The name that the user gave it.
    pub name: &'a str,
    /// Its permissions.
    pub scopes: &'a Scopes,
    /// The moment at which it ends by itself.
    pub expires_at: Moment,
    /// The address at which the browser ends the session of the provider that it began at; `None`
    /// for what began at none.
    pub logout: Option<&'a str>,
}

/// A session as its user sees it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The name that the user gave it.
    pub name: String,
    /// Its permissions.
    pub scopes: Scopes,
    /// The moment at which it began.
    pub created_at: Moment,
    /// The moment at which it ends by itself.
    pub expires_at: Moment,
    /// True if the answering request came with it.
    pub current: bool,
}

/// The session store.
pub struct Sessions {
    client: Client,
    table: String,
    lately: Lately<String, (Caller, Moment)>,
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
        let client = Client::new(env.sdk());
        Ok(Self { client, table: env.get("HOT_TABLE")?, lately: Lately::default() })
    }

    /// Begins a session with this token. Begun twice with the same id and token, it is the same.
    pub async fn begin(&self, new: &NewSession<'_>, token: &Token) -> Result<Session> {
        let NewSession { id, user, name, scopes, expires_at, logout } = *new;
        let (created_at, hash) = (Moment::now(), token.hash());
        let attributes = || {
            [
                ("user", s(user.to_string())),
                ("session", s(id.to_string())),
                ("name", s(name)),
                ("scopes", s(scopes.words())),
                ("hash", s(&hash)),
                ("created", n(created_at.micros())),
                ("expires", n(expires_at.micros())),
                ("ttl", n(expires_at.epoch())),
            ]
        };
        let mut listed = item(by_user(user), &listed(id), attributes());
        if let Some(address) = logout {
            // Admission need not read it.
            listed.insert("logout".to_owned(), s(address));
        }
        let items = [item(by_token(&hash), "~", attributes()), listed];
        let mut writes = self.client.transact_write_items();
        for item in items {
            let put = Put::builder()
                .table_name(&self.table)
                .set_item(Some(item))
                .build()
                .of("hot")?;
            writes = writes.transact_items(TransactWriteItem::builder().put(put).build());
        }
        writes.send().await.of("hot")?;
        Ok(Session {
            id,
            name: name.to_owned(),
            scopes: scopes.clone(),
            created_at,
            expires_at,
            current: true,
        })
    }

    /// Returns the session of this token, if it had not ended a second ago: one that is found
    /// frequently is read once a second.
    pub async fn find_lately(&self, token: &Token) -> Result<Option<Caller>> {
        let hash = token.hash();
        let now = Moment::now();
        if let Some((caller, expires_at)) = self.lately.find(&hash, now)
            && expires_at > now
        {
            return Ok(Some(caller));
        }
        let found = self.read(&hash).await?;
        if let Some(session) = &found {
            self.lately.keep(hash, session.clone(), now);
        }
        Ok(found.map(|(caller, _)| caller))
    }

    /// Returns the session of this token, if it has not ended. One consistent read, so that an
    /// ended session is refused at once.
    pub async fn find(&self, token: &Token) -> Result<Option<Caller>> {
        let found = self.read(&token.hash()).await?;
        Ok(found.map(|(caller, _)| caller))
    }

    /// Reads the session under this hash, and when it ends.
    async fn read(&self, hash: &str) -> Result<Option<(Caller, Moment)>> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let found = get
            .set_key(Some(key(by_token(hash), "~")))
            .send()
            .await
            .of("hot")?;
        let Some(item) = found.item().filter(|item| lasts(item)) else { return Ok(None) };
        let caller = Caller {
            user: parsed(item, "user")?,
            session: parsed(item, "session")?,
            scopes: scopes(item),
        };
        Ok(Some((caller, Moment::from_micros(number(item, "expires")?))))
    }

    /// The caller's sessions that have not ended, newest first: at most 100, the rest are the
    /// oldest and end by themselves.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Session>> {
        let items = self.of_user(caller.user).await?;
        items
            .iter()
            .filter(|item| lasts(item))
            .map(|item| {
                let session: SessionId = parsed(item, "session")?;
                view(item, session == caller.session)
            })
            .collect()
    }

    async fn of_user(&self, user: UserId) -> Result<Vec<HotItem>> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :sessions)");
        let query = query.expression_attribute_values(":pk", s(by_user(user)));
        let query = query.expression_attribute_values(":sessions", s("SESSION#"));
        Ok(query
            .scan_index_forward(false)
            .limit(MOST)
            .send()
            .await
            .of("hot")?
            .items
            .unwrap_or_default())
    }

    /// Returns this session of this user, if there is one that has not ended.
    pub async fn of(&self, user: UserId, session: SessionId) -> Result<Option<Session>> {
        match self.one(user, session).await {
            Ok(item) => view(&item, false).map(Some),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the address at which the browser ends the session of the provider that this session
    /// of this user began at, if it began at one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the user has no such session.
    pub async fn logout(&self, user: UserId, session: SessionId) -> Result<Option<String>> {
        let item = self.one(user, session).await?;
        Ok(text(&item, "logout").ok().map(str::to_owned))
    }

    /// Ends a session of this user.
    ///
    /// # Errors
    /// As [`Sessions::logout`].
    pub async fn end(&self, user: UserId, session: SessionId) -> Result<()> {
        self.delete(user, &self.one(user, session).await?).await
    }

    async fn one(&self, user: UserId, session: SessionId) -> Result<HotItem> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let found = get
            .set_key(Some(key(by_user(user), &listed(session))))
            .send()
            .await
            .of("hot")?;
        found
            .item
            .filter(lasts)
            .ok_or(Error::NotFound { what: "session" })
    }

    /// Ends all sessions of this user but one.
    pub async fn end_others(&self, user: UserId, but: Option<SessionId>) -> Result<()> {
        loop {
            let items = self.of_user(user).await?;
            let kept = |item: &&HotItem| {
                but.is_none_or(|but| parsed::<SessionId>(item, "session").ok() != Some(but))
            };
            let ending: Vec<_> = items.iter().filter(kept).collect();
            if ending.is_empty() {
                return Ok(());
            }
            futures::future::try_join_all(ending.iter().map(|item| self.delete(user, item)))
                .await?;
        }
    }

    async fn delete(&self, user: UserId, item: &HotItem) -> Result<()> {
        let session = parsed(item, "session")?;
        let mut writes = self.client.transact_write_items();
        for key in [key(by_token(text(item, "hash")?), "~"), key(by_user(user), &listed(session))] {
            let delete = Delete::builder()
                .table_name(&self.table)
                .set_key(Some(key))
                .build()
                .of("hot")?;
            writes = writes.transact_items(TransactWriteItem::builder().delete(delete).build());
        }
        writes.send().await.of("hot")?;
        Ok(())
    }
}

fn lasts(item: &HotItem) -> bool {
    number(item, "expires").is_ok_and(|expires: i64| expires > Moment::now().micros())
}

/// A session from before there were scopes is a log-in.
fn scopes(item: &HotItem) -> Scopes {
    text(item, "scopes")
        .ok()
        .and_then(Scopes::of_words)
        .unwrap_or_else(Scopes::all)
}

fn view(item: &HotItem, current: bool) -> Result<Session> {
    Ok(Session {
        id: parsed(item, "session")?,
        name: text(item, "name")?.to_owned(),
        scopes: scopes(item),
        created_at: Moment::from_micros(number(item, "created")?),
        expires_at: Moment::from_micros(number(item, "expires")?),
        current,
    })
}
