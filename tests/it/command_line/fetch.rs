//! `albumen download` and `export`.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    time::Duration,
};

use serde_json::Value;
use tests::{
    Albumen, Person, System,
    person::text,
    photograph::{jpeg, sum},
    system::until,
};
use zip::ZipArchive;

use super::{path, photos, write};

/// Uploads these files to an album.
fn send(albumen: &Albumen, title: &str, files: &[(&str, &[u8])]) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    let (code, lines) = albumen.run(&["upload", path(&folder), "--album", title]);
    assert_eq!(code, 0, "{lines:?}");
}

/// Returns the event of each line, in order.
fn events(lines: &[Value]) -> Vec<String> {
    let mut events: Vec<String> = lines.iter().map(|line| text(&line["event"])).collect();
    events.sort();
    events
}

#[tokio::test]
async fn originals_are_fetched_once_and_files_of_others_are_left_alone() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let (ferry, sea) = (jpeg(320, 240, 1), jpeg(320, 240, 2));
    send(&albumen, "Lisbon", &[("ferry.jpg", &ferry), ("sea.jpg", &sea)]);
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "sea.jpg", b"of somebody else");
    let download = ["download", "Lisbon", "--to", path(&folder)];
    let (code, lines) = albumen.run(&download);
    assert_eq!((code, events(&lines)), (0, vec!["fetched".to_owned(); 2]), "{lines:?}");
    let there = |name: &str| fs::read(folder.path().join(name)).expect("a file");
    assert_eq!(there("ferry.jpg"), ferry);
    assert_eq!(there("sea.jpg"), b"of somebody else");
    let mut id = String::new();
    for photo in photos(&ana, "Lisbon").await {
        if photo["name"] == "sea.jpg" {
            id = text(&photo["id"]);
        }
    }
    assert_eq!(there(&format!("{id} sea.jpg")), sea);
    let (code, lines) = albumen.run(&download);
    assert_eq!((code, events(&lines)), (0, vec!["unchanged".to_owned(); 2]), "{lines:?}");
    let one = tempfile::tempdir().expect("a folder");
    let (code, _) = albumen.run(&["download", &id, "--to", path(&one)]);
    assert_eq!(code, 0);
    assert_eq!(fs::read(one.path().join("sea.jpg")).expect("a file"), sea);
    assert_eq!(albumen.run(&["download", "None", "--to", path(&one)]).0, 2);
}

/// Returns the sums of the files in the archives of a folder.
fn sums_in(folder: &Path) -> Vec<String> {
    let mut sums = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let mut archive = ZipArchive::new(File::open(path).expect("a file")).expect("an archive");
        for number in 0..archive.len() {
            let mut bytes = Vec::new();
            let mut file = archive.by_index(number).expect("a file");
            file.read_to_end(&mut bytes).expect("its bytes");
            sums.push(sum(&bytes));
        }
    }
    sums
}

#[tokio::test]
async fn an_export_that_was_interrupted_goes_on_as_the_same_and_has_every_original() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let (ferry, sea) = (jpeg(320, 240, 1), jpeg(320, 240, 2));
    send(&albumen, "Lisbon", &[("ferry.jpg", &ferry), ("sea.jpg", &sea)]);
    for photo in photos(&ana, "Lisbon").await {
        ana.settled(&text(&photo["id"])).await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let export = ["export", path(&folder)];
    let mut run = albumen.start(&export);
    let mark = folder.path().join(".albumen-export");
    let begun = until("an export was asked for", Duration::from_mins(1), async || {
        fs::read_to_string(&mark).ok().filter(|id| !id.is_empty())
    })
    .await;
    run.kill().expect("killed");
    run.wait().expect("its end");
    let (code, lines) = albumen.run(&export);
    let last = lines.last().expect("a line");
    assert_eq!((code, &last["photos"], &last["files"]), (0, &2.into(), &1.into()), "{lines:?}");
    assert!(!mark.exists(), "the next run asks for another");
    let made = ana
        .get(&format!("/v1/me/exports/{begun}"))
        .await
        .expect(200);
    let file = &made["files"][0];
    let archive = fs::read(folder.path().join(text(&file["name"]))).expect("the archive");
    assert_eq!(sum(&archive), text(&file["sha256"]), "of the export that was begun");
    let sums = sums_in(folder.path());
    assert!(sums.contains(&sum(&ferry)) && sums.contains(&sum(&sea)), "{sums:?}");
}
