//! The names of an export's files.

use shared::domain::{Moment, PhotoKey};

/// Characters that some file system takes for something else.
const TAKEN: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Characters of a name that are kept: with what is put in, and any of them four bytes long, a file
/// system's 255 bytes.
const KEPT: usize = 50;

/// Letters of a photo's id that tell it from others of the same name: 60 random bits.
const LETTERS: usize = 12;

/// A photo's path: its month on the clock of the place, its name without what a file system may not
/// take, the end of its id.
pub fn photo(key: PhotoKey, name: &str) -> String {
    let clean = |text: &str| -> String {
        let safe = |c: char| if TAKEN.contains(&c) || c.is_control() { '_' } else { c };
        text.chars().take(KEPT).map(safe).collect()
    };
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending))
            if (1..=5).contains(&ending.len())
                && ending.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            (stem, format!(".{ending}"))
        }
        _ => (name, String::new()),
    };
    let stem = clean(stem);
    // Windows takes no space or dot at a name's end; none begins a hidden file.
    let stem = stem.trim_matches([' ', '.']);
    let id = key.photo.to_string();
    let month = key.taken.month();
    format!("photos/{month}/{stem}-{}{ending}", &id[id.len() - LETTERS..])
}

/// Returns the name of a part's file when it is downloaded.
pub fn part(created_at: Moment, number: u32) -> String {
    format!("albumen-{}-{number:04}.zip", &created_at.to_string()[..10])
}

#[cfg(test)]
mod tests {
    use shared::domain::{LocalTime, PhotoId, Shard};

    use super::*;

    fn key(micros: i64, shard: Shard) -> PhotoKey {
        PhotoKey { taken: LocalTime::from_micros(micros), photo: PhotoId::new(shard) }
    }

    #[test]
    fn a_path_is_one_that_every_file_system_takes() {
        let key = key(1_784_021_400_000_000, Shard::random());
        let id = key.photo.to_string();
        let end = &id[id.len() - 12..];
        for (name, path) in [
            ("IMG_0042.jpg", format!("photos/2026-07/IMG_0042-{end}.jpg")),
            ("../../etc/passwd", format!("photos/2026-07/_.._etc_passwd-{end}")),
            ("a:b?.HEIC", format!("photos/2026-07/a_b_-{end}.HEIC")),
            ("Fähre am Mittag", format!("photos/2026-07/Fähre am Mittag-{end}")),
            ("...", format!("photos/2026-07/-{end}")),
            ("a.much longer ending", format!("photos/2026-07/a.much longer ending-{end}")),
        ] {
            assert_eq!(photo(key, name), path, "{name}");
        }
        let long = photo(key, &"ü".repeat(255));
        assert!(long.len() < 255, "{}", long.len());
    }

    #[test]
    fn two_photos_of_one_name_have_two_paths() {
        let shard = Shard::random();
        let paths: Vec<_> = (0..1000).map(|_| photo(key(0, shard), "a.jpg")).collect();
        assert_eq!(
            paths
                .iter()
                .collect::<std::collections::BTreeSet<_>>()
                .len(),
            paths.len()
        );
    }
}
