//! What `COPY` reads: the objects of the local S3, which are files in a folder for each bucket.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use serde::Deserialize;

use crate::dialect::Copy;

/// What a manifest names.
#[derive(Deserialize)]
struct Manifest {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    url: String,
    #[serde(default)]
    mandatory: bool,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    content_length: u64,
}

/// The files that a `COPY` loads, in order. Why there are none, as Redshift would say it.
pub fn files(buckets: &Path, copy: &Copy) -> Result<Vec<PathBuf>, String> {
    let (bucket, key) = parts(&copy.from)?;
    let files = if copy.manifest {
        let text = fs::read(path(buckets, bucket, key)?);
        let text = text.map_err(|_| format!("ERROR: the manifest {} does not exist", copy.from))?;
        named(buckets, &text)?
    } else {
        beginning_with(buckets, bucket, key)?
    };
    if files.is_empty() {
        return Err(format!("ERROR: the specified S3 prefix '{key}' does not exist"));
    }
    Ok(files)
}

fn named(buckets: &Path, manifest: &[u8]) -> Result<Vec<PathBuf>, String> {
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|why| format!("ERROR: manifest: {why}"))?;
    let mut files = Vec::new();
    for entry in manifest.entries {
        // Redshift needs the length for Parquet, and finds out itself whether it is the object's.
        let meta = entry
            .meta
            .ok_or_else(|| format!("ERROR: manifest: {} lacks meta.content_length", entry.url))?;
        let (bucket, key) = parts(&entry.url)?;
        let file = path(buckets, bucket, key)?;
        match fs::metadata(&file) {
            Ok(found) if found.len() == meta.content_length => files.push(file),
            Ok(found) => {
                let (says, has) = (meta.content_length, found.len());
                return Err(format!("ERROR: manifest: {} has {has} bytes, not {says}", entry.url));
            }
            Err(_) if entry.mandatory => {
                return Err(format!("ERROR: mandatory file {} does not exist", entry.url));
            }
            Err(_) => {}
        }
    }
    Ok(files)
}

fn beginning_with(buckets: &Path, bucket: &str, prefix: &str) -> Result<Vec<PathBuf>, String> {
    let top = path(buckets, bucket, "")?;
    let (mut found, mut folders) = (Vec::new(), vec![top.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .strip_prefix(&top)
                .is_ok_and(|key| key.to_string_lossy().starts_with(prefix))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn parts(url: &str) -> Result<(&str, &str), String> {
    let parts = url
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'));
    parts.ok_or_else(|| format!("ERROR: {url} is no s3://bucket/key"))
}

/// Never above the bucket.
fn path(buckets: &Path, bucket: &str, key: &str) -> Result<PathBuf, String> {
    let inside = |name: &str| {
        Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
    };
    let plain = !bucket.is_empty() && !bucket.starts_with('.') && !bucket.contains('/');
    if plain && inside(bucket) && inside(key) {
        Ok(buckets.join(bucket).join(key))
    } else {
        Err(format!("ERROR: s3://{bucket}/{key} is no object"))
    }
}
