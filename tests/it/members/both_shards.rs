//! The member's own shard learns of a membership, whatever dies on the way.

use futures::future::join_all;
use serde_json::json;
use shared::{
    domain::{AlbumId, Change, Moment, UserId, view::Role},
    stores::library::members::Membership,
};
use sqlx::{Executor, Row, mysql::MySqlRow};
use tests::{
    Person, System,
    system::{library, projector},
};

use super::{put, remove, role, shared_with};

/// Returns the role and version of the member's shard, and both versions of the album's shard.
async fn both_sides(
    system: &System,
    album: AlbumId,
    user: UserId,
) -> (Option<(Option<String>, u32)>, (u32, u32)) {
    let side = |row: &MySqlRow| (row.get("role"), row.get("version"));
    let theirs =
        sqlx::query("SELECT role, version FROM memberships WHERE user_id = ? AND album_id = ?");
    let theirs = theirs.bind(user.uuid()).bind(album.uuid());
    let theirs = library(system, user.shard())
        .await
        .fetch_optional(theirs)
        .await
        .expect("an answer");
    let ours = sqlx::query("SELECT version, told FROM members WHERE user_id = ? AND album_id = ?");
    let ours = ours.bind(user.uuid()).bind(album.uuid());
    let ours = library(system, album.shard())
        .await
        .fetch_one(ours)
        .await
        .expect("a member");
    (theirs.as_ref().map(side), (ours.get("version"), ours.get("told")))
}

/// A projection may die before it tells a member's shard, or between that and noting that it has.
#[tokio::test]
async fn a_member_is_told_whatever_died_on_the_way() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = ana.member(&album, "viewer").await;
    let (id, user): (AlbumId, UserId) =
        (album.parse().expect("an id"), ben.id().await.parse().expect("an id"));
    let told = (Some((Some("viewer".to_owned()), 1)), (1, 1));
    assert_eq!(both_sides(&system, id, user).await, told);
    let projector = projector(&system);
    let forget = "DELETE FROM memberships WHERE user_id = ? AND album_id = ?";
    for half in [Some(forget), None] {
        if let Some(forget) = half {
            let forget = sqlx::query(forget).bind(user.uuid()).bind(id.uuid());
            library(&system, user.shard())
                .await
                .execute(forget)
                .await
                .expect("a deletion");
        }
        let unnote = sqlx::query("UPDATE members SET told = 0 WHERE album_id = ?").bind(id.uuid());
        library(&system, id.shard())
            .await
            .execute(unnote)
            .await
            .expect("an update");
        projector
            .project(&Change::Album { id, version: 1 })
            .await
            .expect("a projection");
        assert_eq!(both_sides(&system, id, user).await, told);
    }
    assert_eq!(shared_with(&ben).await, role("viewer", &album));
}

#[tokio::test]
async fn what_a_member_s_shard_is_told_late_never_wins() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = ana.member(&album, "viewer").await;
    let (id, user): (AlbumId, UserId) =
        (album.parse().expect("an id"), ben.id().await.parse().expect("an id"));
    put(&ana, &album, &user.to_string(), json!("editor"))
        .await
        .expect(200);
    remove(&ana, &album, &user.to_string()).await;
    let stands = (Some((None, 3)), (3, 3));
    assert_eq!(both_sides(&system, id, user).await, stands);
    let projector = projector(&system);
    let told = |version, role| Membership {
        user,
        role,
        added_at: Moment::now(),
        version,
        synced_version: 0,
    };
    let late = [
        told(2, Some(Role::Editor)),
        told(1, Some(Role::Viewer)),
        told(3, None),
        told(2, Some(Role::Editor)),
    ];
    let projector_ref = &projector;
    let late = &late;
    for outcome in join_all(
        late.iter()
            .map(|member| projector_ref.library.sync_membership(id, member)),
    )
    .await
    {
        outcome.expect("an answer");
    }
    assert_eq!(both_sides(&system, id, user).await, stands);
    assert!(shared_with(&ben).await.is_empty());
}

#[tokio::test]
async fn many_changes_at_once_leave_all_sides_alike() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = ana.member(&album, "viewer").await;
    let user = ben.id().await;
    let (id, them): (AlbumId, UserId) =
        (album.parse().expect("an id"), user.parse().expect("an id"));
    let projector = projector(&system);
    for _ in 0..3 {
        ana.admit(&album, &ben, "viewer").await;
        let changes =
            ["editor", "viewer", "editor"].map(|role| put(&ana, &album, &user, json!(role)));
        let removals = [remove(&ana, &album, &user), remove(&ben, &album, "me")];
        let change = Change::Album { id, version: 1 };
        let projections = [projector.project(&change), projector.project(&change)];
        let (put_back, removed, projected) =
            tokio::join!(join_all(changes), join_all(removals), join_all(projections));
        for answer in put_back.iter().chain(&removed) {
            assert!(answer.status < 300 || answer.status == 404, "{answer:?}");
        }
        for outcome in projected {
            outcome.expect("a projection");
        }
        let (theirs, (version, told)) = both_sides(&system, id, them).await;
        let (role, theirs) = theirs.expect("a membership");
        assert_eq!((theirs, told), (version, version));
        let head = ben.get(&format!("/v1/albums/{album}")).await;
        assert_eq!(head.body["role"].as_str(), role.as_deref(), "{head:?}");
        let listed: Vec<_> = shared_with(&ben)
            .await
            .into_iter()
            .map(|(_, role)| role)
            .collect();
        assert_eq!(listed, Vec::from_iter(role));
    }
}
