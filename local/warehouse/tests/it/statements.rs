//! Statements: their order, their transactions, their values and their pages.

use std::sync::Arc;

use aws_sdk_redshiftdata::{
    Error,
    types::{Field, StatusString},
};

use crate::support::{DATABASE, TestWarehouse, WORKGROUP, sql_parameters, text, validation_error};

#[tokio::test]
async fn a_statement_is_submitted_then_started_then_finished() {
    let warehouse = TestWarehouse::start().await;
    warehouse.hold("");
    let first = warehouse.submit(&["SELECT 1"], &[], None).await;
    let second = warehouse.submit(&["SELECT 2"], &[], None).await;
    warehouse.wait_until_started(&first).await;
    assert_eq!(warehouse.describe(&second).await.status, Some(StatusString::Submitted));
    let early = warehouse
        .client
        .get_statement_result()
        .id(&first)
        .send()
        .await
        .map_err(Error::from);
    assert!(matches!(early, Err(Error::ResourceNotFoundException(_))), "{early:?}");
    warehouse.release();
    let outcome = warehouse.outcome(&second).await;
    assert_eq!(outcome.status, Some(StatusString::Finished));
    assert_eq!(outcome.has_result_set, Some(true));
    assert_eq!(warehouse.rows(&second).await.0, [[Field::LongValue(2)]]);
}

#[tokio::test]
async fn a_batch_is_one_transaction() {
    let warehouse = TestWarehouse::start().await;
    warehouse
        .done(&["CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"], &[])
        .await;
    let error = warehouse
        .failure(&[
            "INSERT INTO t VALUES (2)",
            "SELECT SUM(a) FROM t",
            "INSERT INTO t VALUES ('x')",
        ])
        .await;
    assert!(error.contains("Could not convert"), "{error}");
    assert_eq!(warehouse.value("SELECT COUNT(*) FROM t").await, Field::LongValue(1));
}

#[tokio::test]
async fn the_parts_of_a_batch_have_their_own_rows_and_it_has_none() {
    let warehouse = TestWarehouse::start().await;
    let batch = warehouse
        .done(
            &["CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (5)", "SELECT MAX(a) FROM t"],
            &[],
        )
        .await;
    let outcome = warehouse.describe(&batch).await;
    assert_eq!(outcome.sub_statements().len(), 3);
    assert_eq!(warehouse.rows(&format!("{batch}:3")).await.0, [[Field::LongValue(5)]]);
    for without_rows in [batch.clone(), format!("{batch}:2"), format!("{batch}:4")] {
        warehouse
            .client
            .get_statement_result()
            .id(&without_rows)
            .send()
            .await
            .expect_err(&without_rows);
    }
}

#[tokio::test]
async fn the_same_token_names_the_same_statement() {
    let warehouse = TestWarehouse::start().await;
    warehouse.done(&["CREATE TABLE t (a INTEGER)"], &[]).await;
    let insert = ["INSERT INTO t VALUES (1)"];
    let first = warehouse.submit(&insert, &[], Some("token")).await;
    let again = warehouse.submit(&insert, &[], Some("token")).await;
    assert_eq!(first, again);
    warehouse.outcome(&first).await;
    let when_over = warehouse.submit(&insert, &[], Some("token")).await;
    assert_eq!(when_over, first);
    assert_eq!(warehouse.value("SELECT COUNT(*) FROM t").await, Field::LongValue(1));
    validation_error(warehouse.execute("SELECT 1").client_token("token")).await;
}

#[tokio::test]
async fn parameters_are_values_and_never_sql() {
    let warehouse = TestWarehouse::start().await;
    let evil = "'; DROP TABLE activity; --''\\";
    let id = warehouse
        .done(&["SELECT :x, :x || :y WHERE :y <> 'b'"], &[("x", evil), ("y", "z")])
        .await;
    let (rows, _) = warehouse.rows(&id).await;
    assert_eq!(rows, [[text(evil), text(&format!("{evil}z"))]]);
    let from = warehouse
        .done(
            &["SELECT TIMESTAMP '2026-01-02' > CAST(:from AS TIMESTAMP)"],
            &[("from", "2026-01-01")],
        )
        .await;
    assert_eq!(warehouse.rows(&from).await.0, [[Field::BooleanValue(true)]]);
}

#[tokio::test]
async fn parameters_that_are_missing_or_not_used_are_refused() {
    let warehouse = TestWarehouse::start().await;
    for (sql, parameters) in
        [("SELECT 1", &[("x", "1")][..]), ("SELECT :x", &[]), ("SELECT :x || :y", &[("x", "1")])]
    {
        let call = warehouse
            .execute(sql)
            .set_parameters(sql_parameters(parameters));
        validation_error(call).await;
    }
}

#[tokio::test]
async fn values_come_in_the_forms_of_redshift() {
    let warehouse = TestWarehouse::start().await;
    let sql = "SELECT 1::BIGINT, 2.5::DOUBLE PRECISION, TRUE, 'x', NULL, SUM(7::DECIMAL(38,0)),
               TIMESTAMP '2026-01-02 03:04:05.678', DATE '2026-01-02', 7 / 2, COUNT(*)";
    let id = warehouse.done(&[sql], &[]).await;
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
    assert_eq!(warehouse.rows(&id).await.0, [expected]);
    let order = warehouse
        .done(&["SELECT a FROM (SELECT 1 AS a UNION ALL SELECT NULL) ORDER BY a DESC"], &[])
        .await;
    assert_eq!(warehouse.rows(&order).await.0, [[Field::IsNull(true)], [Field::LongValue(1)]]);
}

#[tokio::test]
async fn many_rows_come_in_pages_and_in_order() {
    let warehouse = TestWarehouse::start().await;
    let digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 \
                   UNION ALL SELECT 3 UNION ALL SELECT 4)";
    let sql = format!(
        "SELECT ROW_NUMBER() OVER (ORDER BY a.d, b.d, c.d, d.d, e.d) AS n
         FROM {digits} a, {digits} b, {digits} c, {digits} d, {digits} e ORDER BY n DESC"
    );
    let id = warehouse.done(&[&sql], &[]).await;
    let (rows, pages) = warehouse.rows(&id).await;
    assert_eq!(rows.len(), 3125);
    for (row, number) in rows.iter().zip((1..=3125).rev()) {
        assert_eq!(*row, [Field::LongValue(number)]);
    }
    assert_eq!(pages, 4);
}

#[tokio::test]
async fn a_statement_that_is_cancelled_or_made_to_fail_leaves_nothing() {
    let warehouse = TestWarehouse::start().await;
    warehouse.done(&["CREATE TABLE t (a INTEGER)"], &[]).await;
    warehouse.hold("");
    let running = warehouse
        .submit(&["INSERT INTO t VALUES (1)"], &[], None)
        .await;
    let waiting = warehouse
        .submit(&["INSERT INTO t VALUES (2)"], &[], None)
        .await;
    for id in [&waiting, &running] {
        let cancelled = warehouse
            .client
            .cancel_statement()
            .id(id)
            .send()
            .await
            .expect("cancelled");
        assert_eq!(cancelled.status, Some(true));
        assert_eq!(warehouse.outcome(id).await.status, Some(StatusString::Aborted));
    }
    warehouse.hold("the disk is full");
    let error = warehouse.failure(&["INSERT INTO t VALUES (3)"]).await;
    assert_eq!(error, "ERROR: the disk is full");
    warehouse.release();
    assert_eq!(warehouse.value("SELECT COUNT(*) FROM t").await, Field::LongValue(0));
    warehouse
        .client
        .cancel_statement()
        .id(&running)
        .send()
        .await
        .expect_err("it is over");
}

#[tokio::test]
async fn submitted_statements_survive_that_the_warehouse_is_killed() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let (first, mut first_process) = TestWarehouse::process(folder.clone(), &listener);
    first
        .done(&["CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)"], &[])
        .await;
    let before = first.done(&["SELECT a FROM t"], &[]).await;
    first.hold("");
    let insert = ["INSERT INTO t VALUES (2)"];
    let running = first.submit(&insert, &[], Some("token")).await;
    first.wait_until_started(&running).await;
    first_process.kill().expect("killed");
    first_process.wait().expect("gone");

    let (second, mut second_process) = TestWarehouse::process(folder, &listener);
    let again = second.submit(&insert, &[], Some("token")).await;
    assert_eq!(again, running);
    second.release();
    assert_eq!(second.outcome(&running).await.status, Some(StatusString::Finished));
    assert_eq!(second.rows(&before).await.0, [[Field::LongValue(1)]]);
    assert_eq!(second.value("SELECT SUM(a::BIGINT) FROM t").await, text("3"));
    second_process.kill().expect("killed");
    second_process.wait().expect("gone");
}

#[tokio::test]
async fn another_workgroup_or_database_is_refused() {
    let warehouse = TestWarehouse::start().await;
    for (workgroup, database) in [("other", DATABASE), (WORKGROUP, "other")] {
        let call = warehouse
            .execute("SELECT 1")
            .workgroup_name(workgroup)
            .database(database);
        validation_error(call).await;
    }
}

#[tokio::test]
async fn an_unknown_statement_is_not_found_and_bad_sql_fails_when_it_runs() {
    let warehouse = TestWarehouse::start().await;
    let unknown = warehouse
        .client
        .describe_statement()
        .id("0198c0de-0000-7000-8000-000000000000")
        .send()
        .await;
    assert!(matches!(unknown.map_err(Error::from), Err(Error::ResourceNotFoundException(_))));
    let error = warehouse.failure(&["SELEC 1"]).await;
    assert!(error.contains("SELEC"), "{error}");
}
