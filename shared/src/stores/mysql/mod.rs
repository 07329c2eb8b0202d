//! The truth: three logical databases on Aurora MySQL, each with shards and an outbox or a record.

pub mod accounts;
pub mod activities;
pub mod advisory_lock;
pub mod auto_pause;
pub mod batch;
pub mod conflicts;
mod endpoint;
pub mod exports;
pub mod library;
pub mod literal;
pub mod outbox;
mod reader;
pub mod rows;
pub mod sharded;
pub mod sign_in;

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, path::Path};

    /// The first words of statements.
    const VERBS: [&str; 4] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];

    /// Adds the files' string literals that are statements, each with where it stands.
    fn read_statements(folder: &Path, statements: &mut BTreeMap<String, Vec<String>>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                read_statements(&path, statements);
                continue;
            }
            let source = fs::read_to_string(&path).expect("source");
            let constants = source.split("const ").skip(1);
            for constant in constants {
                for literal in constant.split(';').next().unwrap_or_default().split('"') {
                    let words: Vec<_> = literal
                        .trim_start_matches('\\')
                        .split(['\\', '\n', ' '])
                        .filter(|word| !word.is_empty())
                        .collect();
                    let text = words.join(" ");
                    if VERBS.iter().any(|verb| text.starts_with(verb)) {
                        let place = path.display().to_string();
                        statements.entry(text).or_default().push(place);
                    }
                }
            }
        }
    }

    #[test]
    fn a_statement_is_written_once() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stores/mysql");
        let mut statements = BTreeMap::new();
        read_statements(&folder, &mut statements);
        assert!(statements.len() > 150, "{} statements were found", statements.len());
        let twice: Vec<_> = statements
            .iter()
            .filter(|(_, places)| places.len() > 1)
            .collect();
        assert!(twice.is_empty(), "{twice:#?}");
    }
}
