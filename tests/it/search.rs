//! Searching one's own photos.

mod words;

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::PhotoId;
use tests::{Person, System, library::database, person::text};

use crate::discovery::{all, announce, ids};

/// Somebody with photos of an album: captions by id.
struct Library {
    owner: Person,
    album: String,
}

impl Library {
    async fn new(system: &System) -> Self {
        let owner = Person::new(system).await;
        let album = owner.album("Album").await;
        Self { owner, album }
    }

    async fn photo(&self, fields: Value) -> String {
        announce(&self.owner, &self.album, &fields).await
    }

    /// Sets the facts that the file would have told.
    async fn facts(&self, photo: &str, camera: (&str, &str), place: Option<(f64, f64)>) {
        let id: PhotoId = photo.parse().expect("a photo");
        let sql = "UPDATE photos SET camera_make = ?, camera_model = ?, latitude = ?, longitude \
            = ? WHERE id = ?";
        let query = sqlx::query(sql).bind(camera.0).bind(camera.1);
        let query = query
            .bind(place.map(|p| p.0))
            .bind(place.map(|p| p.1))
            .bind(id.uuid());
        query
            .execute(&mut database(&self.owner.system, id.shard()).await)
            .await
            .expect("a change");
    }

    async fn put(&self, path: &str) {
        assert_eq!(self.owner.ask(Method::PUT, path, &[], None).await.status, 204, "{path}");
    }

    async fn search(&self, query: &str) -> Vec<String> {
        ids(&self
            .owner
            .get(&format!("/v1/search?{query}"))
            .await
            .expect(200))
    }
}

#[tokio::test]
async fn words_are_found_in_caption_name_and_tags_from_their_beginning() {
    let library = Library::new(&System::shared()).await;
    let ferry = library
        .photo(json!({"caption": "The Ferry to Bellàgio, NY", "taken_at": "2024-01-02T00:00:00Z"}))
        .await;
    let tower = library
        .photo(json!({"name": "IMG_2041.jpg", "caption": "夜の東京タワー", "taken_at": "2024-01-01T00:00:00Z"}))
        .await;
    library
        .put(&format!("/v1/photos/{tower}/tags/Night%20walk"))
        .await;
    let cases = [
        ("ferry", vec![&ferry]),
        ("FERR", vec![&ferry]),
        ("ferry+bellagio", vec![&ferry]),
        ("ferry+night", vec![]),
        ("erry", vec![]),
        ("ny", vec![&ferry]),
        ("the", vec![&ferry]),
        ("the+ferry+ny", vec![&ferry]),
        ("2041", vec![&tower]),
        ("img_2041", vec![&tower]),
        ("walk", vec![&tower]),
        ("%E6%9D%B1%E4%BA%AC", vec![&tower]),
        ("jpg", vec![&ferry, &tower]),
        ("nothing", vec![]),
    ];
    for (q, expected) in cases {
        assert_eq!(
            library
                .search(&format!("q={q}"))
                .await
                .iter()
                .collect::<Vec<_>>(),
            expected,
            "{q}"
        );
    }
    let gone = format!("/v1/photos/{tower}/tags/night%20WALK");
    assert_eq!(library.owner.delete(&gone).await.status, 204);
    assert_eq!(
        library.search("q=walk").await,
        Vec::<String>::new(),
        "what is no longer there is not found"
    );
}

#[tokio::test]
async fn an_emoji_alone_finds_what_has_it() {
    let library = Library::new(&System::shared()).await;
    let party = library
        .photo(json!({"caption": "Party 🎉🎂", "taken_at": "2024-01-04T00:00:00Z"}))
        .await;
    let heart = library
        .photo(json!({"caption": "❤\u{fe0f}\u{200d}🔥", "taken_at": "2024-01-03T00:00:00Z"}))
        .await;
    let flag = library
        .photo(json!({"caption": "🇨🇭", "taken_at": "2024-01-02T00:00:00Z"}))
        .await;
    let tagged = library
        .photo(json!({"taken_at": "2024-01-01T00:00:00Z"}))
        .await;
    library
        .put(&format!("/v1/photos/{tagged}/tags/%F0%9F%8E%89"))
        .await;
    let cases = [
        ("🎉", vec![&party, &tagged]),
        ("🎂", vec![&party]),
        ("party🎂", vec![&party]),
        ("🎂🎉", vec![&party]),
        ("❤", vec![&heart]),
        ("❤\u{fe0f}", vec![&heart]),
        ("❤\u{fe0f}\u{200d}🔥", vec![&heart]),
        ("🇨🇭", vec![&flag]),
        ("🇯🇵", vec![]),
        ("🎈", vec![]),
    ];
    for (q, expected) in cases {
        assert_eq!(
            library
                .search(&format!("q={q}"))
                .await
                .iter()
                .collect::<Vec<_>>(),
            expected,
            "{q}"
        );
    }
}

#[tokio::test]
async fn nobody_finds_another_one_s_photos_whatever_they_ask() {
    let system = System::shared();
    let ana = Library::new(&system).await;
    let ben = Library::new(&system).await;
    let user: shared::domain::UserId = text(&ana.owner.get("/v1/me").await.expect(200)["id"])
        .parse()
        .expect("a user");
    let word = format!("o{}", user.uuid().simple());
    let theirs = ana.photo(json!({"caption": "secret lighthouse"})).await;
    // A photo that pretends, by its caption, to be one of Ana's.
    let own = ben
        .photo(json!({"caption": format!("{word} lighthouse")}))
        .await;
    for q in [
        "lighthouse",
        "secret+lighthouse",
        "-nothing+lighthouse",
        "%22secret%20lighthouse%22",
        "(lighthouse)",
        "*",
        "lighthouse*",
        "%2Blighthouse+-o",
        "lighthouse)+(secret",
        "~lighthouse",
        "%3Elighthouse",
        "o%27+OR+1%3D1",
    ] {
        let answer = ben.owner.get(&format!("/v1/search?q={q}")).await;
        if answer.status != 422 {
            assert!(!ids(&answer.expect(200)).contains(&theirs), "{q}");
        }
    }
    assert_eq!(ben.search("q=lighthouse").await, [own]);
    assert_eq!(ben.search(&format!("q={word}+secret")).await, Vec::<String>::new());
    assert_eq!(ana.search("q=lighthouse").await, [theirs]);
}

#[tokio::test]
async fn filters_narrow_each_other() {
    let library = Library::new(&System::shared()).await;
    let fiji = library
        .photo(json!({"caption": "reef", "taken_at": "2024-03-03T12:00:00Z"}))
        .await;
    let como = library
        .photo(json!({"caption": "reef knot", "taken_at": "2024-03-02T12:00:00Z"}))
        .await;
    let tonga = library
        .photo(json!({"taken_at": "2024-03-01T12:00:00Z"}))
        .await;
    library
        .facts(&fiji, ("NIKON", "D750"), Some((-17.0, 178.0)))
        .await;
    library
        .facts(&como, ("Canon", "Canon EOS R5"), Some((46.0, 9.3)))
        .await;
    library
        .facts(&tonga, ("OM Digital", "OM-1"), Some((-21.0, -175.0)))
        .await;
    library.put(&format!("/v1/photos/{fiji}/tags/sea")).await;
    library.put(&format!("/v1/photos/{tonga}/tags/Sea")).await;
    library.put(&format!("/v1/photos/{como}/favourite")).await;
    let cases = [
        ("", vec![&fiji, &como, &tonga]),
        ("tag=SEA", vec![&fiji, &tonga]),
        ("camera=d750", vec![&fiji]),
        ("camera=nikon+d750", vec![&fiji]),
        ("camera=Canon+EOS+R5", vec![&como]),
        ("camera=om+digital+om-1", vec![&tonga]),
        ("camera=canon+om-1", vec![]),
        ("from=2024-03-02", vec![&fiji, &como]),
        ("to=2024-03-02", vec![&como, &tonga]),
        ("from=2024-03-02T12:00:00Z&to=2024-03-02T12:00:00Z", vec![&como]),
        ("bbox=170,-30,-170,0", vec![&fiji, &tonga]),
        ("bbox=5,40,15,50", vec![&como]),
        ("favourite=true", vec![&como]),
        ("favourite=false", vec![&fiji, &tonga]),
        ("status=pending", vec![&fiji, &como, &tonga]),
        ("status=ready", vec![]),
        ("q=reef&favourite=false", vec![&fiji]),
        (
            "q=reef&from=2024-03-03&tag=sea&camera=D750&bbox=170,-30,-170,0&status=pending&favourite=false",
            vec![&fiji],
        ),
        ("tag=sea&camera=OM-1", vec![&tonga]),
        ("camera=D750&favourite=true", vec![]),
        ("favourite=true&tag=sea", vec![]),
        ("favourite=true&to=2024-03-02", vec![&como]),
    ];
    for (query, expected) in cases {
        assert_eq!(library.search(query).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    for query in ["q=jpg", "tag=sea", "favourite=false", "bbox=-180,-90,180,90", "status=pending"] {
        let whole = library.search(query).await;
        let paged: Vec<_> = all(&library.owner, &format!("/v1/search?{query}"))
            .await
            .iter()
            .map(|p| text(&p["id"]))
            .collect();
        assert_eq!(paged, whole, "{query}");
    }
}

#[tokio::test]
async fn every_bad_parameter_of_a_search_is_named() {
    let ana = Person::new(&System::shared()).await;
    let bad = "q=%2B%2B&tag=&camera=&from=yesterday&to=2024-02-30&bbox=1,2,3&favourite=maybe&status=lost&limit=0&colour=red";
    let answer = ana.get(&format!("/v1/search?{bad}")).await;
    let mut fields: Vec<_> = answer.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|e| text(&e["field"]))
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["bbox", "camera", "colour", "favourite", "from", "limit", "q", "status", "tag", "to"]
    );
    assert_eq!(answer.problem(422), "/problems/invalid");
    let answer = ana.get("/v1/search?from=2024-02-02&to=2024-02-01").await;
    assert_eq!(answer.body["errors"][0]["field"], "from");
    for q in ["a+b+c+d+e+f+g+h+i".to_owned(), "x".repeat(201), "%E2%80%8D%EF%B8%8F".to_owned()] {
        assert_eq!(
            ana.get(&format!("/v1/search?q={q}")).await.body["errors"][0]["field"],
            "q",
            "{q}"
        );
    }
}
