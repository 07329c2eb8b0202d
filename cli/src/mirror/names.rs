//! Names of the mirror's files and folders: those of the service, as far as a disk takes them.

use client::types::Photo;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// The most bytes of a name, with room for what is put before and behind it.
const NAME: usize = 180;
/// The letters of an id that tell two of one name apart.
const ID: usize = 8;

/// Returns the folder of an album with this title.
pub fn folder(title: &str) -> String {
    let name = cleaned(title);
    if name.is_empty() { "Album".to_owned() } else { name }
}

/// Returns the name of a photo's file: the clock of the place where it was taken, and the name
/// under which it was uploaded.
pub fn file(photo: &Photo) -> String {
    let name = cleaned(&photo.name);
    let name = if name.is_empty() { "photo".to_owned() } else { name };
    match local_clock(photo) {
        Some(clock) => format!("{clock} {name}"),
        None => name,
    }
}

/// Returns a name that no other has: with the end of an id before the extension.
pub fn with_id(name: &str, id: &str) -> String {
    let end = &id[id.len().saturating_sub(ID)..];
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem} {end}.{extension}"),
        _ => format!("{name} {end}"),
    }
}

/// Returns the moment at which a photo was taken by the clock of the place.
pub fn local_moment(photo: &Photo) -> Option<OffsetDateTime> {
    let taken = OffsetDateTime::parse(&photo.taken_at, &Rfc3339).ok()?;
    let seconds = i32::from(photo.taken_offset.unwrap_or_default()) * 60;
    taken.checked_to_offset(UtcOffset::from_whole_seconds(seconds).ok()?)
}

fn local_clock(photo: &Photo) -> Option<String> {
    let local = local_moment(photo)?;
    let (date, time) = (local.date(), local.time());
    Some(format!("{date} {:02}.{:02}.{:02}", time.hour(), time.minute(), time.second()))
}

/// Returns a text as part of a path: no separator, no control character, no dot at the beginning,
/// no space or dot at the end.
fn cleaned(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        let is_kept = !letter.is_control() && !r#"/\:*?"<>|"#.contains(letter);
        name.push(if is_kept { letter } else { '_' });
    }
    let name = name.trim_start_matches(['.', ' ']);
    let start = name.ceil_char_boundary(name.len().saturating_sub(NAME));
    name[start..].trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(folder("Lisbon, May"), "Lisbon, May");
        assert_eq!(folder("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(folder(" .. "), "Album");
        assert_eq!(folder("a\nb\0c"), "a_b_c");
        assert!(folder(&"ä".repeat(200)).len() <= NAME);
        assert_eq!(with_id("a.jpg", "photo_0123456789"), "a 23456789.jpg");
        assert_eq!(with_id("Lisbon", "album_0123456789"), "Lisbon 23456789");
    }
}
