//! Files that are sent.

use std::{path::Path, sync::Arc};

use client::{
    AlbumId, PhotoId,
    types::{Announcement, PhotoUpdate},
};

use crate::{
    failure::{Failure, Result},
    upload::{
        Context,
        index::Sending,
        job::{Bytes, Job},
        prepare::is_as_found,
        report::Outcome,
        sidecar::{self, Details},
    },
};

/// The most bytes of a name that the service takes.
const NAME: usize = 255;

/// Sends a file, or lets it join its album, and says what became of it. Only a failure that
/// concerns all files is returned.
pub async fn send(context: &Arc<Context>, job: &Job) -> Result<()> {
    let outcome = match try_send(context, job).await {
        Ok(outcome) => outcome,
        Err(failure) if concerns_all(&failure) => return Err(failure),
        Err(failure) => Outcome::Failed(failure.to_string().trim_end_matches('.').to_owned()),
    };
    context.report.tell(&job.label, job.size, &outcome);
    Ok(())
}

/// Returns true for a failure that other pictures would meet, too.
pub fn concerns_all(failure: &Failure) -> bool {
    match failure {
        Failure::NotSignedIn
        | Failure::SessionEnded { .. }
        | Failure::MissingScope(_)
        | Failure::SourceRefused(_)
        | Failure::SourceUnreachable(_) => true,
        Failure::Unreachable(error) => error.status().is_none(),
        Failure::Refused(error) => error.problem() == Some("over-quota"),
        _ => false,
    }
}

async fn try_send(context: &Arc<Context>, job: &Job) -> Result<Outcome> {
    let file = match &job.bytes {
        Bytes::There(photo) => return join_known(context, job, photo).await,
        Bytes::File(file) => file,
        Bytes::Copy(copy) => &copy.file,
    };
    if !is_as_found(file) {
        return Err(Failure::NotDone("it changed; run again".to_owned()));
    }
    let mut turn = context.sending.turn(&job.sha256).await;
    let album = context.destinations.find_or_make(&job.title).await?;
    let details = match &job.details {
        Some(details) => details.clone(),
        None => read_details(&file.path).await?,
    };
    if let Some(photo) = turn.photo() {
        add_what_is_missing(context, photo, details).await?;
        return join(context, job, &album, photo).await;
    }
    let was_begun = begin(context, job, &album).await?;
    let name = name_of(&job.label);
    let announcement = Announcement {
        name: &name,
        size: job.size,
        content_type: client::content_type(&job.label).unwrap_or("image/jpeg"),
        sha256: &job.sha256,
        caption: details.caption.as_deref(),
        taken_at: details.taken_at.as_deref(),
        multipart: None,
    };
    let session = &context.session;
    let sending = session
        .client
        .upload(&album, &file.path, &announcement, &context.progress);
    let transfer = session.outcome(sending.await)?;
    // A photo that was there keeps what its owner has said about it since.
    if transfer.was_sent || was_begun {
        add_details(context, &transfer.photo.id, &details).await?;
    }
    finish(context, job, album).await?;
    if !transfer.was_sent {
        return Ok(Outcome::Joined(transfer.photo.id));
    }
    turn.note_sent(&transfer.photo.id);
    Ok(Outcome::Sent(transfer.photo.id))
}

/// Puts the photo of bytes that this run has sent into one more album. Announced again, it would
/// ask for them as long as the service has not learnt that they came.
async fn join(
    context: &Arc<Context>,
    job: &Job,
    album: &AlbumId,
    photo: &PhotoId,
) -> Result<Outcome> {
    let session = &context.session;
    session.outcome(session.client.add_to_album(album, photo).await)?;
    finish(context, job, album.clone()).await?;
    Ok(Outcome::Joined(photo.clone()))
}

/// Puts a photo whose bytes the service has into an album, and adds what a run did not that was
/// killed after it had sent them.
async fn join_known(context: &Arc<Context>, job: &Job, photo: &PhotoId) -> Result<Outcome> {
    let album = context.destinations.find_or_make(&job.title).await?;
    let was_begun = begin(context, job, &album).await?;
    if was_begun && let Some(details) = &job.details {
        add_details(context, photo, details).await?;
    }
    join(context, job, &album, photo).await
}

async fn read_details(picture: &Path) -> Result<Details> {
    let picture = picture.to_owned();
    let reading = tokio::task::spawn_blocking(move || sidecar::read(&picture));
    Ok(reading.await?)
}

/// Notes that a file is going to be sent; returns whether that had been noted.
async fn begin(context: &Arc<Context>, job: &Job, album: &AlbumId) -> Result<bool> {
    let (sha256, album) = (job.sha256.clone(), album.clone());
    context
        .with_index(move |index| {
            let was_begun = index.sending(&sha256, &album)? == Sending::Begun;
            index.begin_sending(&sha256, &album)?;
            Ok(was_begun)
        })
        .await
}

/// Notes that a file is in its album.
async fn finish(context: &Arc<Context>, job: &Job, album: AlbumId) -> Result<()> {
    let sha256 = job.sha256.clone();
    context
        .with_index(move |index| index.finish_sending(&sha256, &album))
        .await
}

/// Adds what is said of the second of two files of the same bytes: the first may be a copy of which
/// nothing is said. Where both say something, the first is right.
async fn add_what_is_missing(
    context: &Context,
    photo: &PhotoId,
    mut details: Details,
) -> Result<()> {
    if details == Details::default() {
        return Ok(());
    }
    let session = &context.session;
    let there = session.outcome(session.client.photo(photo).await)?;
    if there.place.is_some() {
        details.place = None;
    }
    let caption = details.caption.take();
    if caption.is_some() && there.caption.is_empty() {
        let update = PhotoUpdate { caption, ..PhotoUpdate::default() };
        session.outcome(session.client.update_photo(photo, &update).await)?;
    }
    add_details(context, photo, &details).await
}

/// Adds what an announcement has no room for.
async fn add_details(context: &Context, photo: &PhotoId, details: &Details) -> Result<()> {
    let session = &context.session;
    let mut update = PhotoUpdate { place: details.place, ..PhotoUpdate::default() };
    if details.is_date_decided {
        update.taken_at.clone_from(&details.taken_at);
    }
    if update != PhotoUpdate::default() {
        session.outcome(session.client.update_photo(photo, &update).await)?;
    }
    for tag in &details.tags {
        session.outcome(session.client.add_tag(photo, tag).await)?;
    }
    if details.is_favourite {
        session.outcome(session.client.add_favourite(photo).await)?;
    }
    Ok(())
}

/// Returns the name of a file as the service takes it: what is no text is replaced.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let text = name
        .to_string_lossy()
        .replace(|letter: char| letter.is_control(), "_");
    let start = text.ceil_char_boundary(text.len().saturating_sub(NAME));
    text[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    use super::*;

    #[test]
    fn a_name_is_one_that_the_service_takes() {
        assert_eq!(name_of(Path::new("/a/ä.jpg")), "ä.jpg");
        let odd = Path::new(OsStr::from_bytes(b"/a/\xff\n.jpg"));
        assert_eq!(name_of(odd), "\u{fffd}_.jpg");
        let long = format!("/a/{}.jpg", "ä".repeat(200));
        let name = name_of(Path::new(&long));
        assert!(name.len() <= NAME && name.ends_with("ä.jpg"), "{name}");
    }
}
