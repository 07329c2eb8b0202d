//! Links libduckdb: that in `target/tools/duckdb`, where `./dev setup` puts it, or in
//! `DUCKDB_LIB_DIR`.

use std::{
    env,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    let named_folder = env::var("DUCKDB_LIB_DIR").ok();
    let folder = match &named_folder {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/duckdb"),
    };
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rustc-link-search=native={}", folder.display());
    // Checking needs no library; linking does, and says only that it did not find it.
    if !folder.join("libduckdb.so").exists() && !folder.join("libduckdb.dylib").exists() {
        println!("cargo::warning=libduckdb is not in {}: run `./dev setup`", folder.display());
    }
    // A binary looks beside itself, so that a target folder may be moved.
    let run_paths = match named_folder {
        Some(folder) => vec![folder],
        None => vec!["$ORIGIN/../tools/duckdb".to_owned(), "$ORIGIN/../../tools/duckdb".to_owned()],
    };
    for path in run_paths {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{path}");
    }
}
