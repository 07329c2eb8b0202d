//! Where libduckdb is: in `target/tools/duckdb`, where `./dev setup` puts it, or in
//! `DUCKDB_LIB_DIR`.

use std::{env, path::Path};

fn main() {
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let theirs = env::var("DUCKDB_LIB_DIR").ok();
    let folder = theirs
        .clone()
        .unwrap_or_else(|| root.join("target/tools/duckdb").display().to_string());
    println!("cargo::rerun-if-changed={folder}");
    println!("cargo::rustc-link-search=native={folder}");
    // Checking needs no library; linking does, and says only that it did not find it.
    if !["libduckdb.so", "libduckdb.dylib"]
        .iter()
        .any(|name| Path::new(&folder).join(name).exists())
    {
        println!("cargo::warning=libduckdb is not in {folder}: run `./dev setup`");
    }
    // A binary looks beside itself, so that a target folder may be moved.
    let ours = ["$ORIGIN/../tools/duckdb", "$ORIGIN/../../tools/duckdb"].map(str::to_owned);
    for path in theirs.map_or(ours.to_vec(), |theirs| vec![theirs]) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{path}");
    }
}
