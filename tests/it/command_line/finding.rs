//! `albumen search`, `trash` and `share`.

use reqwest::Method;
use serde_json::Value;
use tests::{
    Albumen, Person, System,
    person::text,
    photograph::{described, jpeg},
};

/// Returns the ids of the lines.
fn ids(lines: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = lines.iter().map(|line| text(&line["id"])).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn photos_are_found_by_words_tags_days_and_as_favourites() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let album = ana.album("Lisbon").await;
    let lighthouse = described(&jpeg(320, 240, 1), "A lighthouse at dusk", &["sea"]);
    let lighthouse = ana.upload(&album, &lighthouse).await;
    let ferry = described(&jpeg(320, 240, 2), "The ferry at dusk", &[]);
    let ferry = ana.upload(&album, &ferry).await;
    ana.settled(&lighthouse).await;
    ana.settled(&ferry).await;
    let favourite = format!("/v1/photos/{ferry}/favourite");
    ana.ask(Method::PUT, &favourite, &[], None)
        .await
        .expect(204);
    let mut both = vec![lighthouse.clone(), ferry.clone()];
    both.sort();
    let found = |arguments: &[&str]| {
        let (code, lines) = albumen.run(&[&["search"], arguments].concat());
        assert_eq!(code, 0, "{lines:?}");
        ids(&lines)
    };
    assert_eq!(found(&["lighthouse"]), [lighthouse.as_str()]);
    assert_eq!(found(&["dusk"]), both);
    assert_eq!(found(&["dusk", "--most", "1"]).len(), 1);
    assert_eq!(found(&["--tag", "sea"]), [lighthouse]);
    assert_eq!(found(&["--favourites"]), [ferry]);
    assert_eq!(found(&["dusk", "--to", "1999-12-31"]), [""; 0]);
    let (code, _) = albumen.run(&["search", "dusk", "--from", "yesterday"]);
    assert_eq!(code, 5, "the service says what is wrong with it");
}

#[tokio::test]
async fn what_is_in_the_trash_is_listed_and_taken_out() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let album = ana.album("Lisbon").await;
    let photo = ana.upload(&album, &jpeg(320, 240, 1)).await;
    ana.settled(&photo).await;
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    let other = ana.album("Porto").await;
    assert_eq!(albumen.run(&["album", "delete", "Porto"]).0, 0);
    let (code, lines) = albumen.run(&["trash", "list"]);
    assert_eq!((code, lines.len()), (0, 2), "{lines:?}");
    let listed = format!("{lines:?}");
    assert!(listed.contains(&photo) && listed.contains(&other), "{listed}");
    assert_eq!(albumen.run(&["trash", "restore", &photo, &other]).0, 0);
    assert_eq!(albumen.run(&["trash", "list"]).1, [Value::Null; 0]);
    assert_eq!(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["id"], photo.as_str());
    let (_, albums) = albumen.run(&["albums"]);
    assert!(ids(&albums).contains(&other), "{albums:?}");
    let (code, _) = albumen.run(&["trash", "restore", "photo_01jd2w8h7kf3y9b6c5xq4m0ntz"]);
    assert_eq!(code, 5, "there is no such photo");
}

#[tokio::test]
async fn a_link_opens_the_album_until_it_is_revoked() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    ana.album("Lisbon").await;
    let create = ["share", "create", "Lisbon", "--originals", "--name", "for Rui"];
    let (code, lines) = albumen.run(&create);
    assert_eq!(code, 0, "{lines:?}");
    let link = text(&lines[0]["link"]);
    let prefix = format!("{}/s/", system.origin);
    let token = link.strip_prefix(&prefix).expect("an address of the page");
    let guest = Person::anonymous(&system);
    let shared = format!("/v1/shared/{token}");
    let seen = guest.get(&shared).await.expect(200);
    assert!(seen.to_string().contains("Lisbon"), "{seen}");
    let (_, listed) = albumen.run(&["share", "list", "Lisbon"]);
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &"for Rui".into()), "{listed:?}");
    assert_eq!(listed[0]["allow_original"], true);
    assert!(!listed[0].to_string().contains(token), "it is shown only once");
    let share = text(&listed[0]["id"]);
    assert_eq!(albumen.run(&["share", "revoke", &share]).0, 0);
    guest.get(&shared).await.problem(404);
    assert_eq!(albumen.run(&["share", "list", "Lisbon"]).1, [Value::Null; 0]);
}
