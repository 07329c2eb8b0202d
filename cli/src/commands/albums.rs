//! `albumen albums`, and albums by name.

use client::{
    Client,
    types::{Album, Role},
};

use crate::{
    failure::{Failure, Result},
    output::Output,
    session::{Session, all_pages},
};

/// Lists albums: the caller's own, and those that others share with them.
pub async fn run(session: &Session, output: Output) -> Result<()> {
    let client = &session.client;
    let mut albums = session.outcome(own_albums(client).await)?;
    let shared = all_pages(async |cursor| client.shared_albums(cursor.as_deref()).await).await;
    albums.extend(session.outcome(shared)?);
    output.list(&albums, &["ALBUM", "PHOTOS", "ROLE", "TITLE"], |album| {
        let (id, role) = (album.id.to_string(), album.role.word().to_owned());
        vec![id, album.photo_count.to_string(), role, album.title.clone()]
    });
    Ok(())
}

/// Returns the caller's own albums.
pub async fn own_albums(client: &Client) -> client::Result<Vec<Album>> {
    all_pages(async |cursor| client.albums(cursor.as_deref()).await).await
}

/// Returns the one album of the caller that has this id or title.
///
/// # Errors
/// There is none, or more than one of the title.
pub async fn find(session: &Session, id_or_title: &str) -> Result<Album> {
    let albums = session.outcome(own_albums(&session.client).await)?;
    let mut found = Vec::new();
    for album in albums {
        let is_it = album.id.as_str() == id_or_title || album.title == id_or_title;
        if is_it && album.role == Role::Owner {
            found.push(album);
        }
    }
    if found.len() > 1 {
        let ids: Vec<&str> = found.iter().map(|album| album.id.as_str()).collect();
        return Err(Failure::Usage(format!(
            "{} albums are called \"{id_or_title}\". Name one by its id: {}",
            found.len(),
            ids.join(", ")
        )));
    }
    found.pop().ok_or_else(|| {
        Failure::Usage(format!(
            "No album is called \"{id_or_title}\". Those that there are: albumen albums"
        ))
    })
}
