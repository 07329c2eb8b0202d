//! `albumen import`: photos from elsewhere, with all that was said about them.

mod immich;
mod unpack;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use crate::{
    failure::{Failure, Result},
    output::Output,
    session::Session,
    settings::Folders,
    upload::{self, Choice, UploadArgs},
};
use immich::ImmichArgs;

/// Sources of photos.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Google Takeout: its archives as they are, or unpacked
    Takeout(TakeoutArgs),
    /// Immich: its pictures and albums, through its API
    Immich(ImmichArgs),
    /// Folders, each of which becomes an album
    #[command(after_help = "\
Examples:
  albumen import folder ~/Pictures
  albumen import folder ~/Pictures --dry-run")]
    Folder {
        /// Folders
        #[arg(required = true, value_name = "FOLDER")]
        folders: Vec<PathBuf>,
        /// Say what would be sent, and send nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Options of `import takeout`.
#[derive(Args, Debug)]
#[command(after_help = "\
Give all archives of one Takeout together: what is said about a photo may be in another archive
than the photo. They are unpacked into a folder, which is removed when all of it has been sent.
Each folder of the Takeout becomes an album, by the title that it had at Google. Captions, dates,
places and favourites are kept; of an edited picture both copies are sent. Videos are left out.
Interrupt it at any time: run again, it goes on.

Examples:
  albumen import takeout takeout-*.zip
  albumen import takeout ~/Downloads/Takeout
  albumen import takeout takeout-*.zip --work /media/large/takeout")]
pub struct TakeoutArgs {
    /// Archives (.zip), or folders in which they have been unpacked
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Folder for what is unpacked, as large as the archives; it is made and removed
    #[arg(long, value_name = "FOLDER")]
    pub work: Option<PathBuf>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Imports.
pub async fn run(command: ImportCommand, session: &Session, output: Output) -> Result<ExitCode> {
    match command {
        ImportCommand::Takeout(arguments) => takeout(arguments, session, output).await,
        ImportCommand::Immich(arguments) => immich::run(&arguments, session, output).await,
        ImportCommand::Folder { folders, dry_run } => {
            let upload = upload_of(folders, dry_run);
            upload::run(&upload, &Choice::Folders, session, output).await
        }
    }
}

async fn takeout(arguments: TakeoutArgs, session: &Session, output: Output) -> Result<ExitCode> {
    let user = &session.settings.user;
    let work = match arguments.work {
        Some(work) => work,
        None => Folders::find()?.state.join(format!("takeout-{user}")),
    };
    let mut roots = Vec::new();
    let mut archives = Vec::new();
    for path in arguments.paths {
        let is_archive = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        if is_archive && path.is_file() {
            archives.push(path);
        } else if path.is_dir() {
            roots.push(path);
        } else {
            return Err(Failure::Usage(format!(
                "{} is no folder and no .zip: unpack archives of other kinds, and name the folder.",
                path.display()
            )));
        }
    }
    let is_unpacked = !archives.is_empty();
    if is_unpacked {
        output.note(&format!("Unpacking into {} …", work.display()));
        let videos = unpack_all(archives, work.clone()).await?;
        if videos > 0 {
            output.note(&format!("{videos} videos are left out: the service takes pictures."));
        }
        roots.push(work.clone());
    }
    let upload = upload_of(roots, arguments.dry_run);
    let code = upload::run(&upload, &Choice::Takeout, session, output).await?;
    if is_unpacked && code == ExitCode::SUCCESS && !arguments.dry_run {
        fs::remove_dir_all(&work).map_err(|cause| Failure::file(work, cause))?;
    }
    Ok(code)
}

async fn unpack_all(archives: Vec<PathBuf>, work: PathBuf) -> Result<u64> {
    let unpacking = tokio::task::spawn_blocking(move || {
        unpack::claim(&work)?;
        let mut videos = 0;
        for archive in archives {
            videos += unpack::unpack(&archive, &work)?;
        }
        Ok(videos)
    });
    unpacking.await?
}

fn upload_of(paths: Vec<PathBuf>, dry_run: bool) -> UploadArgs {
    UploadArgs { paths, dry_run, ..UploadArgs::default() }
}
