//! `albumen import immich`: the pictures of somebody's Immich, by its API.
//!
//! A run lists the pictures and the albums first, into tables that are gone with it; then each
//! picture is fetched that the service does not have, compared with the sum that Immich has noted,
//! and sent as any file is. The sums of what was fetched are remembered, so that another run asks
//! Immich for no bytes again.

mod address;
mod answers;
mod catalogue;
mod server;
mod words;

use std::{fs, path::Path, path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    failure::{Failure, Result},
    output::Output,
    prompt,
    session::Session,
    settings::Folders,
    upload::{
        self, PlanSize, as_title,
        elsewhere::{Elsewhere, Picture},
    },
};
use answers::Album;
use catalogue::Catalogue;
use server::Server;

/// The question for the key.
const KEY: &str = "API key of Immich";

/// Options of `import immich`.
#[derive(Args, Debug)]
#[command(after_help = "\
Make a key in Immich (Account Settings, API Keys) with the permissions asset.read, asset.download,
album.read and user.read. It is asked for, or read from standard input or a file: it is never an
option, where other users and the shell's history would have it. It is not kept.

Pictures of the timeline are taken, each with its description, date, place and favourite, into
albums of the titles that they have in Immich. Videos, what is archived, locked or in the trash,
and albums of others are left out. Interrupt it at any time: run again, it goes on.

Examples:
  albumen import immich --from https://immich.example.com
  albumen import immich --from http://192.168.1.10:2283 --key-file ~/immich.key
  pass show immich | albumen import immich --from https://immich.example.com --stdin --dry-run")]
pub struct ImmichArgs {
    /// Address of the Immich server; http:// in a network of one's own
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// Read the key from the first line of standard input
    #[arg(long, conflicts_with = "key_file")]
    pub stdin: bool,
    /// Read the key from the first line of a file
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Title of the album for pictures that are in none
    #[arg(long, value_name = "TITLE", default_value = "Immich")]
    pub album: String,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Imports.
pub async fn run(arguments: &ImmichArgs, session: &Session, output: Output) -> Result<ExitCode> {
    let origin = address::origin(&arguments.from)?;
    let server = Server::new(origin, &key(arguments)?)?;
    server.check_version().await?;
    let me = server.me().await?;
    let index = Folders::find()?.index(&session.settings.user);
    let mut catalogue = Catalogue::open(&index, &arguments.album)?;
    output.note("Listing what Immich has …");
    list_pictures(&server, &me, &mut catalogue, output).await?;
    for album in server.albums().await? {
        if album.is_of(&me) {
            list_album(&server, &album, &mut catalogue).await?;
        }
    }
    let immich = Immich { server, catalogue };
    upload::run_from(immich, arguments.dry_run, session, output).await
}

fn key(arguments: &ImmichArgs) -> Result<String> {
    let key = match &arguments.key_file {
        Some(file) => first_line(file)?,
        None if arguments.stdin => prompt::first_line_of_input(KEY)?,
        None => prompt::secret(KEY)?,
    };
    match key.trim() {
        "" => Err(Failure::Usage(format!("{KEY}: the first line is empty."))),
        key => Ok(key.to_owned()),
    }
}

fn first_line(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).map_err(|cause| Failure::file(file, cause))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Lists the pictures of this user's timeline, and says what of it is left out.
async fn list_pictures(
    server: &Server,
    me: &str,
    catalogue: &mut Catalogue,
    output: Output,
) -> Result<()> {
    let (mut videos, mut unknown) = (0, 0);
    let mut page = Some(1);
    while let Some(number) = page {
        let found = server.search(number, None).await?;
        page = found.next()?;
        let mut pictures = Vec::new();
        for asset in found.items {
            if !asset.is_in_timeline_of(me) {
                continue;
            }
            if !asset.is_picture() {
                videos += 1;
                continue;
            }
            match words::file_name(&asset) {
                Some(name) => pictures.push((name, asset)),
                None => unknown += 1,
            }
        }
        catalogue.add_pictures(&pictures)?;
    }
    if videos > 0 {
        output.note(&format!("{videos} videos are left out: the service takes pictures."));
    }
    if unknown > 0 {
        output.note(&format!("{unknown} pictures are left out: the service has no such format."));
    }
    Ok(())
}

/// Lists the pictures of an album.
async fn list_album(server: &Server, album: &Album, catalogue: &mut Catalogue) -> Result<()> {
    let Some(title) = as_title(&album.title) else { return Ok(()) };
    let mut page = Some(1);
    while let Some(number) = page {
        let found = server.search(number, Some(&album.id)).await?;
        page = found.next()?;
        catalogue.add_to_album(&title, &found.items)?;
    }
    Ok(())
}

/// An Immich server, with the list of what it has.
struct Immich {
    server: Server,
    catalogue: Catalogue,
}

impl Elsewhere for Immich {
    fn size(&self) -> Result<PlanSize> {
        self.catalogue.size()
    }

    fn batch(&self, after: i64, most: usize) -> Result<Vec<Picture>> {
        self.catalogue.batch(after, most)
    }

    async fn fetch(&self, picture: &Picture, to: &Path) -> Result<String> {
        let expected = self.catalogue.expected(&picture.id)?;
        let arrived = self.server.download(&picture.id, to).await?;
        if !expected.fits(&arrived) {
            return Err(Failure::NotDone(
                "Immich sends other bytes than it once took in: look at the original there"
                    .to_owned(),
            ));
        }
        self.catalogue
            .remember(&picture.id, &expected, &arrived.sha256)?;
        Ok(arrived.sha256)
    }
}
