//! The warehouse of the local system, through the functions' own client.

use std::{net::TcpListener, os::fd::OwnedFd, path::Path, process::Stdio};

use shared::{
    domain::{ActivityKey, ActivitySums, Limit, Moment, UserId, UserRange},
    error::Result,
    stores::{
        Cell, Statement, StatementProgress, Warehouse, archived_activity::page_of_archived,
        loading, tallies,
    },
};
use sqlparser::{dialect::RedshiftSqlDialect, parser::Parser};
use tests::{System, system::warehouse};
use tokio::process::Command;
use uuid::Uuid;

/// Submits, and asks until it is over.
pub async fn done(
    warehouse: &Warehouse,
    sql: &[String],
    parameters: &[(&str, String)],
) -> Result<Statement> {
    let statement = warehouse
        .submit(sql, parameters, &Uuid::now_v7().to_string())
        .await?;
    loop {
        match warehouse.progress(&statement).await? {
            StatementProgress::Running => tokio::task::yield_now().await,
            StatementProgress::Finished { .. } => return Ok(statement),
            StatementProgress::Failed(why) => panic!("{sql:?}: {why}"),
        }
    }
}

#[tokio::test]
async fn a_batch_is_submitted_asked_after_and_read() -> Result<()> {
    let warehouse = warehouse(&System::shared());
    let token = Uuid::now_v7().to_string();
    let sql =
        ["SELECT CAST(:a AS BIGINT) AS n, :b AS t, NULL AS x".to_owned(), "SELECT 2".to_owned()];
    let parameters = [("a", "7".to_owned()), ("b", "x'y".to_owned())];
    let statement = warehouse.submit(&sql, &parameters, &token).await?;
    assert_eq!(warehouse.submit(&sql, &parameters, &token).await?, statement, "the same token");
    while warehouse.progress(&statement).await? == StatementProgress::Running {
        tokio::task::yield_now().await;
    }
    assert_eq!(warehouse.progress(&statement).await?, StatementProgress::Finished { rows: true });
    let (rows, next) = warehouse.rows(&statement.part(1), None).await?;
    assert_eq!(rows, [[Cell::Integer(7), Cell::Text("x'y".to_owned()), Cell::Null]]);
    assert_eq!(next, None);
    warehouse.cancel(&statement).await?;
    let forgotten = Statement::of_id(Uuid::now_v7().to_string());
    assert!(matches!(warehouse.progress(&forgotten).await?, StatementProgress::Failed(_)));
    let failing = warehouse
        .submit(&["SELECT * FROM nothing".to_owned()], &[], &Uuid::now_v7().to_string())
        .await?;
    let why = loop {
        match warehouse.progress(&failing).await? {
            StatementProgress::Running => tokio::task::yield_now().await,
            StatementProgress::Failed(why) => break why,
            StatementProgress::Finished { .. } => panic!("there is no such table"),
        }
    };
    assert!(why.contains("nothing"), "{why}");
    Ok(())
}

/// A warehouse in which nothing is, as a new one of Redshift's, with its process.
fn empty(folder: &Path) -> (System, tokio::process::Child) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let system = System::shared().with_warehouse(&endpoint);
    std::fs::create_dir(folder.join("migrations")).expect("a folder without migrations");
    let test = std::env::current_exe().expect("this binary's path");
    let mut program = Command::new(
        test.parent()
            .and_then(Path::parent)
            .expect("target/debug")
            .join("warehouse"),
    );
    for name in ["file", "buckets", "migrations", "hold"] {
        program.arg(format!("--{name}")).arg(folder.join(name));
    }
    program
        .args(["--workgroup", "local", "--database", "albumen"])
        .stdin(Stdio::from(OwnedFd::from(listener)));
    (
        system,
        program
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("a warehouse"),
    )
}

#[tokio::test]
async fn a_deployment_makes_what_a_new_warehouse_lacks_and_nothing_twice() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let (system, _process) = empty(folder.path());
    let warehouse = warehouse(&system);
    for _ in 0..2 {
        schema::warehouse::migrate(&warehouse).await?;
    }
    let columns = "SELECT id, at, owner_id, actor_id, action, subject_kind, subject_id, \
        context, job FROM activity";
    done(&warehouse, &[columns.to_owned()], &[]).await?;
    let asked =
        done(&warehouse, &["SELECT version FROM migrations ORDER BY version".to_owned()], &[])
            .await?;
    let files = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../migrations/warehouse")
        .read_dir()
        .expect("files")
        .count();
    let versions: Vec<_> = (1..=files)
        .map(|version| vec![Cell::Integer(i64::try_from(version).unwrap_or(0))])
        .collect();
    assert_eq!(warehouse.rows(&asked, None).await?.0, versions);
    Ok(())
}

/// As far as a parser can tell: every statement that the functions send, and the migrations.
#[test]
fn every_statement_is_redshift_s_sql() {
    let ids = [Uuid::now_v7()];
    let owners = ids.map(UserId::from_uuid);
    let users = UserRange { after: Some(owners[0]), last: None };
    let mut statements = vec![tallies::tallies_between(users, &ids)];
    statements.extend(tallies::tally_jobs(&ids));
    statements.extend(shared::stores::activities::ERASE_ARCHIVED.map(str::to_owned));
    statements.push(loading::verify("job").0);
    let owner = owners[0];
    let end = ActivityKey::until(Moment::LAST);
    statements.push(page_of_archived(owner, Moment::FIRST, end, Limit::default()).0);
    for role in ["", "arn:aws:iam::000000000000:role/copy"] {
        statements.extend(loading::load("s3://archive/manifest", role, &ActivitySums::default()));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/warehouse");
    for file in std::fs::read_dir(folder).expect("migrations") {
        statements.push(std::fs::read_to_string(file.expect("a file").path()).expect("SQL"));
    }
    assert!(statements.len() >= 2, "found too little to check");
    for sql in statements {
        let parsed = Parser::parse_sql(&RedshiftSqlDialect {}, &sql);
        assert!(parsed.is_ok_and(|parsed| !parsed.is_empty()), "{sql}");
    }
}
