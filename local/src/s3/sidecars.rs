//! The files that `s3s-fs` keeps beside an object, with its attributes, `ETag` and checksums.

use std::{
    io,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

/// Removes the sidecars of an object that was deleted: `s3s-fs` would take its checksums for those
/// of the next one.
pub fn remove_sidecars(root: &Path, bucket: &str, key: &str) {
    for kind in ["internal", "metadata"] {
        // Not there is as good as gone.
        let _ = std::fs::remove_file(sidecar(root, bucket, key, kind));
    }
}

/// Gives an object another `ETag` than the MD5 of its bytes, and a checksum that is not of its
/// bytes either: algorithm and sum. The caller holds the key's lock.
pub fn write_sidecar(
    root: &Path,
    bucket: &str,
    key: &str,
    etag: &str,
    checksum: Option<&(String, String)>,
) -> io::Result<()> {
    let mut info = json!({ "e_tag": etag });
    if let Some((algorithm, sum)) = checksum {
        let field = format!("checksum_{}", algorithm.to_lowercase());
        info[field] = json!(sum);
    }
    let draft = tempfile::NamedTempFile::new_in(root)?;
    std::fs::write(draft.path(), info.to_string())?;
    draft
        .persist(sidecar(root, bucket, key, "internal"))
        .map_err(|failed| failed.error)?;
    Ok(())
}

/// Returns the path under which `s3s-fs` keeps a sidecar.
fn sidecar(root: &Path, bucket: &str, key: &str, kind: &str) -> PathBuf {
    let bucket = BASE64_URL_SAFE_NO_PAD.encode(bucket);
    let key = BASE64_URL_SAFE_NO_PAD.encode(key);
    root.join(format!(".bucket-{bucket}.object-{key}.{kind}.json"))
}
