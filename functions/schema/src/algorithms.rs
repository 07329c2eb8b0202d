//! Holds migrations of the record to the algorithms after which a partition can be exchanged.
//!
//! MySQL adds a column in an instant where it may choose, and then refuses to exchange a partition
//! for a table that was made otherwise (error 1731): no month would leave the database any more.

use crate::tables::MIGRATIONS;

/// Returns the statements that change a table without an algorithm that rewrites it.
fn unnamed(sql: &str) -> Vec<String> {
    let lines = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let code = lines.collect::<Vec<_>>().join(" ").to_uppercase();
    let mut found = Vec::new();
    for statement in code.split(';') {
        let words: Vec<_> = statement.split_whitespace().collect();
        let text = words.join(" ");
        let plain = text.replace(" = ", "=");
        let is_named = plain.contains("ALGORITHM=INPLACE") || plain.contains("ALGORITHM=COPY");
        if text.starts_with("ALTER TABLE") && !is_named {
            found.push(text);
        }
    }
    found
}

#[test]
fn migrations_of_the_record_name_their_algorithm() {
    let mut seen = 0;
    for (database, version, _, sql) in MIGRATIONS {
        if *database == "activity" {
            seen += 1;
            assert_eq!(unnamed(sql), [""; 0], "migration {version}: docs/adding-a-migration.md");
        }
    }
    assert!(seen >= 4, "{seen} migrations");
}

#[test]
fn a_change_without_an_algorithm_is_found() {
    let bad =
        "-- ALGORITHM = COPY\nCREATE TABLE a (b INT);\nALTER TABLE activity\n  ADD COLUMN c INT;";
    assert_eq!(unnamed(bad), ["ALTER TABLE ACTIVITY ADD COLUMN C INT"]);
    assert_eq!(unnamed("ALTER TABLE a ADD COLUMN c INT, ALGORITHM = INSTANT;").len(), 1);
    for good in [
        "ALTER TABLE a ADD COLUMN c INT, ALGORITHM = INPLACE;",
        "alter table a\nadd c int, algorithm=copy",
    ] {
        assert_eq!(unnamed(good), [""; 0]);
    }
}
