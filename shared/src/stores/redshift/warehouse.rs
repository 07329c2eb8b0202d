//! The warehouse: Redshift, through its Data API. SQL goes in, and an id comes back; what it came
//! to is asked for later, by whoever holds the id, so that no function waits for a query and none
//! loses one by dying.
//!
//! Whoever submits says a token of their own. The same token within eight hours names the same
//! statement: a worker that died after submitting, and before it had noted the id, is given the id
//! again.

use aws_sdk_redshiftdata::{
    Client, Error as Refused,
    types::{Field, SqlParameter, StatusString},
};
use serde::{Deserialize, Serialize};

use crate::{
    env::Env,
    error::{Error, Of, Result},
};

/// The most bytes of a token that the Data API takes.
const LONGEST_TOKEN: usize = 64;

/// The warehouse.
pub struct Warehouse {
    client: Client,
    workgroup: String,
    database: String,
}

/// Something that was submitted, by the Data API's id. Its outcome can be asked for during 24
/// hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Statement(String);

impl Statement {
    /// The statement that was given this id.
    pub fn of_id(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Its id, to be kept.
    pub fn id(&self) -> &str {
        &self.0
    }

    /// Of several that were submitted together, this one, counted from 1: rows are asked for by
    /// part.
    #[must_use]
    pub fn part(&self, number: usize) -> Self {
        Self(format!("{}:{number}", self.0))
    }
}

/// The progress of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementProgress {
    /// It waits or runs.
    Running,
    /// It was committed.
    Finished {
        /// True if it, or its last part, came to rows.
        rows: bool,
    },
    /// It was rolled back, or the service no longer knows it. What it said, which can have rows in
    /// it.
    Failed(String),
}

/// A value in a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// None.
    Null,
    /// A truth value.
    Flag(bool),
    /// A whole number of at most 64 bits.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text, and all that has no form of its own: `DECIMAL` (what a `SUM` is), dates, timestamps.
    Text(String),
}

impl Cell {
    /// The text; `None` for what has none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, whether it came as one or as text.
    pub fn whole<T: TryFrom<i128>>(&self) -> Option<T> {
        let number = match self {
            Self::Integer(number) => i128::from(*number),
            Self::Text(text) => text.parse().ok()?,
            _ => return None,
        };
        T::try_from(number).ok()
    }
}

impl Warehouse {
    /// The database `REDSHIFT_DATABASE` of the workgroup `REDSHIFT_WORKGROUP`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: Client::new(env.sdk_beyond_the_network()),
            workgroup: env.get("REDSHIFT_WORKGROUP")?,
            database: env.get("REDSHIFT_DATABASE")?,
        })
    }

    /// The same; `None` where `REDSHIFT_WORKGROUP` is empty, because the stack has no warehouse.
    pub fn connect_if_any(env: &Env) -> Result<Option<Self>> {
        if env.get("REDSHIFT_WORKGROUP")?.is_empty() {
            Ok(None)
        } else {
            Self::connect(env).map(Some)
        }
    }

    /// Submits these, in one transaction: all happen, or none. Each parameter stands as `:name` in
    /// at least one of them, and is not empty: the Data API refuses others. The token is
    /// anything of at most 64 bytes that another attempt at the same would say again, and
    /// nothing else would.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the service did not take it: say the same again, later.
    pub async fn submit(
        &self,
        sql: &[String],
        parameters: &[(&str, String)],
        token: &str,
    ) -> Result<Statement> {
        if sql.is_empty() || token.is_empty() || token.len() > LONGEST_TOKEN {
            return Err(Error::internal(format!(
                "{} statements under the token {token:?}",
                sql.len()
            )));
        }
        let named = |(name, value): &(&str, String)| {
            SqlParameter::builder().name(*name).value(value).build()
        };
        let named = parameters
            .iter()
            .map(named)
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::internal)?;
        let named = Some(named).filter(|named| !named.is_empty());
        let id = if let [only] = sql {
            let one = self
                .client
                .execute_statement()
                .sql(only)
                .set_parameters(named)
                .client_token(token);
            one.workgroup_name(&self.workgroup)
                .database(&self.database)
                .send()
                .await
                .of("warehouse")?
                .id
        } else {
            let all = self
                .client
                .batch_execute_statement()
                .set_sqls(Some(sql.to_vec()))
                .set_parameters(named);
            let all = all
                .client_token(token)
                .workgroup_name(&self.workgroup)
                .database(&self.database);
            all.send().await.of("warehouse")?.id
        };
        id.map(Statement).ok_or("no id").of("warehouse")
    }

    /// Returns the progress of a statement.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the service does not say; a statement that failed is no error.
    pub async fn progress(&self, statement: &Statement) -> Result<StatementProgress> {
        let described = self
            .client
            .describe_statement()
            .id(statement.id())
            .send()
            .await;
        let described = match described.map_err(Refused::from) {
            Ok(described) => described,
            Err(Refused::ResourceNotFoundException(why)) => {
                return Ok(StatementProgress::Failed(why.to_string()));
            }
            Err(error) => return Err(error).of("warehouse"),
        };
        Ok(match described.status {
            Some(StatusString::Finished) => {
                StatementProgress::Finished { rows: described.has_result_set.unwrap_or_default() }
            }
            Some(StatusString::Failed | StatusString::Aborted) => StatementProgress::Failed(
                described
                    .error
                    .unwrap_or_else(|| "it was stopped".to_owned()),
            ),
            _ => StatementProgress::Running,
        })
    }

    /// A page of its rows, and what the next page is asked for with; `None` at the end. Of several
    /// that were submitted together, each [`Statement::part`] has its own.
    pub async fn rows(
        &self,
        statement: &Statement,
        page: Option<String>,
    ) -> Result<(Vec<Vec<Cell>>, Option<String>)> {
        let result = self
            .client
            .get_statement_result()
            .id(statement.id())
            .set_next_token(page);
        let result = result.send().await.of("warehouse")?;
        let rows = result
            .records
            .into_iter()
            .map(|row| row.into_iter().map(cell).collect());
        let rows = rows.collect::<Result<Vec<_>>>()?;
        Ok((rows, result.next_token.filter(|token| !token.is_empty())))
    }

    /// All its rows: of a statement whose rows are few.
    pub async fn all_rows(&self, statement: &Statement) -> Result<Vec<Vec<Cell>>> {
        let (mut all, mut page) = self.rows(statement, None).await?;
        while page.is_some() {
            let (more, next) = self.rows(statement, page).await?;
            all.extend(more);
            page = next;
        }
        Ok(all)
    }

    /// Stops it if it runs. Nothing of it stays, unless it was finished.
    pub async fn cancel(&self, statement: &Statement) -> Result<()> {
        let cancelled = self
            .client
            .cancel_statement()
            .id(statement.id())
            .send()
            .await;
        match cancelled.map_err(Refused::from) {
            // Over, or forgotten.
            Ok(_)
            | Err(Refused::ValidationException(_) | Refused::ResourceNotFoundException(_)) => {
                Ok(())
            }
            Err(error) => Err(error).of("warehouse"),
        }
    }
}

fn cell(field: Field) -> Result<Cell> {
    Ok(match field {
        Field::IsNull(_) => Cell::Null,
        Field::BooleanValue(flag) => Cell::Flag(flag),
        Field::LongValue(number) => Cell::Integer(number),
        Field::DoubleValue(number) => Cell::Real(number),
        Field::StringValue(text) => Cell::Text(text),
        other => {
            return Err(Error::internal(format!("a field that this does not know: {other:?}")));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_come_as_text() {
        assert_eq!(Cell::Integer(7).whole::<u64>(), Some(7));
        let sum = "12345678901234567890123456789012345678";
        assert_eq!(
            Cell::Text(sum.to_owned())
                .whole::<u128>()
                .map(|n| n.to_string())
                .as_deref(),
            Some(sum)
        );
        assert_eq!(Cell::Integer(-1).whole::<u64>(), None);
        assert_eq!(Cell::Text("1.5".to_owned()).whole::<i64>(), None);
        assert_eq!(Cell::Null.whole::<i64>(), None);
    }
}
