//! `albumen download`.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use client::{PhotoId, Progress, sha256_of_file, types::Photo};
use serde_json::json;

use crate::{
    commands::albums,
    failure::{Failure, Result},
    output::Output,
    session::{Session, all_pages},
};

/// Options of `download`.
#[derive(Args, Debug)]
#[command(after_help = "\
A file that is there with the same bytes is not fetched again; one with other bytes is left alone,
and the photo gets its id into its name. For a copy that follows what changes: albumen mirror.

Examples:
  albumen download \"Summer 2026\" --to ~/Pictures/summer
  albumen download photo_01jd2w8h7kf3y9b6c5xq4m0ntz")]
pub struct DownloadArgs {
    /// Titles or ids of albums, or ids of photos
    #[arg(required = true)]
    pub what: Vec<String>,
    /// Folder for the files; it is made if it is not there
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub to: PathBuf,
}

/// Fetches originals, and verifies them.
pub async fn run(arguments: &DownloadArgs, session: &Session, output: Output) -> Result<ExitCode> {
    let folder = &arguments.to;
    fs::create_dir_all(folder).map_err(|cause| Failure::file(folder, cause))?;
    let mut failed = 0_u64;
    for what in &arguments.what {
        for photo in photos(what, session).await? {
            let outcome = download(&photo, folder, session).await;
            let (word, path, error) = match &outcome {
                Ok((word, path)) => (*word, path.display().to_string(), None),
                Err(failure) => ("failed", photo.name.clone(), Some(failure.to_string())),
            };
            failed += u64::from(error.is_some());
            let value = json!({ "event": word, "photo": photo.id, "path": path, "error": error });
            let text = match &error {
                Some(error) => format!("{word} {path}: {error}"),
                None => format!("{word} {path}"),
            };
            output.result(&value, &text);
        }
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn photos(what: &str, session: &Session) -> Result<Vec<Photo>> {
    let client = &session.client;
    if let Ok(id) = what.parse::<PhotoId>() {
        return Ok(vec![session.outcome(client.photo(&id).await)?]);
    }
    let album = albums::find(session, what).await?;
    let photos = all_pages(async |cursor| client.photos(&album.id, cursor.as_deref()).await).await;
    session.outcome(photos)
}

/// Fetches a photo, unless it is there; returns what was done, and where it is.
async fn download(
    photo: &Photo,
    folder: &Path,
    session: &Session,
) -> Result<(&'static str, PathBuf)> {
    let mut path = folder.join(safe_name(&photo.name));
    if path.exists() && !has_bytes_of(&path, photo) {
        path = folder.join(format!("{} {}", photo.id, safe_name(&photo.name)));
    }
    if has_bytes_of(&path, photo) {
        return Ok(("unchanged", path));
    }
    let mut part = path.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let failed = |cause: io::Error| Failure::file(&part, cause);
    let mut file = BufWriter::new(File::create(&part).map_err(failed)?);
    let fetched = session
        .client
        .download_original(&photo.id, &mut file, &Progress::default())
        .await;
    let sha256 = session.outcome(fetched)?;
    let file = file
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    if sha256 != photo.sha256 {
        fs::remove_file(&part).map_err(failed)?;
        return Err(Failure::NotDone("other bytes arrived than should have".to_owned()));
    }
    fs::rename(&part, &path).map_err(failed)?;
    Ok(("fetched", path))
}

fn has_bytes_of(path: &Path, photo: &Photo) -> bool {
    sha256_of_file(path).is_ok_and(|(sha256, _)| sha256 == photo.sha256)
}

/// Returns a name that stays in its folder.
fn safe_name(name: &str) -> String {
    let safe = name.replace(|letter: char| letter == '/' || letter.is_control(), "_");
    match safe.as_str() {
        "" | "." | ".." => "photo".to_owned(),
        _ => safe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        assert_eq!(safe_name("a b.jpg"), "a b.jpg");
        assert_eq!(safe_name("../a\n.jpg"), ".._a_.jpg");
        assert_eq!(safe_name(".."), "photo");
    }
}
