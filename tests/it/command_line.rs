//! `albumen`, the command line, against the whole system.

mod fetch;
mod finding;
mod import;
mod mirror;
mod upload;

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use serde_json::Value;
use tests::{Albumen, Person, person::text};

/// The instants at which a run is killed.
const KILLS: u32 = 50;

/// Starts a run and kills it, fifty times, at instants that spread over the whole of it, however
/// fast the machine is: as long as nothing has come of a run, the next may go on for longer, and
/// after one that was over, no longer than that. `count` counts what has come of them. Fails if
/// nothing did, or if too few were still going on.
async fn kill_again_and_again(
    albumen: &Albumen,
    arguments: &[&str],
    count: impl AsyncFn() -> usize,
) {
    let mut longest = Duration::from_millis(200);
    let mut counts = BTreeSet::from([0]);
    let mut killed = 0;
    for round in 0..KILLS {
        let instant = longest * (1 + round * 37 % 100) / 100;
        let mut run = albumen.start(arguments);
        tokio::time::sleep(instant).await;
        let over = run.try_wait().expect("a state").is_some();
        run.kill().expect("killed, or over");
        run.wait().expect("its end");
        counts.insert(count().await);
        if over {
            longest = instant;
        } else {
            killed += 1;
        }
        if counts.len() == 1 {
            longest = longest * 3 / 2;
        }
    }
    assert!(counts.len() > 1, "nothing came of any run");
    assert!(killed >= KILLS / 5, "only {killed} runs were still going on");
}

/// The newest 500 photos of the one album with this title.
async fn photos(person: &Person, title: &str) -> Vec<Value> {
    let albums = person.get("/v1/albums?limit=500").await.expect(200);
    let mut with_title = Vec::new();
    for album in albums["items"].as_array().expect("items") {
        if album["title"] == title {
            with_title.push(text(&album["id"]));
        }
    }
    assert_eq!(with_title.len(), 1, "albums called {title}");
    let path = format!("/v1/albums/{}/photos?limit=500", with_title[0]);
    let page = person.get(&path).await.expect(200);
    page["items"].as_array().expect("items").clone()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

fn path(folder: &tempfile::TempDir) -> &str {
    folder.path().to_str().expect("a text")
}

/// The files of a run, as its last line counts them.
fn counted(lines: &[Value]) -> &Value {
    let last = lines.last().expect("a line");
    assert_eq!(last["event"], "end", "{last}");
    &last["files"]
}
