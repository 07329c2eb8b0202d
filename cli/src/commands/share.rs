//! `albumen share create`, `list` and `revoke`.

use clap::{Args, Subcommand};
use client::{ShareId, types::NewShare};
use serde_json::json;

use crate::{
    commands::albums,
    failure::Result,
    output::Output,
    prompt,
    session::{Session, all_pages},
};

/// Things to do with links that share an album.
#[derive(Debug, Subcommand)]
pub enum ShareCommand {
    /// Make a link; its address is shown only now
    Create(CreateArgs),
    /// List the links to an album
    #[command(after_help = "Examples:\n  albumen share list \"Summer 2026\"")]
    List {
        /// Title or id of the album
        album: String,
    },
    /// End a link at once
    #[command(after_help = "\
Examples:
  albumen share revoke share_01jd2w8h7kf3y9b6c5xq4m0ntz")]
    Revoke {
        /// Id of the link, as `albumen share list` has it
        share: ShareId,
    },
}

/// Options of `share create`.
#[derive(Args, Debug)]
#[command(after_help = "\
What guests may do is off unless it is asked for.

Examples:
  albumen share create \"Summer 2026\"
  albumen share create \"Summer 2026\" --password --originals --expires 2027-01-01T00:00:00Z
  albumen share create Wedding --uploads --name \"for the guests\"")]
#[allow(clippy::struct_excessive_bools)] // each is an option
pub struct CreateArgs {
    /// Title or id of the album
    pub album: String,
    /// Name of the link in your own list
    #[arg(long)]
    pub name: Option<String>,
    /// Protect it with a password, which is asked for
    #[arg(long)]
    pub password: bool,
    /// Moment at which it ends by itself
    #[arg(long, value_name = "MOMENT")]
    pub expires: Option<String>,
    /// Let guests fetch originals
    #[arg(long)]
    pub originals: bool,
    /// Let guests see where photos were taken
    #[arg(long)]
    pub places: bool,
    /// Let guests add photos
    #[arg(long)]
    pub uploads: bool,
}

/// Runs one of them.
pub async fn run(command: ShareCommand, session: &Session, output: Output) -> Result<()> {
    match command {
        ShareCommand::Create(arguments) => create(&arguments, session, output).await,
        ShareCommand::List { album } => list(&album, session, output).await,
        ShareCommand::Revoke { share } => {
            session.outcome(session.client.delete_share(&share).await)?;
            output.result(&json!({ "id": share }), &format!("{share} opens nothing any more."));
            Ok(())
        }
    }
}

async fn create(arguments: &CreateArgs, session: &Session, output: Output) -> Result<()> {
    let album = albums::find(session, &arguments.album).await?;
    let password =
        if arguments.password { Some(prompt::secret("Password for guests")?) } else { None };
    let new = NewShare {
        name: arguments.name.as_deref(),
        password: password.as_deref(),
        expires_at: arguments.expires.as_deref(),
        allow_original: arguments.originals,
        show_location: arguments.places,
        allow_upload: arguments.uploads,
    };
    let made = session.outcome(session.client.create_share(&album.id, &new).await)?;
    output.result(&json!({ "share": made.share, "link": made.url }), &made.url);
    Ok(())
}

async fn list(album: &str, session: &Session, output: Output) -> Result<()> {
    let client = &session.client;
    let album = albums::find(session, album).await?;
    let shares = all_pages(async |cursor| client.shares(&album.id, cursor.as_deref()).await).await;
    let shares = session.outcome(shares)?;
    output.list(&shares, &["SHARE", "ALLOWS", "EXPIRES", "NAME"], |share| {
        let expires = share.expires_at.clone().unwrap_or_else(|| "-".to_owned());
        vec![share.id.to_string(), allowed(share), expires, share.name.clone()]
    });
    Ok(())
}

fn allowed(share: &client::types::Share) -> String {
    let words = [
        (share.has_password, "password"),
        (share.allow_original, "originals"),
        (share.show_location, "places"),
        (share.allow_upload, "uploads"),
    ];
    let mut allowed = vec!["view"];
    for (is_set, word) in words {
        if is_set {
            allowed.push(word);
        }
    }
    allowed.join(",")
}
