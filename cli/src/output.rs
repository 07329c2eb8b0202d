//! Lines for the person, or the machine, that reads.
//!
//! Results go to standard output, all else to standard error. Who reads may go away before the
//! end, as `head` does, so failures to write are passed over.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal, Write},
};

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

/// The way in which results are printed.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Prints texts, or JSON.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Returns whether it prints JSON.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// Says something to a person at the terminal, beside the results.
    pub fn note(self, text: &str) {
        if !self.json {
            let _ = writeln!(io::stderr().lock(), "{}", printable(text));
        }
    }

    /// Prints a result: its text, or itself as a line of JSON.
    pub fn result(self, value: &impl Serialize, text: &str) {
        if self.json {
            json_line(value);
        } else {
            let _ = writeln!(io::stdout().lock(), "{}", printable(text));
        }
    }

    /// Prints a list: a table with these headings, or a line of JSON an item.
    pub fn list<T: Serialize>(
        self,
        items: &[T],
        headings: &[&str],
        row: impl Fn(&T) -> Vec<String>,
    ) {
        if self.json {
            for item in items {
                json_line(item);
            }
            return;
        }
        let mut rows = Vec::with_capacity(items.len());
        for item in items {
            rows.push(row(item));
        }
        let mut out = io::stdout().lock();
        for line in table(headings, &rows) {
            let _ = writeln!(out, "{line}");
        }
    }

    /// Says why the command ended.
    pub fn failure(self, failure: &Failure) {
        if self.json {
            let error = json!({ "error": failure.to_string() });
            let _ = writeln!(io::stderr().lock(), "{error}");
        } else {
            let _ = writeln!(io::stderr().lock(), "{}", printable(&failure.to_string()));
        }
    }
}

fn json_line(value: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(value) {
        let _ = writeln!(io::stdout().lock(), "{line}");
    }
}

/// Returns the text without control characters: a name of a file or of an album must not move the
/// cursor of the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter })
        .collect()
}

/// Returns the lines of a table: columns as wide as their longest cell.
fn table(headings: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let mut lines = Vec::with_capacity(rows.len() + 1);
    let mut widths: Vec<usize> = Vec::new();
    for (column, heading) in headings.iter().enumerate() {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.chars().count()).max();
        widths.push(longest.unwrap_or(0).max(heading.chars().count()));
    }
    if io::stdout().is_terminal() {
        let cells: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        lines.push(padded(&cells, &widths));
    }
    for row in rows {
        lines.push(padded(row, &widths));
    }
    lines
}

fn padded(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = printable(cell).replace('\n', " ");
        let _ = write!(line, "{cell:<width$}  ");
    }
    line.trim_end().to_owned()
}

/// Returns a number of bytes in words: `3.2 MB`.
pub fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, size) in UNITS {
        if bytes >= size {
            return format!("{}.{} {unit}", bytes / size, bytes % size * 10 / size);
        }
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_stands_in_columns_and_moves_no_cursor() {
        let rows = vec![
            vec!["a".to_owned(), "1".to_owned()],
            vec!["long\x1b[2J".to_owned(), "22".to_owned()],
        ];
        let lines = table(&["name", "n"], &rows);
        assert_eq!(lines.last().expect("a line"), "long\u{fffd}[2J  22");
        assert_eq!(lines[lines.len() - 2], "a         1");
    }

    #[test]
    fn bytes_are_said_in_words() {
        assert_eq!(bytes_in_words(999), "999 B");
        assert_eq!(bytes_in_words(3_250_000), "3.2 MB");
        assert_eq!(bytes_in_words(2_000_000_000_000), "2.0 TB");
    }
}
