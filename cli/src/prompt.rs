//! Questions to the person at the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::failure::{Failure, Result};

/// Asks for a line.
///
/// # Errors
/// There is nobody to ask.
pub fn line(question: &str) -> Result<String> {
    if !io::stdin().is_terminal() {
        return Err(nobody(question));
    }
    let _ = write!(io::stderr().lock(), "{question}: ");
    first_line_of_input(question)
}

/// Asks for a secret, which is not shown.
///
/// # Errors
/// There is nobody to ask.
pub fn secret(question: &str) -> Result<String> {
    match rpassword::prompt_password(format!("{question}: ")) {
        Ok(secret) if !secret.is_empty() => Ok(secret),
        _ => Err(nobody(question)),
    }
}

/// Returns the next line of standard input, without its end.
///
/// # Errors
/// There is none.
pub fn first_line_of_input(what: &str) -> Result<String> {
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(read) if read > 0 => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
        _ => Err(nobody(what)),
    }
}

fn nobody(question: &str) -> Failure {
    Failure::Usage(format!(
        "{question}: there is no terminal to ask on. The command's --help has what scripts do."
    ))
}
