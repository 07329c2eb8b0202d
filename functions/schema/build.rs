//! Puts every migration into the binary: what is deployed together is applied together.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?)
        .join("../../migrations")
        .canonicalize()?;
    let mut list = String::from("[\n");
    for database in ["accounts", "library", "activity", "warehouse"] {
        let folder = root.join(database);
        // A file that is added changes the folder.
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = fs::read_dir(&folder)?
            .map(|file| Ok(file?.path()))
            .collect::<Result<Vec<_>, std::io::Error>>()?;
        files.sort();
        for file in files
            .iter()
            .filter(|file| file.extension().is_some_and(|kind| kind == "sql"))
        {
            let name = file
                .file_stem()
                .and_then(|name| name.to_str())
                .ok_or("a migration without a name")?;
            let (version, what) = name.split_once('_').ok_or("a migration without a number")?;
            let version: i64 = version.parse()?;
            let (what, file) =
                (what.replace('_', " "), file.to_str().ok_or("a folder whose name is no text")?);
            writeln!(list, "    ({database:?}, {version}, {what:?}, include_str!({file:?})),")?;
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("migrations.rs"), list + "]\n")?;
    Ok(())
}
