//! Statements of Redshift, and the same for DuckDB.

use super::*;

fn translated(sql: &str) -> String {
    match translate(sql).expect(sql).action {
        Action::Change(text) | Action::Query(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_places_of_rows_are_left_out_and_lengths_are_held() {
    let sql = "CREATE TABLE t (id CHAR(32) NOT NULL, at TIMESTAMP) \
               DISTSTYLE KEY DISTKEY (id) SORTKEY (at)";
    assert_eq!(
        translated(sql),
        "CREATE TABLE t (id CHAR(32) NOT NULL CHECK (strlen(id) <= 32), \"at\" TIMESTAMP)"
    );
    assert_eq!(
        translated("CREATE TEMP TABLE s (LIKE t)"),
        "CREATE TEMP TABLE s AS SELECT * FROM t LIMIT 0"
    );
}

#[test]
fn a_parameter_that_stands_twice_is_one() {
    let sql = "SELECT 1 FROM t WHERE a = :x AND b < CAST(:until AS TIMESTAMP) OR c = :x";
    let translation = translate(sql).expect("a query");
    assert_eq!(translation.parameters, ["x", "until"]);
    let text = "SELECT 1 FROM t WHERE a = $1 AND b < CAST($2 AS TIMESTAMP) OR c = $1";
    assert_eq!(translation.action, Action::Query(text.to_owned()));
}

#[test]
fn functions_get_their_names_here_however_deep_they_stand() {
    let moment = "TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US')";
    let text =
        translated(&format!("SELECT SUM(STRTOL(SUBSTRING(MD5({moment}), 1, 15), 16)) FROM t"));
    assert!(text.contains("strftime(\"at\", '%Y-%m-%d %H:%M:%S.%f')"), "{text}");
    assert!(text.contains("CAST('0x' || SUBSTRING("), "{text}");
    assert!(translated("SELECT DATEADD(month, -3, GETDATE())").contains("INTERVAL '1 month'"));
}

#[test]
fn a_copy_names_its_table_and_its_objects() {
    let sql = "COPY staging FROM 's3://b/m.json' IAM_ROLE default FORMAT AS PARQUET MANIFEST";
    let Action::Copy(copy) = translate(sql).expect("a copy").action else { panic!("no copy") };
    assert_eq!(
        copy,
        CopyCommand { table: "staging".into(), from: "s3://b/m.json".into(), manifest: true }
    );
    for bad in
        ["COPY t FROM 's3://b/k' FORMAT AS PARQUET", "COPY t FROM 's3://b/k' IAM_ROLE default CSV"]
    {
        translate(bad).expect_err(bad);
    }
}

#[test]
fn what_is_no_sql_of_redshift_is_refused() {
    for bad in [
        "SELEC 1",
        "SELECT 1; SELECT 2",
        "",
        "SELECT TO_CHAR(at, 'Month') FROM t",
        "VACUUM activity",
    ] {
        translate(bad).expect_err(bad);
    }
}
