//! Shares: what a link opens.

use aws_sdk_dynamodb::types::AttributeValue;

use super::Hot;
use crate::{
    domain::{
        Moment,
        sharing::{Allows, Share},
    },
    error::{Of, Result},
    stores::dynamodb::item::{HotItem, item, key, n, number, parsed, s, text},
};

/// Seconds for which a share that has ended stays: 90 days. Far longer than any projection is
/// late, so that nothing older can take its place.
const STAYS: i64 = 90 * 24 * 3600;

fn of_share(token: &str) -> String {
    format!("SHARE#{token}")
}

impl Hot {
    /// The share whose token has this hash, if it can be used now. One that is not there is not
    /// looked for in the database: a token does not name a shard, and anyone can send tokens.
    pub async fn share(&self, token: &str) -> Result<Option<Share>> {
        let found = self.get(of_share(token), "~").await?;
        let share = found.map(|item| share(token, &item)).transpose()?;
        Ok(share.filter(|share| share.lasts(Moment::now())))
    }

    /// As [`Hot::share`], for who only looks: read at half the price, once more if it is not there
    /// yet, and not again within a second if it is asked for frequently.
    pub async fn share_lately(&self, token: &str) -> Result<Option<Share>> {
        let now = Moment::now();
        let known = self.lately.shares.find(&token.to_owned(), now);
        if let Some(share) = known.filter(|share| share.lasts(now)) {
            return Ok(Some(share));
        }
        let get = self.client.get_item().table_name(&self.table);
        let found = get
            .set_key(Some(key(of_share(token), "~")))
            .send()
            .await
            .of("hot")?
            .item;
        let read = found.map(|item| share(token, &item)).transpose()?;
        let lasting = match read.filter(|share| share.lasts(now)) {
            None => self.share(token).await?,
            lasting => lasting,
        };
        if let Some(share) = &lasting {
            self.lately
                .shares
                .keep(token.to_owned(), share.clone(), now);
        }
        Ok(lasting)
    }

    /// Deletes a share's item: its row goes with it.
    pub async fn forget_share(&self, token: &str) -> Result<()> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(of_share(token), "~")));
        delete.send().await.of("hot").map(drop)
    }

    /// Puts a share, unless a newer one is there.
    pub async fn put_share(&self, share: &Share) -> Result<()> {
        let attributes = [
            ("share", s(share.id.to_string())),
            ("album", s(share.album.to_string())),
            ("owner", s(share.owner.to_string())),
            ("originals", AttributeValue::Bool(share.allows.originals)),
            ("places", AttributeValue::Bool(share.allows.places)),
            ("uploads", AttributeValue::Bool(share.allows.uploads)),
            ("version", n(share.version)),
        ];
        let mut item = item(of_share(&share.token), "~", attributes);
        let mut add = |name: &str, value| item.insert(name.to_owned(), value);
        if let Some(password) = &share.password {
            add("password", s(password));
        }
        if let Some(expires_at) = share.expires_at {
            add("expires", n(expires_at.micros()));
        }
        if let Some(revoked_at) = share.revoked_at {
            add("revoked", n(revoked_at.micros()));
        }
        if let Some(ended) = share.revoked_at.or(share.expires_at) {
            add("ttl", n(ended.plus(STAYS).epoch()));
        }
        self.put_newer(item, share.version).await
    }
}

fn share(token: &str, item: &HotItem) -> Result<Share> {
    let flag = |name: &str| {
        item.get(name)
            .and_then(|flag| flag.as_bool().ok())
            .copied()
            .unwrap_or(false)
    };
    let moment = |name: &str| {
        item.get(name)
            .map(|_| number(item, name).map(Moment::from_micros))
            .transpose()
    };
    Ok(Share {
        id: parsed(item, "share")?,
        album: parsed(item, "album")?,
        owner: parsed(item, "owner")?,
        token: token.to_owned(),
        password: item
            .get("password")
            .map(|_| text(item, "password").map(str::to_owned))
            .transpose()?,
        allows: Allows {
            originals: flag("originals"),
            places: flag("places"),
            uploads: flag("uploads"),
        },
        expires_at: moment("expires")?,
        revoked_at: moment("revoked")?,
        version: number(item, "version")?,
    })
}
