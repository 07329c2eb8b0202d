//! `albumen import`.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use tests::{Albumen, Person, System, person::text, photograph::jpeg};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{counted, photos};

/// Writes an archive of a Takeout with these files; returns its path.
fn archive(folder: &Path, name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.join(name);
    let mut zip = ZipWriter::new(File::create(&path).expect("a file"));
    for (name, bytes) in files {
        let name = format!("Takeout/Google Photos/{name}");
        zip.start_file(name, SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("an archive");
    path
}

/// The forms are those of archives of 2025: a number behind the extension, words in an archive of
/// their own, an edited copy without words of its own.
#[tokio::test]
async fn a_takeout_in_two_archives_keeps_its_albums_and_words_and_is_taken_once() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let folder = tempfile::tempdir().expect("a folder");
    let pictures = [
        // Comes first, and has no words.
        ("All of them/IMG(1).jpg", jpeg(320, 240, 1)),
        ("Lisbon_ May/IMG(1).jpg", jpeg(320, 240, 1)),
        ("Lisbon_ May/IMG-edited.jpg", jpeg(320, 240, 2)),
        ("Lisbon_ May/IMG.MP4", b"a film".to_vec()),
        ("Photos from 2025/IMG(1).jpg", jpeg(320, 240, 1)),
    ];
    let pictures = pictures
        .each_ref()
        .map(|(name, bytes)| (*name, bytes.as_slice()));
    let one = archive(folder.path(), "takeout-1.zip", &pictures);
    let words = [
        ("Lisbon_ May/metadata.json", br#"{"title": "Lisbon: May"}"#.as_slice()),
        ("Lisbon_ May/IMG.jpg(1).json", br#"{"description": "Behind the extension"}"#),
        ("Lisbon_ May/IMG.jpg.supplemental-metadata.json", br#"{"description": "Edited"}"#),
    ];
    let two = archive(folder.path(), "takeout-2.zip", &words);
    let path = |path: &PathBuf| path.to_str().expect("a text").to_owned();
    let (one, two) = (path(&one), path(&two));
    let import = ["import", "takeout", one.as_str(), two.as_str()];
    let (code, lines) = albumen.run(&import);
    assert_eq!(code, 0, "{lines:?}");
    let files = counted(&lines);
    assert_eq!((&files["sent"], &files["joined"]), (&2.into(), &2.into()), "{lines:?}");
    let mut captions = Vec::new();
    for photo in photos(&ana, "Lisbon: May").await {
        captions.push(text(&photo["caption"]));
    }
    captions.sort();
    assert_eq!(captions, ["Behind the extension", "Edited"]);
    assert_eq!(photos(&ana, "Photos from 2025").await.len(), 1);
    let (_, lines) = albumen.run(&import);
    assert_eq!(counted(&lines)["unchanged"], 4, "{lines:?}");
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 2);
}
