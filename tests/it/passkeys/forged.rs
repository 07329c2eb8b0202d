//! Log-ins and passkeys that are not what they say.

use serde_json::{Value, json};
use tests::{
    ApiResponse, Person, System,
    passkey::{SoftPasskey, add, added, begun, challenge, encode, log_in, log_in_by},
};

/// A lie of an authenticator or its browser: its name, and how it comes about.
type Lie = (&'static str, fn(&mut SoftPasskey));

#[track_caller]
fn is_refused(answer: ApiResponse, what: &str) {
    let told = answer.body.clone();
    assert_eq!(answer.problem(401), "/problems/wrong-credentials", "{what}");
    let members = told.as_object().expect("a problem");
    assert_eq!(members.get("detail"), None, "{what}: why is not told: {told}");
}

#[tokio::test]
async fn an_answer_is_good_for_one_log_in() {
    let ana = Person::new(&System::shared()).await;
    let anyone = Person::anonymous(&ana.system);
    for count in [0, 1] {
        let mut passkey = SoftPasskey { count, ..SoftPasskey::new(&ana.system.origin) };
        let credential = passkey.make(&begun(&ana).await);
        add(&ana, &credential).await.expect(201);
        let credential = passkey.sign(&challenge(&anyone).await);
        let log_ins = (0..6).map(|_| log_in(&anyone, &credential));
        let answers = futures::future::join_all(log_ins).await;
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        is_refused(log_in(&anyone, &credential).await, "sent again");
        log_in_by(&anyone, &mut passkey).await.expect(201);
    }
}

#[tokio::test]
async fn answers_for_other_pages_and_of_nobody_are_refused() {
    let ana = Person::new(&System::shared()).await;
    let anyone = Person::anonymous(&ana.system);
    let (passkey, _) = added(&ana).await;
    let lies: [Lie; 6] = [
        ("another origin", |passkey| passkey.origin = "https://evil.example".to_owned()),
        ("another port", |passkey| passkey.origin.push('1')),
        ("another site", |passkey| passkey.site = "evil.example".to_owned()),
        ("an unverified user", |passkey| passkey.verifies = false),
        ("what may be copied all at once", |passkey| passkey.copiable = true),
        ("a copy of what may not be", |passkey| passkey.copied = true),
    ];
    for (what, lie) in lies {
        let mut liar = passkey.clone();
        lie(&mut liar);
        is_refused(log_in_by(&anyone, &mut liar).await, what);
    }
    let mut passkey = passkey;
    let options = challenge(&anyone).await;
    let other = challenge(&anyone).await;
    let good = passkey.sign(&options);
    let forged: [(&str, Value); 5] = [
        ("another challenge", with(&good, "clientDataJSON", &passkey.sign(&other))),
        ("another signature", with(&good, "signature", &passkey.sign(&options))),
        ("a challenge that is not ours", passkey.sign(&json!({"challenge": "Y2hhbGxlbmdl"}))),
        ("a challenge of a registration", passkey.sign(&begun(&ana).await)),
        ("no user", without_user(&good)),
    ];
    for (what, credential) in forged {
        is_refused(log_in(&anyone, &credential).await, what);
    }
    log_in(&anyone, &good).await.expect(201);
}

/// The answer of a passkey, with a part of another one.
fn with(credential: &Value, part: &str, other: &Value) -> Value {
    let mut forged = credential.clone();
    forged["response"][part] = other["response"][part].clone();
    forged
}

fn without_user(credential: &Value) -> Value {
    let mut forged = credential.clone();
    forged["response"]
        .as_object_mut()
        .expect("an object")
        .remove("userHandle");
    forged
}

#[tokio::test]
async fn a_passkey_opens_the_account_that_it_was_added_to_and_no_other() {
    let system = System::shared();
    let (ana, ben) = (Person::new(&system).await, Person::new(&system).await);
    let anyone = Person::anonymous(&system);
    let (mut hers, _) = added(&ana).await;
    let (his, _) = added(&ben).await;
    let mut theirs = SoftPasskey { handle: his.handle.clone(), ..hers.clone() };
    is_refused(log_in_by(&anyone, &mut theirs).await, "her key, his handle");
    let mut theirs = SoftPasskey { id: his.id.clone(), ..hers.clone() };
    is_refused(log_in_by(&anyone, &mut theirs).await, "her key and handle, his credential");
    let mut theirs = SoftPasskey { id: his.id.clone(), handle: his.handle.clone(), ..hers.clone() };
    is_refused(log_in_by(&anyone, &mut theirs).await, "her key for his passkey");
    let mut nobody = SoftPasskey::new(&system.origin);
    nobody.handle = uuid::Uuid::now_v7().as_bytes().to_vec();
    is_refused(log_in_by(&anyone, &mut nobody).await, "nobody");
    // Another account may have a credential of the same id: the handle says which is meant.
    let mut same = SoftPasskey { id: hers.id.clone(), ..SoftPasskey::new(&system.origin) };
    let credential = same.make(&begun(&ben).await);
    add(&ben, &credential).await.expect(201);
    let session = log_in_by(&anyone, &mut hers).await.expect(201);
    let by_hers = anyone.with(&tests::person::text(&session["token"]));
    assert_eq!(by_hers.id().await, ana.id().await);
}

#[tokio::test]
async fn an_authenticator_that_counts_backwards_is_refused() {
    let ana = Person::new(&System::shared()).await;
    let anyone = Person::anonymous(&ana.system);
    let (mut passkey, _) = added(&ana).await;
    let mut copy = passkey.clone();
    log_in_by(&anyone, &mut passkey).await.expect(201);
    log_in_by(&anyone, &mut passkey).await.expect(201);
    is_refused(log_in_by(&anyone, &mut copy).await, "a copy that is behind");
    copy.count = 0;
    is_refused(log_in_by(&anyone, &mut copy).await, "a copy that does not count");
    log_in_by(&anyone, &mut passkey).await.expect(201);
}

#[tokio::test]
async fn a_synced_passkey_may_be_copied_and_counts_nothing() {
    let ana = Person::new(&System::shared()).await;
    let anyone = Person::anonymous(&ana.system);
    let new = SoftPasskey::new(&ana.system.origin);
    let mut passkey = SoftPasskey { count: 0, copiable: true, ..new };
    let credential = passkey.make(&begun(&ana).await);
    let added = add(&ana, &credential).await.expect(201);
    assert_eq!(added["synced"], json!(false));
    passkey.copied = true;
    for _ in 0..2 {
        log_in_by(&anyone, &mut passkey).await.expect(201);
    }
    let listed = ana.get("/v1/me/passkeys").await.expect(200);
    assert_eq!(listed["items"][0]["synced"], json!(true));
}

/// Holds that the credential was what was refused.
#[track_caller]
fn is_bad(answer: ApiResponse, why: &str) {
    let error = answer.body["errors"][0].clone();
    assert_eq!(answer.problem(422), "/problems/invalid", "{why}");
    assert_eq!(error["field"], "credential", "{error}");
    let detail = tests::person::text(&error["detail"]);
    assert!(detail.contains(why), "{detail:?} does not say {why:?}");
}

#[tokio::test]
async fn passkeys_that_were_made_elsewhere_are_not_added() {
    let system = System::shared();
    let (ana, ben) = (Person::new(&system).await, Person::new(&system).await);
    let new = || SoftPasskey::new(&system.origin);
    let lies: [Lie; 5] = [
        ("another page", |passkey| passkey.origin = "https://evil.example".to_owned()),
        ("another site", |passkey| passkey.site = "evil.example".to_owned()),
        ("was verified", |passkey| passkey.verifies = false),
        ("about copies", |passkey| passkey.copied = true),
        ("no readable authenticator data", |passkey| passkey.id = vec![7; 1024]),
    ];
    for (why, lie) in lies {
        let mut passkey = new();
        lie(&mut passkey);
        let credential = passkey.make(&begun(&ana).await);
        is_bad(add(&ana, &credential).await, why);
    }
    let begin_anew = "begin anew";
    let options = begun(&ana).await;
    let credential = new().make(&options);
    is_bad(add(&ben, &credential).await, begin_anew);
    let mut of_log_in = options.clone();
    of_log_in["challenge"] = challenge(&ana).await["challenge"].clone();
    is_bad(add(&ana, &new().make(&of_log_in)).await, begin_anew);
    let mut renamed = credential.clone();
    renamed["id"] = json!(encode(b"another"));
    is_bad(add(&ana, &renamed).await, "two ids");
    let mut unreadable = credential.clone();
    unreadable["response"]["attestationObject"] = json!("oA");
    is_bad(add(&ana, &unreadable).await, "no readable authenticator data");
    unreadable["response"]["attestationObject"] = json!("no base64!");
    is_bad(add(&ana, &unreadable).await, "base64url");
    add(&ana, &credential).await.expect(201);
    is_bad(add(&ana, &credential).await, begin_anew);
}

#[tokio::test]
async fn a_passkey_is_added_once() {
    let ana = Person::new(&System::shared()).await;
    let (mut passkey, _) = added(&ana).await;
    let credential = passkey.make(&begun(&ana).await);
    is_bad(add(&ana, &credential).await, "already");
}
