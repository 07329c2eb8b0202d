//! Pictures of another service: each is fetched only if ours does not have it, and its copy goes
//! when it has been sent.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use client::types::KnownPhoto;
use futures::{Stream, StreamExt, stream};
use tokio::sync::mpsc;

use crate::{
    failure::{Failure, Result},
    upload::{
        Context,
        copies::{Copies, LocalCopy},
        index::PlanSize,
        job::{Bytes, Job},
        prepare::{known_photos, outcome_of},
        report::Outcome,
        send::concerns_all,
        sidecar::Details,
    },
};

/// The pictures that are asked for at once: as many as the service takes.
const BATCH: usize = 500;
/// The pictures that are fetched at the same time.
const FETCHES: usize = 4;
/// The most copies that are asked for at once, of those that have just been made.
const TOGETHER: usize = 8;

/// A picture of another service.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its turn, from 1.
    pub number: i64,
    /// Its id there.
    pub id: String,
    /// The name of its file, with an extension that says its type.
    pub name: String,
    /// Its size in bytes, as far as the other service knows it.
    pub size: u64,
    /// The titles of its albums, one at least.
    pub titles: Vec<String>,
    /// The words about it.
    pub details: Details,
    /// Its SHA-256 in hexadecimal, if it has been fetched before.
    pub sha256: Option<String>,
}

/// Another service.
pub trait Elsewhere: Send + Sync + 'static {
    /// Returns how much there is: a picture counts once for each of its albums.
    fn size(&self) -> Result<PlanSize>;

    /// Returns so many pictures behind this number; 0 for the first.
    fn batch(&self, after: i64, most: usize) -> Result<Vec<Picture>>;

    /// Writes the bytes of a picture into a file, and remembers their SHA-256, which is returned.
    fn fetch(&self, picture: &Picture, to: &Path) -> impl Future<Output = Result<String>> + Send;
}

/// A picture that has been fetched.
struct Fetched {
    picture: Picture,
    sha256: String,
    copy: Arc<LocalCopy>,
}

/// Prepares all pictures, in their order, and hands over those that are to be sent.
pub async fn prepare_all<S: Elsewhere>(
    context: Arc<Context>,
    source: Arc<S>,
    copies: Arc<Copies>,
    jobs: mpsc::Sender<Job>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let of_batch = Arc::clone(&source);
        let reading = tokio::task::spawn_blocking(move || of_batch.batch(after, BATCH));
        let batch = reading.await??;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.number;
        let missing = hand_over_known(&context, batch, &jobs).await?;
        let mut fetched = fetch_all(&context, &source, &copies, missing).ready_chunks(TOGETHER);
        while let Some(outcomes) = fetched.next().await {
            let outcomes: Result<Vec<Option<Fetched>>> = outcomes.into_iter().collect();
            let together: Vec<Fetched> = outcomes?.into_iter().flatten().collect();
            hand_over_fetched(&context, together, &jobs).await?;
        }
    }
}

/// Hands over the pictures whose bytes the service has; returns those whose bytes are missing, with
/// the albums to which they go.
async fn hand_over_known(
    context: &Context,
    batch: Vec<Picture>,
    jobs: &mpsc::Sender<Job>,
) -> Result<Vec<Picture>> {
    let sums = batch
        .iter()
        .filter_map(|picture| picture.sha256.as_deref())
        .collect();
    let known = known_photos(context, sums).await?;
    let mut missing = Vec::new();
    for mut picture in batch {
        let photo = picture.sha256.as_ref().and_then(|sum| known.get(sum));
        picture.titles = titles_to_do(context, &picture, photo).await?;
        match photo {
            Some(photo) if photo.has_arrived() => {
                hand_over(&picture, &photo.sha256, &Bytes::There(photo.photo.clone()), jobs).await;
            }
            _ if picture.titles.is_empty() => {}
            _ => missing.push(picture),
        }
    }
    Ok(missing)
}

/// Hands over pictures that have just been fetched, unless it turns out that the service has them.
async fn hand_over_fetched(
    context: &Context,
    together: Vec<Fetched>,
    jobs: &mpsc::Sender<Job>,
) -> Result<()> {
    let sums = together.iter().map(|one| one.sha256.as_str()).collect();
    let known = known_photos(context, sums).await?;
    for Fetched { mut picture, sha256, copy } in together {
        let photo = known.get(&sha256);
        picture.titles = titles_to_do(context, &picture, photo).await?;
        picture.size = copy.file.size;
        let bytes = match photo {
            Some(photo) if photo.has_arrived() => Bytes::There(photo.photo.clone()),
            _ => Bytes::Copy(copy),
        };
        hand_over(&picture, &sha256, &bytes, jobs).await;
    }
    Ok(())
}

/// Returns the albums for which there is something to do; tells what became of the picture in the
/// others.
async fn titles_to_do(
    context: &Context,
    picture: &Picture,
    photo: Option<&KnownPhoto>,
) -> Result<Vec<String>> {
    let mut to_do = Vec::new();
    for title in &picture.titles {
        match outcome_of(context, title, photo).await? {
            Some(outcome) => tell(context, picture, title, &outcome),
            None => to_do.push(title.clone()),
        }
    }
    Ok(to_do)
}

/// Hands over a job for each album. Nobody takes it when the run has ended.
async fn hand_over(picture: &Picture, sha256: &str, bytes: &Bytes, jobs: &mpsc::Sender<Job>) {
    for title in &picture.titles {
        let job = Job {
            label: label(picture, title),
            size: picture.size,
            sha256: sha256.to_owned(),
            title: title.clone(),
            details: Some(picture.details.clone()),
            bytes: bytes.clone(),
        };
        drop(jobs.send(job).await);
    }
}

/// Fetches pictures, a few at the same time.
fn fetch_all<S: Elsewhere>(
    context: &Arc<Context>,
    source: &Arc<S>,
    copies: &Arc<Copies>,
    pictures: Vec<Picture>,
) -> impl Stream<Item = Result<Option<Fetched>>> + use<S> {
    let (context, source) = (Arc::clone(context), Arc::clone(source));
    let copies = Arc::clone(copies);
    stream::iter(pictures)
        .map(move |picture| {
            let (context, source) = (Arc::clone(&context), Arc::clone(&source));
            fetch_or_tell(context, source, Arc::clone(&copies), picture)
        })
        .buffer_unordered(FETCHES)
}

/// Fetches a picture; tells one that cannot be fetched. Only a failure that concerns all of them is
/// returned.
async fn fetch_or_tell<S: Elsewhere>(
    context: Arc<Context>,
    source: Arc<S>,
    copies: Arc<Copies>,
    picture: Picture,
) -> Result<Option<Fetched>> {
    match fetch(&*source, &copies, &picture).await {
        Ok((sha256, copy)) => Ok(Some(Fetched { picture, sha256, copy: Arc::new(copy) })),
        Err(failure) if concerns_all(&failure) => Err(failure),
        Err(failure) => {
            tell_failed(&context, &picture, &failure);
            Ok(None)
        }
    }
}

async fn fetch<S: Elsewhere>(
    source: &S,
    copies: &Copies,
    picture: &Picture,
) -> Result<(String, LocalCopy)> {
    let place = copies.place(&picture.number.to_string()).await;
    let sha256 = source.fetch(picture, place.path()).await?;
    Ok((sha256, place.filled()?))
}

fn tell_failed(context: &Context, picture: &Picture, failure: &Failure) {
    let outcome = Outcome::Failed(failure.to_string().trim_end_matches('.').to_owned());
    for title in &picture.titles {
        tell(context, picture, title, &outcome);
    }
}

fn tell(context: &Context, picture: &Picture, title: &str, outcome: &Outcome) {
    context
        .report
        .tell(&label(picture, title), picture.size, outcome);
}

/// Returns the name by which a picture is told: its album and its file, whose name is the last
/// part.
fn label(picture: &Picture, title: &str) -> PathBuf {
    Path::new(title).join(picture.name.replace('/', "_"))
}
