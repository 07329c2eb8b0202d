//! `albumen completions`.

use std::io;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;

/// Options of `completions`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  albumen completions bash > ~/.local/share/bash-completion/completions/albumen
  albumen completions zsh > ~/.zfunc/_albumen
  albumen completions fish > ~/.config/fish/completions/albumen.fish")]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Prints what a shell needs to complete commands.
pub fn run(arguments: &CompletionsArgs) {
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "albumen", &mut io::stdout());
}
