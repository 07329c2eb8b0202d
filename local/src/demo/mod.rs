//! `local demo`: sends a folder of photos through the public API, as any client would, and shows
//! what became of each.

mod api;
mod report;
mod system;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{console, system::Error};
pub use api::Api;
use report::Outcome;
use system::Attached;

/// Photos on their way at the same time.
const AT_ONCE: usize = 8;

/// Extensions of the files that are sent, and what they are. Whether the service takes each kind is
/// for it to say.
const KINDS: [(&str, &str); 12] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("dng", "image/x-adobe-dng"),
    ("avif", "image/avif"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("bmp", "image/bmp"),
];

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

/// Runs the demo: at the address, if one is given; else on the system of the data folder if one
/// runs there, else on one that it starts.
/// The exit code is 0 only when every photo is ready. Without `--exit` a system that it started
/// goes on until Ctrl-C.
pub async fn run(args: DemoArgs) -> Result<ExitCode, Error> {
    let files = pictures(&args.folder)?;
    let mut attached = match &args.address {
        Some(address) => Attached::at(address)?,
        None => Attached::find_or_start(&args.data, args.port).await?,
    };
    let sent = send(&attached.origin, &args.album, &files).await;
    if sent.is_err() || args.exit {
        attached.stop().await;
    } else {
        attached.stay().await;
    }
    let all_ready = sent?;
    Ok(if all_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The pictures of a folder, by name.
fn pictures(folder: &Path) -> Result<Vec<(PathBuf, &'static str)>, Error> {
    let failed = |cause: std::io::Error| {
        Error::new(format!("{} cannot be read: {cause}.", folder.display()))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_lowercase();
        let kind = KINDS.iter().find(|(known, _)| *known == extension);
        if let Some((_, kind)) = kind.filter(|_| path.is_file()) {
            files.push((path, *kind));
        }
    }
    if files.is_empty() {
        return Err(Error::new(format!(
            "{} holds no photos ({}).",
            folder.display(),
            KINDS.map(|(known, _)| known).join(" ")
        )));
    }
    files.sort();
    Ok(files)
}

// Whether every photo is ready.
async fn send(origin: &str, album: &str, files: &[(PathBuf, &'static str)]) -> Result<bool, Error> {
    let (api, login) = Api::sign_up(origin).await?;
    let album = api.make_album(album).await?;
    let bar = ProgressBar::new(files.len() as u64);
    // The template is ours and right; the plain bar would do as well.
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} photos  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.tick();
    let each = |(path, kind): &(PathBuf, &'static str)| one(&api, &album, path.clone(), kind, &bar);
    let outcomes: Vec<Outcome> = futures::stream::iter(files.iter().map(each).collect::<Vec<_>>())
        .buffered(AT_ONCE)
        .collect()
        .await;
    bar.finish_and_clear();
    console::line(&format!(
        "Open {origin} and sign in as {} with the password {}\n",
        login.email, login.password
    ));
    let ready = report::print(&outcomes);
    Ok(ready == outcomes.len())
}

async fn one(api: &Api, album: &str, path: PathBuf, kind: &str, bar: &ProgressBar) -> Outcome {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let begun = Instant::now();
    let photo = api.add_photo(album, &name, &path, kind).await;
    bar.inc(1);
    Outcome { name, photo, took: begun.elapsed() }
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
        let found = pictures(folder.path()).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|(path, kind)| (path.file_name().unwrap().to_str().unwrap(), *kind))
            .collect();
        assert_eq!(
            found,
            [("a.webp", "image/webp"), ("b.JPG", "image/jpeg"), ("c.Heic", "image/heic")]
        );
        let empty = tempfile::tempdir().unwrap();
        assert!(
            pictures(empty.path())
                .unwrap_err()
                .to_string()
                .contains("holds no photos")
        );
    }
}
