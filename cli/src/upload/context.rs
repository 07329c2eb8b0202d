//! The things that the parts of a run share.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use client::Progress;
use tokio::sync::Semaphore;

use crate::{
    failure::{Failure, Result},
    output::Output,
    session::Session,
    settings::Folders,
    upload::{
        UploadArgs,
        destination::{Choice, Destinations},
        index::{FoundFile, Index},
        report::Report,
        same_bytes::SameBytes,
    },
};

/// The things that the parts of a run share.
pub struct Context {
    pub session: Session,
    index: Mutex<Index>,
    pub destinations: Destinations,
    choice: Choice,
    /// The paths on the command line.
    pub roots: Vec<PathBuf>,
    pub report: Report,
    pub progress: Progress,
    /// Turns of files that are summed.
    pub hashing: Semaphore,
    pub hashers: usize,
    /// The sums of files that are on their way.
    pub sending: SameBytes,
    pub is_trial: bool,
}

impl Context {
    /// Opens what a run needs.
    pub async fn open(
        arguments: &UploadArgs,
        choice: &Choice,
        session: &Session,
        output: Output,
    ) -> Result<Self> {
        let folders = Folders::find()?;
        let mut roots = Vec::new();
        for path in &arguments.paths {
            let root = std::path::absolute(path).map_err(|cause| Failure::file(path, cause))?;
            roots.push(root);
        }
        let progress = Progress::default();
        let hashers = thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            session: session.clone(),
            index: Mutex::new(Index::open(&folders.index(&session.settings.user))?),
            destinations: Destinations::read(session).await?,
            choice: choice.clone(),
            roots,
            report: Report::new(output, progress.clone()),
            progress,
            hashing: Semaphore::new(hashers),
            hashers,
            sending: SameBytes::default(),
            is_trial: arguments.dry_run,
        })
    }

    /// Returns the title of the album of a file.
    pub fn title_of(&self, file: &FoundFile) -> String {
        match self.roots.get(file.root) {
            Some(root) => self.choice.title(root, &file.path),
            None => self.choice.title(&file.path, &file.path),
        }
    }

    /// Returns the index, for a look or a short write.
    pub fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with the index on a thread that may block.
    pub async fn with_index<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Index) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let context = Arc::clone(self);
        let working = tokio::task::spawn_blocking(move || work(&mut context.index()));
        working.await?
    }
}
