//! The logical databases of a cluster: what is in them, and who may sign in.

use std::borrow::Cow;

use shared::{Error, Result, error::Of};
use sqlx::{
    AssertSqlSafe, Connection, MySqlConnection,
    migrate::{Migration, MigrationType, Migrator},
    mysql::MySqlConnectOptions,
};

/// Database, number, what it is about, and its SQL.
pub(crate) const MIGRATIONS: &[(&str, i64, &str, &str)] =
    &include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// A logical database, whose user has the same name.
pub(crate) struct MigratedDatabase {
    pub name: &'static str,
    /// The rights of functions in it.
    rights: &'static str,
}

/// Functions read and write rows. In `activity` they also make partitions, and exchange and drop
/// those that are archived, which takes rights to tables.
pub(crate) const DATABASES: [MigratedDatabase; 3] = [
    MigratedDatabase { name: "accounts", rights: "SELECT, INSERT, UPDATE, DELETE" },
    MigratedDatabase { name: "library", rights: "SELECT, INSERT, UPDATE, DELETE" },
    MigratedDatabase {
        name: "activity",
        rights: "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP",
    },
];

impl MigratedDatabase {
    /// Makes the database, applies what has not been, and lets its user in.
    ///
    /// Safe to run twice, and while another runs it: every statement says "if not exists", and
    /// `sqlx` holds a lock of the database while it applies what is missing. A migration that
    /// died half-way is told as such.
    pub(crate) async fn ensure(&self, server: &MySqlConnectOptions) -> Result<()> {
        let mut connection = MySqlConnection::connect_with(server).await.of("MySQL")?;
        for statement in [self.create(), self.user(), self.grant()] {
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut connection)
                .await
                .of("MySQL")?;
        }
        connection.close().await.of("MySQL")?;
        let mut connection = MySqlConnection::connect_with(&server.clone().database(self.name))
            .await
            .of("MySQL")?;
        let applied = self
            .migrator()
            .run_direct(None, &mut connection, false)
            .await;
        applied.map_err(|cause| Error::internal(format!("{}: {cause}", self.name)))?;
        connection.close().await.of("MySQL")
    }

    fn create(&self) -> String {
        // In backticks: `library` is a word of MySQL's own from 9.2 on.
        format!(
            "CREATE DATABASE IF NOT EXISTS `{}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            self.name
        )
    }

    /// Signs in with a token of a role, and in no other way.
    fn user(&self) -> String {
        format!(
            "CREATE USER IF NOT EXISTS '{}'@'%' \
             IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
            self.name
        )
    }

    fn grant(&self) -> String {
        format!("GRANT {} ON `{}`.* TO '{}'@'%'", self.rights, self.name, self.name)
    }

    fn migrator(&self) -> Migrator {
        let of_this = MIGRATIONS
            .iter()
            .filter(|(database, ..)| *database == self.name);
        let migrations = of_this
            .map(|&(_, version, what, sql)| migration(version, what, sql))
            .collect::<Vec<_>>();
        let mut migrator = Migrator::with_migrations(migrations);
        // After a rollback the database is ahead of the code, which is made to work with it.
        migrator.set_ignore_missing(true);
        migrator
    }
}

fn migration(version: i64, what: &'static str, sql: &'static str) -> Migration {
    Migration::new(
        version,
        Cow::Borrowed(what),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(sql),
        false,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_is_in_the_binary() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        for database in DATABASES {
            let files = std::fs::read_dir(format!("{root}/{}", database.name))
                .expect("a folder")
                .count();
            let migrator = database.migrator();
            let versions = migrator
                .iter()
                .map(|migration| migration.version)
                .collect::<Vec<_>>();
            assert!(files > 0 && versions.len() == files, "{}: {versions:?}", database.name);
            assert!(versions.is_sorted(), "{versions:?}");
        }
    }

    #[test]
    fn nobody_signs_in_with_a_password() {
        for database in DATABASES {
            assert!(
                database
                    .user()
                    .ends_with("IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL")
            );
            assert!(
                database
                    .grant()
                    .contains(&format!(" ON `{}`.* ", database.name)),
                "a name that MySQL may reserve"
            );
            assert!(
                !database.grant().contains("ALL") && !database.grant().contains("GRANT OPTION")
            );
        }
    }
}
