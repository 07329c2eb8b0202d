//! `albumen whoami`.

use serde_json::json;

use crate::{
    failure::Result,
    output::{Output, bytes_in_words},
    session::Session,
};

/// Says who is signed in, where, and how much they keep.
pub async fn run(session: &Session, output: Output) -> Result<()> {
    let me = session.outcome(session.client.me().await)?;
    let origin = &session.settings.origin;
    let text = format!(
        "{} <{}> at {origin}\n{} photos, {} of {}\nThis session may: {}",
        me.name,
        me.email,
        me.usage.photos,
        bytes_in_words(me.usage.bytes),
        bytes_in_words(me.quota.bytes),
        me.scopes.join(", ")
    );
    output.result(&json!({ "origin": origin, "user": me }), &text);
    Ok(())
}
