//! Engines of the local system that are killed: it starts them again, and nothing that was answered
//! is lost.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tests::{
    ApiResponse, OwnSystem, Person,
    person::text,
    photograph::jpeg,
    system::{until, warehouse},
};

use crate::warehouse::done;

const SOON: Duration = Duration::from_mins(1);

/// The database's server as it was started: its process, its files.
struct Database {
    folder: PathBuf,
}

impl Database {
    fn of(own: &OwnSystem) -> Self {
        Self { folder: own.data().join("mariadb") }
    }

    /// The process, once there is one that is not `last`.
    async fn process(&self, last: u32) -> u32 {
        until("the database runs", SOON, async || {
            let folder = std::fs::read_dir(&self.folder)
                .expect("the database's folder")
                .flatten();
            let file = folder
                .map(|entry| entry.path())
                .find(|path| path.extension().is_some_and(|end| end == "pid"))?;
            let process = std::fs::read_to_string(file).ok()?.trim().parse().ok()?;
            (process != last).then_some(process)
        })
        .await
    }

    /// Kills the process without a warning; which it was.
    async fn kill(&self, last: u32) -> u32 {
        let process = self.process(last).await;
        let killed = std::process::Command::new("kill")
            .args(["-KILL", &process.to_string()])
            .status();
        assert!(
            killed.expect("kill can be run").success(),
            "the database's process {process} was not there"
        );
        process
    }

    /// Takes its files away, so that it cannot start.
    fn hide(&self) {
        std::fs::rename(self.folder.join("tables"), self.folder.join("hidden")).expect("its files");
    }

    fn show(&self) {
        std::fs::rename(self.folder.join("hidden"), self.folder.join("tables")).expect("its files");
    }
}

/// Somebody with an album and a photo in it, at a system of its own.
async fn world() -> (OwnSystem, Person, String, String) {
    let own = OwnSystem::start(&["LoginsPerMinute=100000", "WritesPerMinute=1000000"]).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(320, 240, 1)).await;
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    (own, ana, album, photo)
}

async fn comment(person: &Person, photo: &str, words: &str) -> ApiResponse {
    person
        .post(&format!("/v1/photos/{photo}/comments"), json!({"text": words}))
        .await
}

/// An answer that says to come again.
pub fn is_unavailable(answer: &ApiResponse) -> bool {
    answer.status == 503 && answer.headers.contains_key("retry-after")
}

/// The ids of all comments on the photo.
pub async fn comments(person: &Person, photo: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page = person
            .get(&format!("/v1/photos/{photo}/comments?limit=500{cursor}"))
            .await
            .expect(200);
        ids.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|comment| text(&comment["id"])),
        );
        let Some(next) = page["next"].as_str() else { return ids };
        cursor = format!("&cursor={next}");
    }
}

/// People who write without a pause, and one who reads.
pub struct Load {
    end: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<BTreeSet<String>>>,
    tasks: Vec<tokio::task::JoinHandle<usize>>,
}

impl Load {
    pub fn start(ana: &Person, album: &str, photo: &str) -> Self {
        let mut load =
            Self { end: Arc::default(), acknowledged: Arc::default(), tasks: Vec::new() };
        for writer in 0..3 {
            let end = load.end.clone();
            let acknowledged = load.acknowledged.clone();
            let ana = ana.clone();
            let photo = photo.to_owned();
            load.tasks.push(tokio::spawn(async move {
                let mut number = 0;
                while !end.load(Ordering::Relaxed) {
                    number += 1;
                    let answer = comment(&ana, &photo, &format!("{writer}, {number}")).await;
                    if answer.status == 201 {
                        acknowledged
                            .lock()
                            .expect("no panic")
                            .insert(text(&answer.body["id"]));
                    } else {
                        assert!(is_unavailable(&answer), "{}: {}", answer.status, answer.body);
                    }
                }
                number
            }));
        }
        let end = load.end.clone();
        let ana = ana.clone();
        let path = format!("/v1/albums/{album}");
        load.tasks.push(tokio::spawn(async move {
            let mut number = 0;
            while !end.load(Ordering::Relaxed) {
                number += 1;
                ana.get(&path).await.expect(200);
            }
            number
        }));
        load
    }

    fn count(&self) -> usize {
        self.acknowledged.lock().expect("no panic").len()
    }

    /// Waits until so many more writes have been acknowledged.
    pub async fn goes_on(&self, more: usize) {
        let wanted = self.count() + more;
        until("writes are acknowledged", SOON, async || (self.count() >= wanted).then_some(()))
            .await;
    }

    /// Ends it; what was acknowledged.
    pub async fn end(self) -> BTreeSet<String> {
        self.end.store(true, Ordering::Relaxed);
        for task in self.tasks {
            assert!(task.await.expect("nothing unexpected was answered") > 0);
        }
        std::mem::take(&mut self.acknowledged.lock().expect("no panic"))
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_the_death_of_the_database() {
    let (own, ana, album, photo) = world().await;
    let database = Database::of(&own);
    let load = Load::start(&ana, &album, &photo);
    let mut killed = 0;
    for _ in 0..4 {
        load.goes_on(15).await;
        killed = database.kill(killed).await;
    }
    load.goes_on(15).await;
    let acknowledged = load.end().await;
    let there = comments(&ana, &photo).await;
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
}

#[tokio::test]
async fn while_the_database_is_away_hot_reads_go_on_and_the_rest_is_told_to_come_again() {
    let (own, ana, album, photo) = world().await;
    let database = Database::of(&own);
    let before = comment(&ana, &photo, "before").await.expect(201);
    database.hide();
    let killed = database.kill(0).await;
    let refused = comment(&ana, &photo, "meanwhile").await;
    assert!(is_unavailable(&refused), "{}: {}", refused.status, refused.body);
    for _ in 0..10 {
        let seen = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
        assert_eq!(seen["photos"]["items"][0]["id"], json!(photo));
        ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    }
    database.show();
    database.process(killed).await;
    let after = until("writes go on", SOON, async || {
        let answer = comment(&ana, &photo, "after").await;
        (answer.status == 201).then_some(answer.body)
    })
    .await;
    let there = comments(&ana, &photo).await;
    assert!(
        there.contains(&text(&before["id"])) && there.contains(&text(&after["id"])),
        "{there:?}"
    );
    let another = ana.upload(&album, &jpeg(320, 240, 2)).await;
    assert_eq!(ana.settled(&another).await["status"], "ready");
}

#[tokio::test]
async fn the_warehouse_comes_back_when_it_is_killed() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    for _ in 0..2 {
        assert_eq!(own.kill_function("warehouse"), 1);
        // What is asked meanwhile waits, because the listener is there.
        done(&warehouse(&system), &["SELECT 1".to_owned()], &[])
            .await
            .expect("a statement");
        until("there is another", SOON, async || {
            (own.processes("warehouse").len() == 1).then_some(())
        })
        .await;
    }
}
