//! The files of a `COPY`: the objects of the local S3, which are files in a folder for each bucket.
//!
//! <https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html>

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use serde::Deserialize;

use crate::dialect::CopyCommand;

/// A manifest: a list of objects.
#[derive(Deserialize)]
struct CopyManifest {
    entries: Vec<ManifestEntry>,
}

#[derive(Deserialize)]
struct ManifestEntry {
    url: String,
    #[serde(default)]
    mandatory: bool,
    meta: Option<ManifestMeta>,
}

#[derive(Deserialize)]
struct ManifestMeta {
    content_length: u64,
}

/// Returns the files that a `COPY` loads, in order.
///
/// # Errors
/// The reason for which there are none, as Redshift would say it.
pub fn files(buckets: &Path, command: &CopyCommand) -> Result<Vec<PathBuf>, String> {
    let (bucket, key) = bucket_and_key(&command.from)?;
    let files = if command.manifest {
        let manifest = object_path(buckets, bucket, key)?;
        let text = fs::read(manifest)
            .map_err(|_| format!("ERROR: the manifest {} does not exist", command.from))?;
        files_of_manifest(buckets, &text)?
    } else {
        files_with_prefix(buckets, bucket, key)?
    };
    if files.is_empty() {
        return Err(format!("ERROR: the specified S3 prefix '{key}' does not exist"));
    }
    Ok(files)
}

fn files_of_manifest(buckets: &Path, text: &[u8]) -> Result<Vec<PathBuf>, String> {
    let manifest: CopyManifest =
        serde_json::from_slice(text).map_err(|cause| format!("ERROR: manifest: {cause}"))?;
    let mut files = Vec::new();
    for ManifestEntry { url, mandatory, meta } in manifest.entries {
        // Redshift needs the length for Parquet, and finds out itself whether it is the object's.
        let Some(meta) = meta else {
            return Err(format!("ERROR: manifest: {url} lacks meta.content_length"));
        };
        let (bucket, key) = bucket_and_key(&url)?;
        let file = object_path(buckets, bucket, key)?;
        match fs::metadata(&file) {
            Ok(found) if found.len() == meta.content_length => files.push(file),
            Ok(found) => {
                return Err(format!(
                    "ERROR: manifest: {url} has {} bytes, not {}",
                    found.len(),
                    meta.content_length
                ));
            }
            Err(_) if mandatory => {
                return Err(format!("ERROR: mandatory file {url} does not exist"));
            }
            Err(_) => {}
        }
    }
    Ok(files)
}

fn files_with_prefix(buckets: &Path, bucket: &str, prefix: &str) -> Result<Vec<PathBuf>, String> {
    let root = object_path(buckets, bucket, "")?;
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(key) = path.strip_prefix(&root)
                && key.to_string_lossy().starts_with(prefix)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Splits `s3://bucket/key`.
fn bucket_and_key(url: &str) -> Result<(&str, &str), String> {
    let parts = url
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'));
    parts.ok_or_else(|| format!("ERROR: {url} is no s3://bucket/key"))
}

/// Returns the path of an object, which is never above its bucket.
fn object_path(buckets: &Path, bucket: &str, key: &str) -> Result<PathBuf, String> {
    let is_name = !bucket.is_empty() && !bucket.starts_with('.') && !bucket.contains('/');
    if is_name && is_inside(bucket) && is_inside(key) {
        Ok(buckets.join(bucket).join(key))
    } else {
        Err(format!("ERROR: s3://{bucket}/{key} is no object"))
    }
}

fn is_inside(name: &str) -> bool {
    let mut components = Path::new(name).components();
    components.all(|part| matches!(part, Component::Normal(_)))
}
