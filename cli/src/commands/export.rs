//! `albumen export`.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use client::{
    ExportId, Progress, sha256_of_file,
    types::{Export, ExportPart, ExportState},
};
use serde_json::json;

use crate::{
    failure::{Failure, Result},
    output::{Output, bytes_in_words},
    session::Session,
};

/// The pause between two looks at whether it is ready.
const PAUSE: Duration = Duration::from_secs(3);
/// The file that remembers which export the folder is of, so that another run goes on with it.
const MARK: &str = ".albumen-export";

/// Options of `export`.
#[derive(Args, Debug)]
#[command(after_help = "\
Asks for an export of everything, waits until it is made, fetches its ZIP files, and compares the
SHA-256 of each. Interrupted, it goes on with the same export.

Examples:
  albumen export ~/Exports/2026-11")]
pub struct ExportArgs {
    /// Folder for the files; it is made if it is not there
    pub folder: PathBuf,
}

/// Exports everything.
pub async fn run(arguments: &ExportArgs, session: &Session, output: Output) -> Result<()> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).map_err(|cause| Failure::file(folder, cause))?;
    let id = begun_or_new(folder, session).await?;
    let export = wait(&id, session, output).await?;
    for part in &export.files {
        fetch(part, folder, session).await?;
        let value = json!({ "event": "fetched", "name": part.name, "bytes": part.bytes });
        output.result(&value, &format!("{} ({})", part.name, bytes_in_words(part.bytes)));
    }
    let mark = folder.join(MARK);
    fs::remove_file(&mark).map_err(|cause| Failure::file(mark, cause))?;
    let value = json!({ "event": "end", "photos": export.photos, "files": export.files.len() });
    let text = format!("{} photos in {} files, verified.", export.photos, export.files.len());
    output.result(&value, &text);
    Ok(())
}

/// Returns the export that a run before this one has asked for, if it is still kept, or a new one.
async fn begun_or_new(folder: &Path, session: &Session) -> Result<ExportId> {
    let mark = folder.join(MARK);
    if let Ok(text) = fs::read_to_string(&mark)
        && let Ok(id) = text.trim().parse::<ExportId>()
        && let Ok(export) = session.client.export(&id).await
        && export.state != ExportState::Failed
    {
        return Ok(id);
    }
    let export = session.outcome(session.client.create_export().await)?;
    fs::write(&mark, export.id.as_str()).map_err(|cause| Failure::file(mark, cause))?;
    Ok(export.id)
}

async fn wait(id: &ExportId, session: &Session, output: Output) -> Result<Export> {
    output.note("Waiting for the export to be made …");
    loop {
        let export = session.outcome(session.client.export(id).await)?;
        match export.state {
            ExportState::Ready => return Ok(export),
            ExportState::Failed => {
                return Err(Failure::NotDone("The export could not be made.".to_owned()));
            }
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Fetches a file, unless it is there.
async fn fetch(part: &ExportPart, folder: &Path, session: &Session) -> Result<()> {
    let Some(name) = Path::new(&part.name).file_name() else {
        return Err(Failure::NotDone(format!("{} is no name of a file.", part.name)));
    };
    let path = folder.join(name);
    if sha256_of_file(&path).is_ok_and(|(sha256, _)| sha256 == part.sha256) {
        return Ok(());
    }
    let failed = |cause: io::Error| Failure::file(&path, cause);
    let link = match part.url.strip_prefix('/') {
        Some(rest) => format!("{}/{rest}", session.client.origin()),
        None => part.url.clone(),
    };
    let mut file = BufWriter::new(File::create(&path).map_err(failed)?);
    let fetched = session
        .client
        .download(&link, &mut file, &Progress::default())
        .await;
    let sha256 = session.outcome(fetched)?;
    let file = file
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    if sha256 == part.sha256 {
        return Ok(());
    }
    Err(Failure::NotDone(format!("{} arrived damaged. Run it again.", path.display())))
}
