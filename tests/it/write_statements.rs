//! The statements that a write waits for at the database, counted: from its first to the last that
//! brings it to the hot table and to the record of activity.

use std::collections::HashMap;

use lambda_http::{Body, Response};
use serde_json::{Value, json};
use shared::{
    domain::{Original, PhotoId, view::RenditionView},
    env::Env,
    http::{Gate, Route, dispatch},
    stores::{
        Accounts, Originals, Projector,
        library::{RenderedPhoto, RenderingOutcome, UploadArrival},
    },
};
use sqlx::Row;
use tests::{
    Person, System, library::database, person::text, photograph::jpeg,
    statement_counter::StatementCounter, system::sdk,
};

/// Functions in this process, with a counter before each database.
struct Functions {
    env: Env,
    counter: StatementCounter,
}

impl Functions {
    fn of(system: &System) -> Self {
        let counter = StatementCounter::new();
        let mut variables: HashMap<String, String> =
            system.environment.clone().into_iter().collect();
        for map in ["ACCOUNTS_SHARDS", "LIBRARY_SHARDS", "ACTIVITY_SHARDS"] {
            variables.insert(map.to_owned(), counter.before(system.variable(map), map));
        }
        Self { env: Env::with(sdk(system, &system.dynamodb), variables), counter }
    }

    fn projector(&self) -> Projector {
        Projector::connect(&self.env).expect("a projector")
    }

    /// Posts to the route; its answer.
    async fn post<R: Route>(&self, route: &R, path: &str, person: &Person, body: Value) -> Value {
        let gate = Gate::open(&self.env, &R::spec()).expect("a gate");
        let pattern = R::spec().path;
        let parameters: HashMap<_, _> = pattern
            .split('/')
            .zip(path.split('/'))
            .filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?, value)))
            .collect();
        let token = person.token().expect("a token");
        let event = json!({
            "version": "2.0", "routeKey": R::spec().name(), "rawPath": path, "rawQueryString": "",
            "headers": {
                "authorization": format!("Bearer {token}"), "content-type": "application/json",
            },
            "pathParameters": parameters,
            "requestContext": {
                "http": {
                    "method": "POST", "path": path, "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                },
                "requestId": "r", "stage": "$default", "timeEpoch": 0,
            },
            "body": body.to_string(),
            "isBase64Encoded": false,
        });
        let request = lambda_http::request::from_str(&event.to_string()).expect("a request");
        let answer: Response<Body> = Box::pin(dispatch(route, &R::spec(), &gate, request)).await;
        let told = String::from_utf8(answer.body().to_vec()).expect("text");
        assert_eq!(answer.status(), 201, "{path}: {told}");
        serde_json::from_str(&told).expect("JSON")
    }

    /// Fails when more or fewer exchanges than these were waited for since it was last asked.
    fn assert_exchanges(&self, expected: usize, what: &str) {
        let exchanges = self.counter.take();
        assert_eq!(exchanges.len(), expected, "{what}: {exchanges:#?}");
    }
}

#[tokio::test]
async fn a_comment_waits_for_a_handful_of_statements() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(40, 30, 1)).await;
    ana.settled(&photo).await;
    let bob = ana.member(&album, "viewer").await;
    let functions = Functions::of(&system);
    let accounts = Accounts::connect(&functions.env).expect("accounts");
    let route = social::CreateComment { projector: functions.projector(), accounts };
    let path = format!("/v1/photos/{photo}/comments");
    for (person, who) in [(&ana, "the owner"), (&bob, "a member")] {
        functions.counter.take();
        let comment = functions
            .post(&route, &path, person, json!({"text": "What a view!"}))
            .await;
        functions.assert_exchanges(8, who);
        assert_eq!(text(&comment["text"]), "What a view!");
        assert!(comment["author"]["name"].is_string(), "{comment}");
    }
    let read = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!(read["comments"], 2);
}

#[tokio::test]
async fn a_photo_waits_for_a_third_of_the_statements_that_it_took() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let functions = Functions::of(&system);
    let originals = Originals::connect(&functions.env).expect("originals");
    let projector = functions.projector();
    let route = photos::CreatePhoto { projector: functions.projector(), originals, quota: 1 << 40 };
    let path = format!("/v1/albums/{album}/photos");
    let announcement = json!({
        "name": "a.jpg", "size": 12, "content_type": "image/jpeg", "sha256": "ab".repeat(32),
    });
    let announced = functions.post(&route, &path, &ana, announcement).await;
    functions.assert_exchanges(10, "announced");

    let photo: PhotoId = text(&announced["photo"]["id"]).parse().expect("a photo");
    let upload = original(&system, photo).await;
    let begun = projector
        .library
        .begin_rendering(&upload)
        .await
        .expect("a beginning");
    let UploadArrival::Work(work) = begun else { panic!("{begun:?}") };
    projector.settle(&work.changes).await;
    functions.assert_exchanges(6, "begun");

    let outcome = RenderingOutcome::Ready(Box::new(rendered()));
    let changes = projector
        .library
        .finish_rendering(&upload, &outcome)
        .await
        .expect("an end");
    projector.settle(&changes).await;
    functions.assert_exchanges(8, "ready");
    let read = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!(text(&read["status"]), "ready");
    let read = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!(read["photo_count"], 1);
    assert_eq!(text(&read["cover"]["photo"]), photo.to_string());
}

/// Returns where the bytes of a photo are awaited.
async fn original(system: &System, photo: PhotoId) -> Original {
    let row = sqlx::query("SELECT folder, attempt FROM photos WHERE id = ?")
        .bind(photo.uuid())
        .fetch_one(&mut database(system, photo.shard()).await)
        .await
        .expect("a row");
    let folder: uuid::Uuid = row.get("folder");
    let folder = folder.to_string().parse().expect("a folder");
    Original { folder, photo, attempt: row.get("attempt") }
}

fn rendered() -> RenderedPhoto {
    let view = RenditionView {
        size: 256,
        width: 256,
        height: 192,
        bytes: 1000,
        url: "https://images.example/a.webp".to_owned(),
    };
    RenderedPhoto {
        media_type: "image/jpeg",
        width: 4000,
        height: 3000,
        placeholder: vec![1, 2, 3],
        renditions: vec![view],
        ..RenderedPhoto::default()
    }
}
