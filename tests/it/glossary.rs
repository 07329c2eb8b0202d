//! The glossary: each type that it names is there.

use std::{collections::BTreeSet, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
}

/// The names of all types in the Rust files of this folder.
fn types_in(folder: &Path, types: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            types_in(&path, types);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source file");
        types.extend(source.lines().filter_map(type_in));
    }
}

/// The type that a line begins to define.
fn type_in(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let mut word = words.next()?;
    if word.starts_with("pub") {
        word = words.next()?;
    }
    if !matches!(word, "struct" | "enum" | "trait") {
        return None;
    }
    let name = words.next()?;
    let end = name.find(|letter: char| !letter.is_alphanumeric());
    Some(name[..end.unwrap_or(name.len())].to_owned())
}

/// The types of ids, which a macro makes.
fn ids() -> Vec<String> {
    let source = root().join("shared/src/domain/id.rs");
    let source = fs::read_to_string(source).expect("the types of ids");
    let words = source.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| word.ends_with("Id"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_word_names_a_type_that_is_there() {
    let mut types = BTreeSet::new();
    types_in(&root().join("shared/src"), &mut types);
    types.extend(ids());
    assert!(types.len() > 200, "found too little to check: {types:?}");
    let glossary = fs::read_to_string(root().join("docs/glossary.md")).expect("the glossary");
    let rows = glossary
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1);
    let mut words = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [word, _, name] = cells[..] else { panic!("a row of three cells: {row}") };
        let name = name.trim_matches('`');
        assert!(types.contains(name), "{word}: there is no type {name}");
        words += 1;
    }
    assert!(words >= 24, "found too little to check: {words} words");
}
