//! Hot reads run no SQL and take one or two round trips to DynamoDB.

use std::collections::HashMap;

use lambda_http::{Body, Response};
use serde_json::{Value, json};
use shared::{
    env::Env,
    error::Result,
    http::{Gate, Route, dispatch},
    stores::{AlbumViews, MediaSigner, Projector, Renditions},
};
use tests::{Person, System, person::text, photograph::jpeg, round_trips::RoundTrips, system::sdk};

/// Functions in this process: DynamoDB behind a counter, MySQL nowhere.
struct Functions {
    env: Env,
    waves: RoundTrips,
}

impl Functions {
    async fn of(system: &System) -> Self {
        let waves = RoundTrips::before(&system.dynamodb).await;
        let sdk = sdk(system, &waves.endpoint);
        let mut variables: HashMap<String, String> =
            system.environment.clone().into_iter().collect();
        let nowhere = json!([{"from": 0, "to": 4095, "writer": "mysql://nobody@127.0.0.1:1/none",
                              "reader": "mysql://nobody@127.0.0.1:1/none"}]);
        variables.insert("LIBRARY_SHARDS".to_owned(), nowhere.to_string());
        Self { env: Env::with(sdk, variables), waves }
    }

    fn projector(&self) -> Projector {
        Projector::connect(&self.env).expect("a projector")
    }

    fn media(&self) -> MediaSigner {
        MediaSigner::connect(&self.env).expect("media")
    }

    fn views(&self) -> AlbumViews {
        AlbumViews::connect(&self.env).expect("views")
    }

    fn get_album(&self) -> albums::GetAlbum {
        albums::GetAlbum { projector: self.projector(), media: self.media(), views: self.views() }
    }

    /// Asks the route; its answer, and what it asked DynamoDB in each round trip.
    async fn ask<R: Route>(
        &self,
        route: &R,
        path: &[(&str, &str)],
        query: &str,
        person: Option<&Person>,
    ) -> (Value, Vec<Vec<String>>) {
        let gate = Gate::open(&self.env, &R::spec()).expect("a gate");
        self.waves.trips();
        let mut at = R::spec().path.to_owned();
        for (name, value) in path {
            at = at.replace(&format!("{{{name}}}"), value);
        }
        let mut event = json!({
            "version": "2.0", "routeKey": R::spec().name(), "rawPath": at,
            "rawQueryString": query, "headers": {},
            "pathParameters": path.iter().copied().collect::<HashMap<_, _>>(),
            "queryStringParameters": query.split('&').filter_map(|p| p.split_once('=')).collect::<HashMap<_,
            _>>(),
            "requestContext": {
                "http": {"method": "GET", "path": at, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
                "requestId": "r", "stage": "$default", "timeEpoch": 0,
            },
            "isBase64Encoded": false,
        });
        if let Some(token) = person.and_then(Person::token) {
            event["headers"]["authorization"] = json!(format!("Bearer {token}"));
        }
        let request = lambda_http::request::from_str(&event.to_string()).expect("a request");
        let answer: Response<Body> = Box::pin(dispatch(route, &R::spec(), &gate, request)).await;
        let body = String::from_utf8(answer.body().to_vec()).expect("text");
        assert_eq!(answer.status(), 200, "{at}: {body}");
        // A page is no JSON.
        let value = serde_json::from_str(&body).unwrap_or(Value::String(body));
        (value, self.waves.trips())
    }
}

fn operations(trips: &[Vec<String>]) -> Vec<Vec<&str>> {
    trips
        .iter()
        .map(|trip| trip.iter().map(String::as_str).collect())
        .collect()
}

#[tokio::test]
async fn a_hot_read_takes_one_or_two_round_trips() -> Result<()> {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    for seed in 0..3 {
        let photo = ana.upload(&album, &jpeg(40, 30, seed)).await;
        ana.settled(&photo).await;
    }
    let functions = Functions::of(&system).await;
    let at = [("album", album.as_str())];

    let (first, trips) = functions
        .ask(&functions.get_album(), &at, "limit=50", Some(&ana))
        .await;
    assert_eq!(first["photos"]["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        operations(&trips),
        [vec!["GetItem"; 3], vec!["Query"], vec!["TransactWriteItems"]],
        "no page: two trips, and one that puts it"
    );
    let route = functions.get_album();
    let (read, trips) = functions.ask(&route, &at, "limit=50", Some(&ana)).await;
    assert_eq!(read["photos"], first["photos"]);
    assert_eq!(operations(&trips), [["GetItem"; 3]], "a page: one trip");
    let (read, trips) = functions.ask(&route, &at, "limit=50", Some(&ana)).await;
    assert_eq!(read["photos"], first["photos"]);
    assert_eq!(operations(&trips), [["GetItem"; 2]], "the page is in memory: one trip");

    let photo = ana.upload(&album, &jpeg(40, 30, 3)).await;
    ana.settled(&photo).await;
    let (read, trips) = functions.ask(&route, &at, "limit=50", Some(&ana)).await;
    assert_eq!(read["photos"]["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        operations(&trips),
        [vec!["GetItem"; 2], vec!["GetItem"; 2], vec!["Query"], vec!["TransactWriteItems"]],
        "the page in memory is old, and nobody has put a new one: three trips, once a change"
    );

    let (read, trips) = functions
        .ask(&functions.get_album(), &at, "limit=2", Some(&ana))
        .await;
    assert_eq!(read["photos"]["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(operations(&trips), [["GetItem", "Query"]], "an album and its first page: one trip");

    let list = || photos::ListPhotos { projector: functions.projector(), media: functions.media() };
    let (first, trips) = functions.ask(&list(), &at, "limit=2", Some(&ana)).await;
    assert_eq!(operations(&trips), [["GetItem", "Query"]], "photos: one trip");
    let next = format!("limit=2&cursor={}", text(&first["next"]));
    let (second, trips) = functions.ask(&list(), &at, &next, Some(&ana)).await;
    assert_eq!(second["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(operations(&trips), [["GetItem", "GetItem", "Query"]], "more photos: one trip");

    let photo = text(&first["items"][0]["id"]);
    let get = || photos::GetPhoto { projector: functions.projector(), media: functions.media() };
    let (_, trips) = functions
        .ask(&get(), &[("photo", &photo)], "", Some(&ana))
        .await;
    assert_eq!(operations(&trips), [["GetItem", "GetItem"]], "a photo, to its owner: one trip");

    let shared = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    let at = [("token", shared["token"].as_str().expect("a token"))];
    let open = || sharing::GetSharedAlbum {
        projector: functions.projector(),
        media: functions.media(),
        views: functions.views(),
    };
    let (first, trips) = functions.ask(&open(), &at, "limit=2", None).await;
    assert_eq!(first["photos"]["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        operations(&trips),
        [vec!["GetItem"], vec!["Query"]],
        "a share, then its album: two trips"
    );
    let list =
        || sharing::ListSharedPhotos { projector: functions.projector(), media: functions.media() };
    let next = format!("limit=2&cursor={}", text(&first["photos"]["next"]));
    let (_, trips) = functions.ask(&list(), &at, &next, None).await;
    assert_eq!(
        operations(&trips),
        [vec!["GetItem"], vec!["GetItem", "Query"]],
        "more of it: two trips"
    );
    Ok(())
}

#[tokio::test]
async fn a_page_behind_a_link_takes_two_round_trips() -> Result<()> {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let shares = format!("/v1/albums/{album}/shares");
    let made = ana.post(&shares, json!({})).await.expect(201);
    let functions = Functions::of(&system).await;
    let route = sharing::GetSharePage {
        hot: functions.projector().hot,
        renditions: Renditions::connect(&functions.env)?,
    };
    let at = [("token", made["token"].as_str().expect("a token"))];
    let (page, trips) = functions.ask(&route, &at, "", None).await;
    assert!(text(&page).contains("Summer"), "{page}");
    assert_eq!(operations(&trips), [["GetItem"], ["GetItem"]], "a share, then its album's head");
    Ok(())
}

#[tokio::test]
async fn one_read_in_many_takes_the_views_along() -> Result<()> {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let functions = Functions::of(&system).await;
    let at = [("album", album.as_str())];
    let route = functions.get_album();
    let owner = ana.id().await.parse().expect("a user's id");
    // Others have seen it in the same process.
    for _ in 0..62 {
        route
            .views
            .count(owner, album.parse().expect("an album's id"))
            .await;
    }
    let (_, trips) = functions.ask(&route, &at, "limit=1", Some(&ana)).await;
    assert_eq!(operations(&trips), [vec!["GetItem", "Query"]], "the 63rd waits");
    assert_eq!(functions.views().of(owner).await?, []);
    let (_, trips) = functions.ask(&route, &at, "limit=1", Some(&ana)).await;
    assert_eq!(
        operations(&trips),
        [vec!["GetItem", "Query"], vec!["UpdateItem"]],
        "the 64th takes all along"
    );
    let seen = functions.views().of(owner).await?;
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].album.to_string(), seen[0].views), (album, 64));
    assert_eq!(seen[0].by_year.iter().map(|(_, views)| views).sum::<u64>(), 64);
    Ok(())
}
