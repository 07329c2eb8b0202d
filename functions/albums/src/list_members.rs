//! `GET /v1/albums/{album}/members`: everyone who may see an album, its owner first.

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{
        List, example,
        sharing::{Member, MemberView},
    },
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Library},
};

/// The route and what it needs.
pub struct ListMembers {
    /// The library.
    pub library: Library,
    /// Accounts, for their names.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for ListMembers {
    fn spec() -> Spec {
        Spec::get("/v1/albums/{album}/members")
    }

    fn doc() -> Doc {
        Doc::new("Everyone who may see an album")
            .about("For each of them. All in one page: there are at most 101, the owner first.")
            .gives::<List<MemberView>>(200, example::list(&example_member()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let members = self
            .library
            .members(call.id("album")?, call.caller().await?.user)
            .await?;
        let users: Vec<_> = members.iter().map(|member| member.user).collect();
        let mut names = self.accounts.names(&users).await?;
        let mut view = |member: Member| {
            let name = names.remove(&member.user);
            MemberView::of(&member, name)
        };
        let items = members.into_iter().map(&mut view).collect();
        Ok(Reply::ok(&List { items, next: None }))
    }
}

/// A member for the documentation.
pub(crate) fn example_member() -> Value {
    json!({"user": example::USER, "name": "Ben", "role": "editor", "added_at": example::MOMENT})
}
