//! The commands and their options.

use clap::{Parser, Subcommand};

use crate::{
    commands::{
        admin::AdminCommand, album::AlbumCommand, completions::CompletionsArgs,
        download::DownloadArgs, export::ExportArgs, login::LoginArgs, man::ManArgs,
        search::SearchArgs, share::ShareCommand, trash::TrashCommand,
    },
    import::ImportCommand,
    mirror::{MirrorArgs, verify::VerifyArgs},
    upload::UploadArgs,
};

/// The text below the list of commands.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something was not done: a file that could not be read or sent, a photo that failed
  2  the command line is wrong
  3  not signed in: albumen login
  4  the service cannot be reached, or failed
  5  the service refused, and said why

`albumen COMMAND --help` has examples.";

/// Moves photos between this machine and an Albumen service.
#[derive(Debug, Parser)]
#[command(name = "albumen", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Arguments {
    /// Print JSON, one value a line, for machines
    #[arg(long, global = true)]
    pub json: bool,
    /// The command
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in, and keep the session in the system's keyring
    Login(LoginArgs),
    /// End the session, and forget it
    #[command(after_help = "Examples:\n  albumen logout")]
    Logout,
    /// Say who is signed in, where, and how much they keep
    #[command(after_help = "Examples:\n  albumen whoami\n  albumen whoami --json")]
    Whoami,
    /// List albums: your own, and those that others share with you
    #[command(after_help = "Examples:\n  albumen albums\n  albumen albums --json | jq -r .title")]
    Albums,
    /// Make, rename or delete an album
    #[command(subcommand)]
    Album(AlbumCommand),
    /// Make, list or end links that share an album
    #[command(subcommand)]
    Share(ShareCommand),
    /// Send photos to albums, each once
    Upload(UploadArgs),
    /// Take photos over from elsewhere
    #[command(subcommand)]
    Import(ImportCommand),
    /// Fetch the originals of albums and photos
    Download(DownloadArgs),
    /// Keep a faithful copy of everything in a folder
    Mirror(MirrorArgs),
    /// Compare each file of a mirror with what it must be
    Verify(VerifyArgs),
    /// Have everything packed into ZIP files, and fetch them
    Export(ExportArgs),
    /// Find photos
    Search(SearchArgs),
    /// List the trash, or take something out of it
    #[command(subcommand)]
    Trash(TrashCommand),
    /// Show what was added and removed, by month
    #[command(after_help = "Examples:\n  albumen stats\n  albumen stats --json | jq .months")]
    Stats,
    /// Administer accounts, if you are an administrator
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Print what a shell needs to complete commands
    Completions(CompletionsArgs),
    /// Write man pages
    Man(ManArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Collects the commands that do something: those without commands of their own.
    fn leaves(command: &clap::Command, name: &str, found: &mut Vec<(String, String)>) {
        let mut has_commands = false;
        for inner in command.get_subcommands() {
            if inner.get_name() == "help" {
                continue;
            }
            has_commands = true;
            leaves(inner, &format!("{name} {}", inner.get_name()), found);
        }
        if !has_commands {
            let help = command.get_after_help().map(ToString::to_string);
            found.push((name.to_owned(), help.unwrap_or_default()));
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples_that_are_commands() {
        let mut found = Vec::new();
        leaves(&Arguments::command(), "albumen", &mut found);
        assert!(found.len() >= 15, "found too little to check: {found:?}");
        for (name, help) in found {
            let examples = help.split_once("Examples:\n");
            let (_, examples) = examples.unwrap_or_else(|| panic!("{name} has no examples"));
            assert!(examples.contains(&name), "{name} is in none of its examples");
        }
    }
}
