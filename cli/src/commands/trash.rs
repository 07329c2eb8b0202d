//! `albumen trash list` and `restore`.

use clap::Subcommand;
use client::{AlbumId, PhotoId, types::Trashed};
use serde_json::json;

use crate::{
    failure::{Failure, Result},
    output::Output,
    session::{Session, all_pages},
};

/// Things to do with the trash.
#[derive(Debug, Subcommand)]
pub enum TrashCommand {
    /// List the trash, and when each goes for good
    #[command(after_help = "Examples:\n  albumen trash list\n  albumen trash list --json")]
    List,
    /// Take photos and albums out of the trash
    #[command(after_help = "\
Examples:
  albumen trash restore photo_01jd2w8h7kf3y9b6c5xq4m0ntz
  albumen trash restore album_01jd2w8h7kf3y9b6c5xq4m0ntz")]
    Restore {
        /// Ids, as `albumen trash list` has them
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// Runs one of them.
pub async fn run(command: TrashCommand, session: &Session, output: Output) -> Result<()> {
    match command {
        TrashCommand::List => list(session, output).await,
        TrashCommand::Restore { ids } => {
            for id in &ids {
                restore(id, session).await?;
                output.result(&json!({ "id": id }), &format!("{id} is back."));
            }
            Ok(())
        }
    }
}

async fn list(session: &Session, output: Output) -> Result<()> {
    let client = &session.client;
    let trashed = all_pages(async |cursor| client.trash(cursor.as_deref()).await).await;
    let trashed = session.outcome(trashed)?;
    output.list(&trashed, &["ID", "GONE AT", "NAME"], |trashed| match trashed {
        Trashed::Photo { photo, purge_at, .. } => {
            vec![photo.id.to_string(), purge_at.clone(), photo.name.clone()]
        }
        Trashed::Album { album, purge_at, .. } => {
            vec![album.id.to_string(), purge_at.clone(), album.title.clone()]
        }
    });
    Ok(())
}

async fn restore(id: &str, session: &Session) -> Result<()> {
    if let Ok(photo) = id.parse::<PhotoId>() {
        session.outcome(session.client.restore_photo(&photo).await)?;
        return Ok(());
    }
    if let Ok(album) = id.parse::<AlbumId>() {
        session.outcome(session.client.restore_album(&album).await)?;
        return Ok(());
    }
    Err(Failure::Usage(format!("\"{id}\" is not the id of a photo or album: albumen trash list")))
}
