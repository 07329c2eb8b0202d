//! Routes of what people say of photos: comments, favourites, tags.

mod add_tag;
mod create_comment;
mod delete_comment;
mod delete_favourite;
mod delete_tag;
mod get_favourite;
mod list_comments;
mod put_favourite;
mod put_tag;
mod remove_tag;
mod update_comment;

pub use add_tag::AddTag;
pub use create_comment::CreateComment;
pub use delete_comment::DeleteComment;
pub use delete_favourite::DeleteFavourite;
pub use delete_tag::DeleteTag;
pub use get_favourite::GetFavourite;
pub use list_comments::ListComments;
pub use put_favourite::PutFavourite;
pub use put_tag::PutTag;
pub use remove_tag::RemoveTag;
pub use update_comment::UpdateComment;

use serde_json::{Value, json};
use shared::{
    Result,
    domain::{CommentId, Tag, discovery::CommentView, example},
    error::Error,
    http::Call,
    request,
    stores::{Accounts, Library},
};

request! {
    /// A tag, beside the path.
    struct WhichTag {
        /// The tag.
        tag: Tag,
    }
}

/// The comment as its newest row has it, with its author's name.
async fn with_author(library: &Library, accounts: &Accounts, id: CommentId) -> Result<CommentView> {
    named(library.find_comment(id).await?, accounts).await
}

/// The comment with its author's name.
async fn named(mut comment: CommentView, accounts: &Accounts) -> Result<CommentView> {
    comment.author.name = accounts
        .names(&[comment.author.id])
        .await?
        .remove(&comment.author.id);
    Ok(comment)
}

/// The tag in the path.
fn tag(call: &Call<'_>) -> Result<Tag> {
    Tag::try_from(call.segment("tag").to_owned()).map_err(|why| Error::field("tag", why))
}

/// A comment, for the API's documentation.
fn example_comment() -> Value {
    json!({
        "id": "comment_01kayzhqsxf5gb81ztk6wpnd5r", "photo": example::PHOTO, "album": example::ALBUM,
        "author": {"id": example::USER, "name": "Ana"}, "text": "What a view!", "created_at": example::MOMENT,
        "edited_at": null, "version": 1,
    })
}
