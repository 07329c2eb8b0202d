//! Writes of an album's head: its newest version, and the count of changes to its photos' views.
//!
//! Pages are made at a count and good for no other. The count is raised after what it counts can be
//! read, and before anybody is told that it was written: who has been told reads a higher count
//! than that of any page made before. A count begins at the microsecond at which its head was first
//! put and is raised by one, so a head that was lost and is put again has one that no page was made
//! at.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{AttributeValue, ReturnValue},
};
use futures::future::try_join_all;

use super::{AlbumHead, Hot, albums::HEAD, of_album};
use crate::{
    domain::{AlbumId, Moment},
    error::{Of, Result},
    stores::dynamodb::item::{key, n, number, s},
};

/// The attribute that counts changes to the views of an album's photos.
pub(super) const COUNT: &str = "raised";

/// The number of times that a head is written again while a page is being put beside it.
const TRIES: usize = 8;

/// The outcome of one write of a head.
enum Written {
    /// It was written; the count, if that was asked for.
    Done(Option<u64>),
    /// Its condition does not hold.
    Refused,
    /// A transaction that puts a page holds the head.
    Held,
}

impl Hot {
    /// Puts an album's head, unless a newer one is there. Its count stays.
    pub async fn put_head(&self, head: &AlbumHead) -> Result<()> {
        self.write_head(|| self.newer_head(head)).await.map(drop)
    }

    fn newer_head(&self, head: &AlbumHead) -> UpdateItemFluentBuilder {
        let mut members = HashMap::new();
        for (user, role) in &head.members {
            members.insert(user.to_string(), s(role.word()));
        }
        let newer = if self.anew { "version <= :version" } else { "version < :version" };
        self.update_head(head.album)
            .update_expression(
                "SET #owner = :owner, folder = :folder, members = :members, version = :version, \
                 #view = :view, shown = :shown, ready = :ready, \
                 raised = if_not_exists(raised, :now) REMOVE gone, #ttl",
            )
            .condition_expression(format!("attribute_not_exists(pk) OR {newer}"))
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_names("#view", "view")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":owner", s(head.owner.to_string()))
            .expression_attribute_values(":folder", s(head.folder.to_string()))
            .expression_attribute_values(":members", AttributeValue::M(members))
            .expression_attribute_values(":version", n(head.version))
            .expression_attribute_values(":view", s(&head.view))
            .expression_attribute_values(":shown", n(head.shown))
            .expression_attribute_values(":ready", n(head.ready.unwrap_or_default()))
            .expression_attribute_values(":now", n(Moment::now().micros()))
    }

    /// Raises the counts of these albums: pages made before are good no more. Of an album without a
    /// head no page is good.
    pub(super) async fn raise(&self, albums: &BTreeSet<AlbumId>) -> Result<()> {
        let raised = albums.iter().map(|album| self.raise_one(*album));
        try_join_all(raised).await.map(drop)
    }

    /// Raises the count of an album; the new one, `None` if the album has no head.
    pub(super) async fn raise_one(&self, album: AlbumId) -> Result<Option<u64>> {
        self.write_head(|| {
            self.update_head(album)
                .update_expression("SET raised = if_not_exists(raised, :now) + :one")
                .condition_expression("attribute_exists(pk) AND attribute_not_exists(gone)")
                .expression_attribute_values(":now", n(Moment::now().micros()))
                .expression_attribute_values(":one", n(1))
                .return_values(ReturnValue::UpdatedNew)
        })
        .await
    }

    fn update_head(&self, album: AlbumId) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(of_album(album), HEAD)))
    }

    async fn write_head(
        &self,
        update: impl Fn() -> UpdateItemFluentBuilder,
    ) -> Result<Option<u64>> {
        for _ in 0..TRIES {
            match Box::pin(write(update())).await? {
                Written::Done(count) => return Ok(count),
                Written::Refused => return Ok(None),
                Written::Held => tokio::task::yield_now().await,
            }
        }
        Err("an album's head was held again and again").of("hot")
    }
}

async fn write(update: UpdateItemFluentBuilder) -> Result<Written> {
    let sent = update.send().await;
    match sent.map_err(aws_sdk_dynamodb::Error::from) {
        Ok(updated) => {
            let attributes = updated.attributes.unwrap_or_default();
            let count = attributes.get(COUNT).map(|_| number(&attributes, COUNT));
            Ok(Written::Done(count.transpose()?))
        }
        Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(Written::Refused),
        Err(aws_sdk_dynamodb::Error::TransactionConflictException(_)) => Ok(Written::Held),
        Err(error) => Err(error).of("hot"),
    }
}
