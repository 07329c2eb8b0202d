use std::sync::Arc;

use aws_sdk_redshiftdata::{
    Error,
    types::{Field, SqlParameter, StatusString},
};

use crate::support::{DATABASE, Local, WORKGROUP};

#[tokio::test]
async fn a_statement_is_submitted_then_started_then_finished() {
    let local = Local::start().await;
    local.hold("");
    let first = local.submit(&["SELECT 1"], &[], None).await;
    let second = local.submit(&["SELECT 2"], &[], None).await;
    while local.describe(&first).await.status != Some(StatusString::Started) {
        tokio::task::yield_now().await;
    }
    assert_eq!(local.describe(&second).await.status, Some(StatusString::Submitted));
    let early = local
        .client
        .get_statement_result()
        .id(&first)
        .send()
        .await
        .map_err(Error::from);
    assert!(matches!(early, Err(Error::ResourceNotFoundException(_))), "{early:?}");
    local.release();
    let outcome = local.outcome(&second).await;
    assert_eq!(
        (outcome.status, outcome.has_result_set),
        (Some(StatusString::Finished), Some(true))
    );
    assert_eq!(local.rows(&second).await.0, [[Field::LongValue(2)]]);
}

#[tokio::test]
async fn a_batch_is_one_transaction() {
    let local = Local::start().await;
    local
        .done(&["CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"], &[])
        .await;
    let why = local
        .failure(&[
            "INSERT INTO t VALUES (2)",
            "SELECT SUM(a) FROM t",
            "INSERT INTO t VALUES ('x')",
        ])
        .await;
    assert!(why.contains("Could not convert"), "{why}");
    assert_eq!(local.value("SELECT COUNT(*) FROM t").await, Field::LongValue(1));
    // Its parts have their own rows, and it has none.
    let batch = local
        .done(&["INSERT INTO t VALUES (5)", "SELECT MAX(a) FROM t"], &[])
        .await;
    let outcome = local.describe(&batch).await;
    assert_eq!(outcome.sub_statements().len(), 2);
    assert_eq!(local.rows(&format!("{batch}:2")).await.0, [[Field::LongValue(5)]]);
    for none in [batch.clone(), format!("{batch}:1"), format!("{batch}:3")] {
        local
            .client
            .get_statement_result()
            .id(&none)
            .send()
            .await
            .expect_err(&none);
    }
}

#[tokio::test]
async fn the_same_token_names_the_same_statement() {
    let local = Local::start().await;
    local.done(&["CREATE TABLE t (a INTEGER)"], &[]).await;
    let first = local
        .submit(&["INSERT INTO t VALUES (1)"], &[], Some("token"))
        .await;
    let again = local
        .submit(&["INSERT INTO t VALUES (1)"], &[], Some("token"))
        .await;
    assert_eq!(first, again);
    local.outcome(&first).await;
    assert_eq!(
        local
            .submit(&["INSERT INTO t VALUES (1)"], &[], Some("token"))
            .await,
        first
    );
    assert_eq!(local.value("SELECT COUNT(*) FROM t").await, Field::LongValue(1));
    let other = local
        .client
        .execute_statement()
        .sql("SELECT 1")
        .client_token("token");
    let other = other
        .workgroup_name(WORKGROUP)
        .database(DATABASE)
        .send()
        .await
        .map_err(Error::from);
    assert!(matches!(other, Err(Error::ValidationException(_))), "{other:?}");
}

#[tokio::test]
async fn parameters_are_values_and_never_sql() {
    let local = Local::start().await;
    let evil = "'; DROP TABLE activity; --''\\";
    let id = local
        .done(&["SELECT :x, :x || :y WHERE :y <> 'b'"], &[("x", evil), ("y", "z")])
        .await;
    let (rows, _) = local.rows(&id).await;
    assert_eq!(rows, [[Field::StringValue(evil.into()), Field::StringValue(format!("{evil}z"))]]);
    let from = local
        .done(
            &["SELECT TIMESTAMP '2026-01-02' > CAST(:from AS TIMESTAMP)"],
            &[("from", "2026-01-01")],
        )
        .await;
    assert_eq!(local.rows(&from).await.0, [[Field::BooleanValue(true)]]);
    for (sql, given) in
        [("SELECT 1", vec!["x"]), ("SELECT :x", vec![]), ("SELECT :x || :y", vec!["x"])]
    {
        let given = given.into_iter().map(|name| {
            SqlParameter::builder()
                .name(name)
                .value("1")
                .build()
                .expect("one")
        });
        let given = Some(given.collect::<Vec<_>>()).filter(|given| !given.is_empty());
        let call = local
            .client
            .execute_statement()
            .sql(sql)
            .set_parameters(given);
        let call = call
            .workgroup_name(WORKGROUP)
            .database(DATABASE)
            .send()
            .await
            .map_err(Error::from);
        assert!(matches!(call, Err(Error::ValidationException(_))), "{sql}: {call:?}");
    }
}

#[tokio::test]
async fn values_come_in_the_forms_of_redshift() {
    let local = Local::start().await;
    let sql = "SELECT 1::BIGINT, 2.5::DOUBLE PRECISION, TRUE, 'x', NULL, SUM(7::DECIMAL(38,0)),
               TIMESTAMP '2026-01-02 03:04:05.678', DATE '2026-01-02', 7 / 2, COUNT(*)";
    let id = local.done(&[sql], &[]).await;
    let text = |text: &str| Field::StringValue(text.into());
    let expected = [
        Field::LongValue(1),
        Field::DoubleValue(2.5),
        Field::BooleanValue(true),
        text("x"),
        Field::IsNull(true),
        text("7"),
        text("2026-01-02 03:04:05.678"),
        text("2026-01-02"),
        Field::LongValue(3),
        Field::LongValue(1),
    ];
    assert_eq!(local.rows(&id).await.0, [expected]);
    let order = local
        .done(&["SELECT a FROM (SELECT 1 AS a UNION ALL SELECT NULL) ORDER BY a DESC"], &[])
        .await;
    assert_eq!(local.rows(&order).await.0, [[Field::IsNull(true)], [Field::LongValue(1)]]);
}

#[tokio::test]
async fn many_rows_come_in_pages_and_in_order() {
    let local = Local::start().await;
    let digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)";
    let sql = format!(
        "SELECT ROW_NUMBER() OVER (ORDER BY a.d, b.d, c.d, d.d, e.d) AS n
         FROM {digits} a, {digits} b, {digits} c, {digits} d, {digits} e ORDER BY n DESC"
    );
    let id = local.done(&[&sql], &[]).await;
    let (rows, pages) = local.rows(&id).await;
    let numbers: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(numbers, (1..=3125).rev().map(Field::LongValue).collect::<Vec<_>>());
    assert_eq!(pages, 4);
}

#[tokio::test]
async fn what_is_cancelled_or_made_to_fail_leaves_nothing() {
    let local = Local::start().await;
    local.done(&["CREATE TABLE t (a INTEGER)"], &[]).await;
    local.hold("");
    let running = local.submit(&["INSERT INTO t VALUES (1)"], &[], None).await;
    let waiting = local.submit(&["INSERT INTO t VALUES (2)"], &[], None).await;
    for id in [&waiting, &running] {
        let cancelled = local
            .client
            .cancel_statement()
            .id(id)
            .send()
            .await
            .expect("cancelled");
        assert_eq!(cancelled.status, Some(true));
        assert_eq!(local.outcome(id).await.status, Some(StatusString::Aborted));
    }
    local.hold("the disk is full");
    assert_eq!(local.failure(&["INSERT INTO t VALUES (3)"]).await, "ERROR: the disk is full");
    local.release();
    assert_eq!(local.value("SELECT COUNT(*) FROM t").await, Field::LongValue(0));
    local
        .client
        .cancel_statement()
        .id(&running)
        .send()
        .await
        .expect_err("it is over");
}

#[tokio::test]
async fn what_was_submitted_survives_that_the_warehouse_is_killed() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let (local, mut child) = Local::process(folder.clone(), &listener);
    local
        .done(&["CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"], &[])
        .await;
    let before = local.done(&["SELECT a FROM t"], &[]).await;
    local.hold("");
    let running = local
        .submit(&["INSERT INTO t VALUES (2)"], &[], Some("token"))
        .await;
    while local.describe(&running).await.status != Some(StatusString::Started) {
        tokio::task::yield_now().await;
    }
    child.kill().and_then(|()| child.wait()).expect("killed");
    let (again, mut child) = Local::process(folder, &listener);
    assert_eq!(
        again
            .submit(&["INSERT INTO t VALUES (2)"], &[], Some("token"))
            .await,
        running
    );
    again.release();
    assert_eq!(again.outcome(&running).await.status, Some(StatusString::Finished));
    assert_eq!(again.rows(&before).await.0, [[Field::LongValue(1)]]);
    assert_eq!(again.value("SELECT SUM(a::BIGINT) FROM t").await, Field::StringValue("3".into()));
    child.kill().and_then(|()| child.wait()).expect("killed");
}

#[tokio::test]
async fn another_workgroup_or_database_is_refused() {
    let local = Local::start().await;
    for (workgroup, database) in [("other", DATABASE), (WORKGROUP, "other")] {
        let call = local
            .client
            .execute_statement()
            .sql("SELECT 1")
            .workgroup_name(workgroup)
            .database(database);
        let refused = call.send().await.map_err(Error::from);
        assert!(matches!(refused, Err(Error::ValidationException(_))), "{refused:?}");
    }
    let unknown = local
        .client
        .describe_statement()
        .id("0198c0de-0000-7000-8000-000000000000")
        .send()
        .await;
    assert!(matches!(unknown.map_err(Error::from), Err(Error::ResourceNotFoundException(_))));
    let why = local.failure(&["SELEC 1"]).await;
    assert!(why.contains("SELEC"), "{why}");
}
