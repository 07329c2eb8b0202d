//! `costs.toml`, brought up to date in its place: comments and assumptions stay.

use std::{fs, path::Path, time::Duration};

use shared::error::Cause;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use super::{Cost, requests::WRITE};

/// Writes what was measured.
pub fn update(path: &Path, costs: &[Cost]) -> Result<(), Cause> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(fs::write(path, updated(&text, costs)?)?)
}

fn updated(text: &str, costs: &[Cost]) -> Result<String, Cause> {
    let mut file: DocumentMut = text.parse()?;
    for cost in costs {
        let table = table(&mut file, cost.name)
            .ok_or_else(|| format!("costs.toml has no {}", cost.name))?;
        for (field, number) in fields(cost) {
            set(table, field, number)
                .ok_or_else(|| format!("costs.toml has no {field} of {}", cost.name))?;
        }
    }
    Ok(file.to_string())
}

/// The write's, or that of the read with this name.
fn table<'a>(file: &'a mut DocumentMut, name: &str) -> Option<&'a mut Table> {
    if name == WRITE {
        return file.get_mut("write").and_then(Item::as_table_mut);
    }
    let mut reads = file
        .get_mut("read")
        .and_then(Item::as_array_of_tables_mut)
        .map(ArrayOfTables::iter_mut)?;
    reads.find(|read| read.get("name").and_then(Item::as_str) == Some(name))
}

fn fields(cost: &Cost) -> Vec<(&'static str, f64)> {
    let (read, written) = cost.units;
    // What the database does by itself is nothing that a request takes.
    let mysql_cpu = if cost.queries > 0.0 { cost.mysql_cpu } else { Duration::ZERO };
    let both = [
        ("cpu_ms", cost.cpu.as_secs_f64() * 1e3),
        ("dynamodb_trips", cost.trips),
        ("queries", cost.queries),
        ("mysql_cpu_ms", mysql_cpu.as_secs_f64() * 1e3),
        ("bytes", cost.bytes.round()),
    ];
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let others = match cost.name {
        WRITE => [("dynamodb_read_units", read), ("dynamodb_write_units", written)],
        // Most reads come to a process that does not remember what they ask for.
        _ => [("dynamodb_units", cost.first_read), ("rows", cost.rows as f64)],
    };
    [both.as_slice(), &others].concat()
}

/// Replaces a number, with two decimals where it has any; the comment after it stays.
fn set(table: &mut Table, field: &str, number: f64) -> Option<()> {
    let value = table.get_mut(field)?.as_value_mut()?;
    let rounded = (number * 100.0).round() / 100.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and no more than some thousands")]
    let mut new =
        if rounded.fract() == 0.0 { Value::from(rounded as i64) } else { Value::from(rounded) };
    *new.decor_mut() = value.decor().clone();
    *value = new;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(name: &'static str) -> Cost {
        let cpu = Duration::from_micros(2346);
        Cost {
            name,
            cpu,
            memory: 1,
            trips: 2.0,
            units: (1.5, 3.0),
            first_read: 2.5,
            queries: 0.337,
            mysql_cpu: cpu / 2,
            bytes: 900.4,
            rows: 51,
        }
    }

    const BEFORE: &str = "\
        # Above.\n\
        dynamodb_ms = 4.0\n\n\
        # A page.\n\
        [[read]]\n\
        name = \"a\"\n\
        cpu_ms = 1.0 # why\n\
        dynamodb_trips = 9\n\
        dynamodb_units = 9\n\
        queries = 9\n\
        mysql_cpu_ms = 9\n\
        bytes = 9\n\
        rows = 9\n\
        share = 1.0\n\n\
        [write]\n\
        cpu_ms = 1.0\n\
        dynamodb_trips = 9\n\
        dynamodb_read_units = 9\n\
        dynamodb_write_units = 9\n\
        queries = 9\n\
        mysql_cpu_ms = 9\n\
        bytes = 9\n\
        photos = 0.05 # an assumption\n";

    const AFTER: &str = "\
        # Above.\n\
        dynamodb_ms = 4.0\n\n\
        # A page.\n\
        [[read]]\n\
        name = \"a\"\n\
        cpu_ms = 2.35 # why\n\
        dynamodb_trips = 2\n\
        dynamodb_units = 2.5\n\
        queries = 0.34\n\
        mysql_cpu_ms = 1.17\n\
        bytes = 900\n\
        rows = 51\n\
        share = 1.0\n\n\
        [write]\n\
        cpu_ms = 2.35\n\
        dynamodb_trips = 2\n\
        dynamodb_read_units = 1.5\n\
        dynamodb_write_units = 3\n\
        queries = 0.34\n\
        mysql_cpu_ms = 1.17\n\
        bytes = 900\n\
        photos = 0.05 # an assumption\n";

    #[test]
    fn numbers_are_replaced_and_words_stay() {
        assert_eq!(updated(BEFORE, &[cost("a"), cost(WRITE)]).expect("TOML"), AFTER);
        assert!(updated(BEFORE, &[cost("b")]).is_err(), "a read that the file does not have");
    }

    #[test]
    fn the_file_has_every_field() {
        let text = include_str!("../../capacity/costs.toml");
        let names = [
            "get-album",
            "list-photos",
            "get-photo",
            "get-month",
            "list-albums",
            "list-comments",
            WRITE,
        ];
        assert!(updated(text, &names.map(cost)).is_ok());
    }
}
