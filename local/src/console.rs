//! Lines for the person at the terminal.
//!
//! A terminal that went away must not end the system, so failures to write are ignored.

use std::io::{IsTerminal, Write};

/// Prints a line that a function has written, under the function's name.
pub fn function_line(name: &str, line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = if out.is_terminal() {
        writeln!(out, "\x1b[36m{name}\x1b[0m {line}")
    } else {
        writeln!(out, "{name} {line}")
    };
}

/// Prints a line of the local system itself.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a line to standard error: what went wrong and what to do.
pub fn problem(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
