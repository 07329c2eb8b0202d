//! `/v1/users`, `/v1/sessions`, `/v1/me`.

use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Person, System,
    person::{ApiResponse, PASSWORD, address, text},
    system::hot,
};

fn fields(body: &Value) -> Vec<String> {
    body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| text(&error["field"]))
        .collect()
}

#[tokio::test]
async fn a_person_signs_up_in_and_out() {
    let system = System::shared();
    let stranger = Person::anonymous(&system);
    let email = address();
    let user = stranger.sign_up(&email).await.expect(201);
    assert_eq!((text(&user["email"]), text(&user["name"])), (email.clone(), "Ana".to_owned()));
    assert!(user.get("password").is_none() && user.get("password_hash").is_none(), "{user}");

    let person = Person::new(&system).await;
    let me = person.get("/v1/me").await.expect(200);
    assert_eq!(me["usage"], json!({"photos": 0, "bytes": 0}));
    let sessions = person.get("/v1/sessions").await.expect(200);
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(1), "{sessions}");
    assert_eq!(
        (&sessions["items"][0]["id"], &sessions["items"][0]["current"]),
        (&me["session"], &json!(true))
    );

    person
        .delete(&format!("/v1/sessions/{}", text(&me["session"])))
        .await
        .expect(204);
    assert_eq!(person.get("/v1/me").await.problem(401), "/problems/not-signed-in");
}

#[tokio::test]
async fn a_session_is_ended_by_its_own_user_only() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let session = text(&ana.get("/v1/me").await.expect(200)["session"]);
    assert_eq!(
        ben.delete(&format!("/v1/sessions/{session}"))
            .await
            .problem(404),
        "/problems/not-found"
    );
    ana.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn every_bad_field_of_a_registration_is_named() {
    let person = Person::anonymous(&System::shared());
    let long = "x".repeat(10_000);
    let cases = [
        (json!({}), vec!["name", "email", "password"]),
        (
            json!({"name": "", "email": "no", "password": "short"}),
            vec!["name", "email", "password"],
        ),
        (json!({"name": long, "email": 7, "password": PASSWORD}), vec!["name", "email"]),
        (
            json!({"name": "a\u{7}b", "email": address(), "password": PASSWORD, "admin": true}),
            vec!["name", "admin"],
        ),
        (json!({"name": "Ana", "email": address(), "password": "password123"}), vec!["password"]),
    ];
    for (body, bad) in cases {
        let answer = person.post("/v1/users", body.clone()).await;
        assert_eq!(answer.clone().problem(422), "/problems/invalid");
        assert_eq!(fields(&answer.body), bad, "{body}");
    }
    for body in ["", "{", "[]", "null"] {
        let answer = person
            .ask(Method::POST, "/v1/users", &[], Some(body.to_owned()))
            .await;
        assert_eq!(answer.problem(400), "/problems/not-json", "{body}");
    }
}

/// A bad value may be a secret, and may be longer than an answer can be.
#[tokio::test]
async fn a_bad_value_is_not_repeated() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let long = "secret".repeat(530_000);
    let user = json!({"name": "Ana", "email": address(), "password": 7_351_902_468_u64});
    let cases = [
        (Method::POST, "/v1/users".to_owned(), user),
        (
            Method::POST,
            "/v1/sessions".to_owned(),
            json!({"email": address(), "password": PASSWORD, "scopes": [long]}),
        ),
        (Method::POST, "/v1/albums".to_owned(), json!({"title": {&long: 1}})),
        (
            Method::PUT,
            format!("/v1/albums/{album}/members/{}", ana.id().await),
            json!({"role": long}),
        ),
        (Method::POST, format!("/v1/albums/{album}/shares"), json!({"allow_upload": long})),
        (Method::POST, format!("/v1/albums/{album}/photos"), json!({"size": long})),
    ];
    for (method, path, body) in cases {
        let answer = ana.ask(method, &path, &[], Some(body.to_string())).await;
        let said = answer.body.to_string();
        assert_eq!(answer.problem(422), "/problems/invalid", "{path}");
        assert!(said.len() < 2000 && !said.contains("7351902468"), "{path}: {said}");
    }
    let answer = ana
        .ask(Method::POST, "/v1/albums", &[], Some(json!(long).to_string()))
        .await;
    assert!(!answer.body.to_string().contains("secret"), "{}", answer.body);
    assert_eq!(answer.problem(400), "/problems/not-json");
}

#[tokio::test]
async fn a_password_is_one_in_every_normal_form() {
    let composed = "gr\u{fc}ne \u{c4}pfel f\u{fc}r morgen";
    let decomposed = "gru\u{308}ne A\u{308}pfel fu\u{308}r\u{a0}morgen";
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    for (set, sent) in [(composed, decomposed), (decomposed, composed)] {
        let email = address();
        let new = json!({"name": "Zo\u{eb}", "email": email, "password": set});
        anyone.post("/v1/users", new).await.expect(201);
        let session = anyone
            .post("/v1/sessions", json!({"email": email, "password": sent}))
            .await
            .expect(201);
        let ana = anyone.with(&text(&session["token"]));
        let album = ana.album("Summer").await;
        let share = ana
            .post(&format!("/v1/albums/{album}/shares"), json!({"password": set}))
            .await
            .expect(201);
        anyone
            .post(&format!("{}/unlock", text(&share["path"])), json!({"password": sent}))
            .await
            .expect(200);
        let close = json!({"password": sent}).to_string();
        ana.ask(Method::DELETE, "/v1/me", &[], Some(close))
            .await
            .expect(202);
        anyone
            .post("/v1/me/restore", json!({"email": email, "password": sent}))
            .await
            .expect(204);
    }
    let control =
        json!({"name": "Ana", "email": address(), "password": "a quiet\torange lighthouse"});
    let refused = anyone.post("/v1/users", control).await;
    assert_eq!(fields(&refused.body), ["password"]);
}

#[tokio::test]
async fn an_international_domain_is_one_address_however_it_is_written() {
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let local = address().replace("@example.org", "");
    let readable = format!("{local}@b\u{fc}cher.example");
    let encoded = format!("{local}@xn--bcher-kva.example");
    let user = text(&anyone.sign_up(&readable).await.expect(201)["id"]);
    assert_eq!(anyone.sign_up(&encoded).await.problem(409), "/problems/email-taken");
    for form in [&readable, &encoded, &readable.to_uppercase()] {
        anyone.sign_in(form).await.expect(201);
    }
    // From before domains were compared as DNS has them.
    let table = system.variable("HOT_TABLE");
    let hot = hot(&system);
    let key = |form: &str| [("pk", format!("EMAIL#{form}")), ("sk", "~".to_owned())];
    let strings = |pairs: &[(&str, String)]| {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), AttributeValue::S(value.clone())))
            .collect()
    };
    let old = [key(&readable).as_slice(), &[("user", user.clone())]].concat();
    hot.put_item()
        .table_name(table)
        .set_item(Some(strings(&old)))
        .send()
        .await
        .expect("an old reservation");
    let delete = hot
        .delete_item()
        .table_name(table)
        .set_key(Some(strings(&key(&encoded))));
    delete.send().await.expect("no new one");
    for form in [&readable, &encoded] {
        assert_eq!(anyone.sign_up(form).await.problem(409), "/problems/email-taken");
        anyone.sign_in(form).await.expect(201);
    }
}

#[tokio::test]
async fn an_address_is_taken_once_whatever_its_case_and_however_many_ask_at_once() {
    let person = Person::anonymous(&System::shared());
    let email = address();
    let tries = [email.clone(), email.to_uppercase(), email.clone(), email.replace("ana", "Ana")];
    let answers = join_all(tries.iter().map(|email| person.sign_up(email))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(person.sign_up(&email).await.problem(409), "/problems/email-taken");
    person.sign_in(&email.to_uppercase()).await.expect(201);
}

/// Registration may die after the address has been bound and before the account is made.
#[tokio::test]
async fn an_address_without_an_account_can_be_registered() {
    let system = System::shared();
    let person = Person::anonymous(&system);
    let email = address();
    let bound = text(&person.sign_up(&address()).await.expect(201)["id"]);
    // An id of the same shape that no account has: the last character is random.
    let free =
        format!("{}{}", &bound[..bound.len() - 1], if bound.ends_with('0') { '1' } else { '0' });
    let item = [("pk", format!("EMAIL#{email}")), ("sk", "~".to_owned()), ("user", free.clone())];
    let item = item.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
    let put = hot(&system)
        .put_item()
        .table_name(system.variable("HOT_TABLE"));
    put.set_item(Some(item.into()))
        .send()
        .await
        .expect("a reservation");

    assert_eq!(person.sign_in(&email).await.problem(401), "/problems/wrong-credentials");
    assert_eq!(text(&person.sign_up(&email).await.expect(201)["id"]), free);
    person.sign_in(&email).await.expect(201);
}

#[tokio::test]
async fn who_has_an_account_is_not_told() {
    let person = Person::anonymous(&System::shared());
    let email = address();
    person.sign_up(&email).await.expect(201);
    let body = |email: &str| json!({"email": email, "password": "another quiet lighthouse"});
    let mut answers = [
        person.post("/v1/sessions", body(&email)).await,
        person.post("/v1/sessions", body(&address())).await,
    ];
    for answer in &mut answers {
        assert_eq!(answer.clone().problem(401), "/problems/wrong-credentials");
        answer.body["request_id"] = Value::Null;
    }
    assert_eq!(answers[0].body, answers[1].body);
}

#[tokio::test]
async fn a_log_in_ends_the_session_that_the_browser_had() {
    let system = System::shared();
    let person = Person::anonymous(&system);
    let email = address();
    person.sign_up(&email).await.expect(201);
    let log_in = json!({"email": email, "password": PASSWORD, "cookie": true}).to_string();
    let here = ("sec-fetch-site", "same-origin");
    let cookie_of = |answer: &ApiResponse| {
        let cookie = answer.headers["set-cookie"].to_str().expect("text");
        cookie.split(';').next().expect("a pair").to_owned()
    };
    let first = person
        .ask(Method::POST, "/v1/sessions", &[here], Some(log_in.clone()))
        .await;
    let first = cookie_of(&first);
    let second = person
        .ask(Method::POST, "/v1/sessions", &[here, ("cookie", &first)], Some(log_in))
        .await;
    let second = cookie_of(&second);
    let sessions = person
        .ask(Method::GET, "/v1/sessions", &[("cookie", &second)], None)
        .await
        .expect(200);
    assert_eq!(sessions["items"].as_array().expect("items").len(), 1, "{sessions}");
    let ended = person
        .ask(Method::GET, "/v1/sessions", &[("cookie", &first)], None)
        .await;
    assert_eq!(ended.problem(401), "/problems/not-signed-in");
}

#[tokio::test]
async fn a_cookie_is_for_this_origin_s_pages_only() {
    let system = System::shared();
    let person = Person::anonymous(&system);
    let email = address();
    person.sign_up(&email).await.expect(201);
    let log_in = json!({"email": email, "password": PASSWORD, "cookie": true}).to_string();
    let from_elsewhere = [("sec-fetch-site", "cross-site")];
    let answer = person
        .ask(Method::POST, "/v1/sessions", &from_elsewhere, Some(log_in.clone()))
        .await;
    assert_eq!(answer.problem(403), "/problems/cross-site");

    let here = ("sec-fetch-site", "same-origin");
    let answer = person
        .ask(Method::POST, "/v1/sessions", &[here], Some(log_in))
        .await;
    let cookie = answer.headers["set-cookie"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(answer.clone().expect(201).get("token").is_none(), "a page never sees the token");
    assert!(
        ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"]
            .iter()
            .all(|a| cookie.contains(a)),
        "{cookie}"
    );

    let cookie = ("cookie", cookie.split(';').next().expect("a pair"));
    person
        .ask(Method::GET, "/v1/me", &[cookie], None)
        .await
        .expect(200);
    let album = Some(json!({"title": "Summer"}).to_string());
    assert_eq!(
        person
            .ask(Method::POST, "/v1/albums", &[cookie], album.clone())
            .await
            .problem(403),
        "/problems/cross-site"
    );
    person
        .ask(Method::POST, "/v1/albums", &[cookie, here], album.clone())
        .await
        .expect(201);
    person
        .ask(Method::POST, "/v1/albums", &[cookie, ("origin", &system.origin)], album)
        .await
        .expect(201);
    let both = [cookie, ("authorization", "Bearer x")];
    assert_eq!(
        person
            .ask(Method::GET, "/v1/me", &both, None)
            .await
            .problem(400),
        "/problems/two-credentials"
    );
}

#[tokio::test]
async fn without_a_session_nothing_is_told() {
    let person = Person::anonymous(&System::shared());
    for path in [
        "/v1/me",
        "/v1/sessions",
        "/v1/albums",
        "/v1/albums/album_01h2xcejqtf2nbrexx3vqjhp41",
        "/v1/photos/x",
    ] {
        let answer = person.get(path).await;
        assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"albumen\"");
        assert_eq!(answer.problem(401), "/problems/not-signed-in", "{path}");
    }
    let answer = person.get("/v1/me").await;
    assert_eq!(
        answer.headers["x-request-id"], answer.headers["apigw-requestid"],
        "one id in every log"
    );
    assert_eq!(answer.headers["x-request-id"], text(&answer.body["request_id"]).as_str());
    let health = person.get("/v1/health").await.expect(200);
    assert_eq!(health["status"], "ok");
}
