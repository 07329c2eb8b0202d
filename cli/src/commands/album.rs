//! `albumen album create`, `rename` and `delete`.

use clap::Subcommand;
use client::types::{AlbumUpdate, NewAlbum};

use crate::{commands::albums, failure::Result, output::Output, session::Session};

/// Things to do with an album.
#[derive(Debug, Subcommand)]
pub enum AlbumCommand {
    /// Make an album
    #[command(after_help = "\
Examples:
  albumen album create \"Summer 2026\"
  albumen album create Lisbon --description \"With Ana and Rui\"")]
    Create {
        /// Title of the album
        title: String,
        /// Some words about it
        #[arg(long)]
        description: Option<String>,
    },
    /// Give an album another title
    #[command(after_help = "\
Examples:
  albumen album rename Lisbon \"Lisbon, May\"
  albumen album rename album_01jd2w8h7kf3y9b6c5xq4m0ntz \"Lisbon, May\"")]
    Rename {
        /// Title or id of the album
        album: String,
        /// The new title
        title: String,
    },
    /// Put an album into the trash, from where `albumen trash restore` takes it
    #[command(after_help = "Examples:\n  albumen album delete \"Summer 2026\"")]
    Delete {
        /// Title or id of the album
        album: String,
    },
}

/// Runs one of them.
pub async fn run(command: AlbumCommand, session: &Session, output: Output) -> Result<()> {
    let client = &session.client;
    match command {
        AlbumCommand::Create { title, description } => {
            let new = NewAlbum { title: &title, description: description.as_deref() };
            let album = session.outcome(client.create_album(&new).await)?;
            output.result(&album, album.id.as_str());
        }
        AlbumCommand::Rename { album, title } => {
            let album = albums::find(session, &album).await?;
            let update = AlbumUpdate { title: Some(&title), ..AlbumUpdate::default() };
            let renamed = session.outcome(client.update_album(&album.id, &update).await)?;
            output.result(&renamed, &format!("\"{}\" is now \"{}\".", album.title, renamed.title));
        }
        AlbumCommand::Delete { album } => {
            let album = albums::find(session, &album).await?;
            session.outcome(client.delete_album(&album.id).await)?;
            let text = format!(
                "\"{}\" is in the trash. To take it out: albumen trash restore {}",
                album.title, album.id
            );
            output.result(&album, &text);
        }
    }
    Ok(())
}
