//! A photo's files are brought in line with what the service says.
//!
//! Each step leaves files whole and may be repeated: a run that was killed after a file was moved
//! and before that was noted finds it where it should be.

use client::{
    PhotoId,
    types::{Photo, Status},
};

use crate::{
    failure::Result,
    mirror::{
        Tally,
        files::MirrorFolder,
        names, sidecar,
        state::{Copy, Standing, State},
    },
    settings::remove_if_there,
};

/// Returns the SHA-256 that has to be fetched before a photo's files can be brought in line; `None`
/// if there is nothing to fetch.
pub fn to_fetch(state: &State, folder: &MirrorFolder, id: &PhotoId) -> Result<Option<String>> {
    let Some(photo) = arrived(state, id)? else { return Ok(None) };
    let copies = state.copies(id)?;
    let is_there = copies
        .iter()
        .any(|copy| copy.sha256 == photo.sha256 && folder.place(&copy.path).exists());
    if is_there || state.standings(id)?.is_empty() {
        return Ok(None);
    }
    Ok(Some(photo.sha256))
}

/// Brings a photo's files in line; its bytes are there, or have been fetched.
pub fn settle(state: &State, folder: &MirrorFolder, id: &PhotoId, tally: &mut Tally) -> Result<()> {
    let Some(photo) = arrived(state, id)? else {
        for copy in state.copies(id)? {
            remove(state, folder, &copy, tally)?;
        }
        return state.done(id);
    };
    let standings = state.standings(id)?;
    let mut spare = state.copies(id)?;
    spare.retain(|copy| {
        !standings
            .iter()
            .any(|standing| standing.album == copy.album)
    });
    for standing in &standings {
        let path = place_copy(state, folder, &photo, standing, &mut spare, tally)?;
        folder.write_sidecar(&path, &sidecar::of(&photo))?;
    }
    for copy in spare {
        remove(state, folder, &copy, tally)?;
    }
    // All have been linked or moved from it.
    remove_if_there(&folder.incoming(id))?;
    state.done(id)
}

/// Returns a photo whose bytes the service has.
fn arrived(state: &State, id: &PhotoId) -> Result<Option<Photo>> {
    let photo = state.photo(id)?;
    Ok(photo.filter(|photo| matches!(photo.status, Status::Ready | Status::Processing)))
}

/// Puts a photo's file for an album where it belongs; returns its path.
fn place_copy(
    state: &State,
    folder: &MirrorFolder,
    photo: &Photo,
    standing: &Standing,
    spare: &mut Vec<Copy>,
    tally: &mut Tally,
) -> Result<String> {
    let path = free_path(state, folder, photo, standing)?;
    let wanted =
        Copy { path: path.clone(), album: standing.album.clone(), sha256: photo.sha256.clone() };
    let copies = state.copies(&photo.id)?;
    let there = copies.iter().find(|copy| copy.album == standing.album);
    if there == Some(&wanted) && folder.place(&path).exists() {
        return Ok(path);
    }
    if folder.has(&path, &photo.sha256) {
        // A run before this one was killed here.
        clear_old_place(folder, there, &path)?;
    } else if let Some(old) = usable(there, folder, photo) {
        move_copy(folder, &old.path, &path)?;
        tally.moved += 1;
    } else if let Some(at) = spare.iter().position(|copy| is_usable(copy, folder, photo)) {
        let old = spare.remove(at);
        move_copy(folder, &old.path, &path)?;
        state.forget_copy(&old.path)?;
        tally.moved += 1;
    } else if let Some(other) = copies.iter().find(|copy| is_usable(copy, folder, photo)) {
        folder.link(&other.path, &path)?;
        tally.linked += 1;
    } else {
        folder.rename(&folder.incoming(&photo.id), &path)?;
        tally.fetched += 1;
        tally.bytes += photo.bytes;
    }
    if let Some(old) = there
        && old.path != path
    {
        state.forget_copy(&old.path)?;
    }
    state.keep_copy(&photo.id, &wanted)?;
    Ok(path)
}

/// Removes what a run that was killed has left where a file was before it moved.
fn clear_old_place(folder: &MirrorFolder, old: Option<&Copy>, path: &str) -> Result<()> {
    match old {
        // Where letters have no case, two paths may be one file.
        Some(old) if old.path.to_lowercase() != path.to_lowercase() => folder.clear(&old.path),
        _ => Ok(()),
    }
}

fn usable<'a>(copy: Option<&'a Copy>, folder: &MirrorFolder, photo: &Photo) -> Option<&'a Copy> {
    copy.filter(|copy| is_usable(copy, folder, photo))
}

fn is_usable(copy: &Copy, folder: &MirrorFolder, photo: &Photo) -> bool {
    copy.sha256 == photo.sha256 && folder.place(&copy.path).exists()
}

fn move_copy(folder: &MirrorFolder, from: &str, to: &str) -> Result<()> {
    if from != to {
        folder.rename(&folder.place(from), to)?;
        folder.remove_sidecar(from)?;
    }
    Ok(())
}

/// Returns the path of a photo's file for an album: one that no other photo has, and at which
/// there is nothing else.
fn free_path(
    state: &State,
    folder: &MirrorFolder,
    photo: &Photo,
    standing: &Standing,
) -> Result<String> {
    let name = names::file(photo);
    let path = format!("{}/{name}", standing.folder);
    let is_foreign = folder.place(&path).exists()
        && !has_copy_at(state, photo, &path)?
        && !folder.has(&path, &photo.sha256);
    if is_foreign || state.is_taken(&path, &photo.id, &standing.album)? {
        return Ok(format!("{}/{}", standing.folder, names::with_id(&name, photo.id.as_str())));
    }
    Ok(path)
}

fn has_copy_at(state: &State, photo: &Photo, path: &str) -> Result<bool> {
    let copies = state.copies(&photo.id)?;
    Ok(copies.iter().any(|copy| copy.path == path))
}

fn remove(state: &State, folder: &MirrorFolder, copy: &Copy, tally: &mut Tally) -> Result<()> {
    folder.trash(&copy.path)?;
    state.forget_copy(&copy.path)?;
    tally.trashed += 1;
    Ok(())
}
