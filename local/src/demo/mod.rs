//! `local demo`: sends a folder of photos through the public API, as any client would, and shows
//! the outcome of each.

mod api;
mod report;
mod system;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use client::{AlbumId, CONTENT_TYPES, content_type};
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{console, system::Error};
pub use api::ApiClient;
use api::PhotoFile;
use report::PhotoReport;
use system::DemoSystem;

/// Photos on their way at the same time.
const CONCURRENCY: usize = 8;

/// Options of `demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Folder with the photos.
    pub folder: PathBuf,
    /// Title of the album they go to.
    #[arg(long, default_value = "Demo")]
    pub album: String,
    /// Address of a service that runs elsewhere, such as <https://photos.example.com>.
    #[arg(long, value_name = "URL", conflicts_with_all = ["exit", "port", "data"])]
    pub address: Option<String>,
    /// Stop the system afterwards, if this command started it.
    #[arg(long)]
    pub exit: bool,
    /// Port of the page and the API, if no system runs yet.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Data folder of the system.
    #[arg(long, default_value = ".local")]
    pub data: PathBuf,
}

/// A picture of the folder, and its type.
type Picture = (PathBuf, &'static str);

/// Runs the demo: at the address, if one is given; else on the system of the data folder if one
/// runs there, else on one that it starts. The exit code is 0 only when every photo is ready.
/// Without `--exit` a system that it started goes on until Ctrl-C.
pub async fn run(args: DemoArgs) -> Result<ExitCode, Error> {
    let pictures = pictures(&args.folder)?;
    let mut system = match &args.address {
        Some(address) => DemoSystem::at(address)?,
        None => DemoSystem::find_or_start(&args.data, args.port).await?,
    };
    let sent = send(&system.origin, &args.album, &pictures).await;
    if sent.is_err() || args.exit {
        system.stop().await;
    } else {
        system.stay().await;
    }
    let all_ready = sent?;
    Ok(if all_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the pictures of a folder, by name.
///
/// # Errors
/// A folder that cannot be read, or that holds no pictures.
fn pictures(folder: &Path) -> Result<Vec<Picture>, Error> {
    let pictures = find_pictures(folder)
        .map_err(|cause| Error::new(format!("{} cannot be read: {cause}.", folder.display())))?;
    if pictures.is_empty() {
        let extensions = CONTENT_TYPES.map(|(extension, _)| extension);
        return Err(Error::new(format!(
            "{} holds no photos ({}).",
            folder.display(),
            extensions.join(" ")
        )));
    }
    Ok(pictures)
}

fn find_pictures(folder: &Path) -> io::Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(content_type) = content_type(&path)
            && path.is_file()
        {
            pictures.push((path, content_type));
        }
    }
    pictures.sort();
    Ok(pictures)
}

/// Sends the pictures and prints the report; returns whether every photo is ready.
async fn send(origin: &str, album: &str, pictures: &[Picture]) -> Result<bool, Error> {
    let (api, account) = ApiClient::sign_up(origin).await?;
    let album_id = api.make_album(album).await?;
    let bar = ProgressBar::new(pictures.len() as u64);
    // The template is ours and right; the plain bar would do as well.
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} photos  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.tick();
    let mut sends = Vec::new();
    for picture in pictures {
        sends.push(send_one(&api, &album_id, picture, &bar));
    }
    let reports: Vec<PhotoReport> = futures::stream::iter(sends)
        .buffered(CONCURRENCY)
        .collect()
        .await;
    bar.finish_and_clear();
    console::line(&format!(
        "Open {origin} and sign in as {} with the password {}\n",
        account.email, account.password
    ));
    let ready = report::print(&reports);
    Ok(ready == reports.len())
}

async fn send_one(
    api: &ApiClient,
    album: &AlbumId,
    (path, content_type): &Picture,
    bar: &ProgressBar,
) -> PhotoReport {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let file = PhotoFile { name: &name, path, content_type };
    let started = Instant::now();
    let photo = api.add_photo(album, &file).await;
    bar.inc(1);
    PhotoReport { name: name.into_owned(), photo, duration: started.elapsed() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_by_extension_in_any_case_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.JPG", "a.webp", "notes.txt", "c.Heic", "jpg"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::create_dir(folder.path().join("d.png")).unwrap();
        let mut found = Vec::new();
        for (path, content_type) in pictures(folder.path()).unwrap() {
            let name = path.strip_prefix(folder.path()).unwrap();
            found.push((name.display().to_string(), content_type));
        }
        let expected =
            [("a.webp", "image/webp"), ("b.JPG", "image/jpeg"), ("c.Heic", "image/heic")];
        assert_eq!(found, expected.map(|(name, content_type)| (name.to_owned(), content_type)));
    }

    #[test]
    fn a_folder_without_pictures_is_refused() {
        let empty = tempfile::tempdir().unwrap();
        let error = pictures(empty.path()).unwrap_err().to_string();
        assert!(error.contains("holds no photos"), "{error}");
    }
}
