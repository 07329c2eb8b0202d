//! What the files of an export are called.

use shared::domain::{Moment, PhotoId};

/// Characters that some file system takes for something else.
const TAKEN: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Characters of a name that are kept: with what is put in, and any of them four bytes long, a file system's 255 bytes.
const KEPT: usize = 50;

/// Letters of a photo's id that tell it from others of the same name: 60 random bits.
const LETTERS: usize = 12;

/// A photo's path: its month, its name without what a file system may not take, the end of its id.
pub fn photo(taken_at: Moment, name: &str, id: PhotoId) -> String {
    let clean = |text: &str| -> String {
        let safe = |c: char| if TAKEN.contains(&c) || c.is_control() { '_' } else { c };
        text.chars().take(KEPT).map(safe).collect()
    };
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending))
            if (1..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            (stem, format!(".{ending}"))
        }
        _ => (name, String::new()),
    };
    let stem = clean(stem);
    // Windows takes no space or dot at a name's end; none begins a hidden file.
    let stem = stem.trim_matches([' ', '.']);
    let (id, month) = (id.to_string(), taken_at.to_string());
    format!("photos/{}/{stem}-{}{ending}", &month[..7], &id[id.len() - LETTERS..])
}

/// What a part's file is called when it is downloaded.
pub fn part(created_at: Moment, number: u32) -> String {
    format!("albumen-{}-{number:04}.zip", &created_at.to_string()[..10])
}

#[cfg(test)]
mod tests {
    use shared::domain::Shard;

    use super::*;

    #[test]
    fn a_path_is_one_that_every_file_system_takes() {
        let (at, id) = (Moment::from_micros(1_784_021_400_000_000), PhotoId::new(Shard::random()));
        let end = &id.to_string()[id.to_string().len() - 12..];
        for (name, path) in [
            ("IMG_0042.jpg", format!("photos/2026-07/IMG_0042-{end}.jpg")),
            ("../../etc/passwd", format!("photos/2026-07/_.._etc_passwd-{end}")),
            ("a:b?.HEIC", format!("photos/2026-07/a_b_-{end}.HEIC")),
            ("Fähre am Mittag", format!("photos/2026-07/Fähre am Mittag-{end}")),
            ("...", format!("photos/2026-07/-{end}")),
            ("a.much longer ending", format!("photos/2026-07/a.much longer ending-{end}")),
        ] {
            assert_eq!(photo(at, name, id), path, "{name}");
        }
        let long = photo(at, &"ü".repeat(255), id);
        assert!(long.len() < 255, "{}", long.len());
    }

    #[test]
    fn two_photos_of_one_name_have_two_paths() {
        let (at, shard) = (Moment::FIRST, Shard::random());
        let paths: Vec<_> = (0..1000).map(|_| photo(at, "a.jpg", PhotoId::new(shard))).collect();
        assert_eq!(paths.iter().collect::<std::collections::BTreeSet<_>>().len(), paths.len());
    }
}
