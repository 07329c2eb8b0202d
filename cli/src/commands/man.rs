//! `albumen man`.

use std::{fs, path::PathBuf};

use clap::{Args, CommandFactory};
use serde_json::json;

use crate::{
    arguments::Arguments,
    failure::{Failure, Result},
    output::Output,
};

/// Options of `man`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  albumen man ~/.local/share/man/man1
  albumen man /tmp/man && man /tmp/man/albumen-share-create.1")]
pub struct ManArgs {
    /// Folder for the pages, one a command; it is made if it is not there
    pub folder: PathBuf,
}

/// Writes man pages.
pub fn run(arguments: &ManArgs, output: Output) -> Result<()> {
    let folder = &arguments.folder;
    let written = fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
    written.map_err(|cause| Failure::file(folder, cause))?;
    let text = format!("The pages are in {}.", folder.display());
    output.result(&json!({ "folder": folder }), &text);
    Ok(())
}
