//! Several statements that are sent at once, as one text, and answered at once: one wait for the
//! network in the place of several.
//!
//! A statement is a constant with question marks, as everywhere. What stands in their places is a
//! [literal](super::literal) of digits. The server stops at the first statement that fails.

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Either, Executor, FromRow, MySqlConnection, mysql::MySqlRow, raw_sql};

use super::literal::Literal;

/// Statements that are sent at once.
#[derive(Debug, Default)]
pub(super) struct Batch {
    text: String,
    statements: usize,
    /// Rows of the statement that is being written.
    rows: usize,
}

/// The server's answer to one statement.
#[derive(Default)]
pub(super) struct Answer {
    rows: Vec<MySqlRow>,
    /// The number of rows that it found or changed.
    pub rows_affected: u64,
    /// The value of `LAST_INSERT_ID` that it has set.
    pub last_insert_id: u64,
}

impl Batch {
    /// Returns true if there is nothing to be sent.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the number of statements.
    pub fn len(&self) -> usize {
        self.statements
    }

    /// Adds a statement, with these values in the places of its question marks.
    pub fn add(&mut self, statement: &'static str, values: &[&dyn Literal]) {
        self.begin();
        self.push(statement, values);
    }

    /// Adds the beginning of a statement, up to the rows that [`Batch::add_row`] adds.
    pub fn begin_rows(&mut self, statement: &'static str) {
        self.begin();
        self.text.push_str(statement);
    }

    /// Adds a row to the statement that was added last.
    pub fn add_row(&mut self, row: &'static str, values: &[&dyn Literal]) {
        if self.rows > 0 {
            self.text.push_str(", ");
        }
        self.push(row, values);
        self.rows += 1;
    }

    /// Adds the end of the statement, behind its rows.
    pub fn end_rows(&mut self, end: &'static str) {
        self.text.push_str(end);
    }

    /// Adds the statements of another batch behind those that are here.
    pub fn append(&mut self, other: &Self) {
        if !other.is_empty() {
            self.begin();
            self.text.push_str(&other.text);
            self.statements += other.statements - 1;
        }
    }

    /// Separates what follows from the statement before.
    fn begin(&mut self) {
        if !self.text.is_empty() {
            self.text.push_str("; ");
        }
        self.statements += 1;
        self.rows = 0;
    }

    fn push(&mut self, statement: &'static str, values: &[&dyn Literal]) {
        debug_assert_eq!(statement.matches('?').count(), values.len(), "{statement}");
        let mut values = values.iter();
        for (number, part) in statement.split('?').enumerate() {
            if number > 0 {
                match values.next() {
                    Some(value) => value.write(&mut self.text),
                    None => self.text.push('?'), // the server refuses it
                }
            }
            self.text.push_str(part);
        }
    }

    /// Returns the statements as they are sent.
    pub fn into_sql(self) -> AssertSqlSafe<String> {
        AssertSqlSafe(self.text)
    }

    /// Sends the statements; their answers, in their order. Without any it sends nothing.
    pub async fn run(self, db: &mut MySqlConnection) -> sqlx::Result<Answers> {
        let mut answers = Vec::new();
        if self.is_empty() {
            return Ok(Answers(answers.into_iter()));
        }
        let mut stream = db.fetch_many(raw_sql(self.into_sql()));
        let mut answer = Answer::default();
        while let Some(next) = stream.try_next().await? {
            match next {
                Either::Right(row) => answer.rows.push(row),
                Either::Left(end) => {
                    answer.rows_affected = end.rows_affected();
                    answer.last_insert_id = end.last_insert_id();
                    answers.push(std::mem::take(&mut answer));
                }
            }
        }
        Ok(Answers(answers.into_iter()))
    }
}

/// The answers of a batch, in the order of its statements.
pub(super) struct Answers(std::vec::IntoIter<Answer>);

impl Answers {
    /// The answer to the next statement.
    ///
    /// # Errors
    /// [`sqlx::Error::RowNotFound`] when all have been taken.
    pub fn next(&mut self) -> sqlx::Result<Answer> {
        self.0.next().ok_or(sqlx::Error::RowNotFound)
    }

    /// Passes over the answers to this many statements.
    pub fn skip(&mut self, statements: usize) {
        for _ in 0..statements {
            self.0.next();
        }
    }
}

impl Answer {
    /// The rows.
    pub fn rows<T: for<'row> FromRow<'row, MySqlRow>>(&self) -> sqlx::Result<Vec<T>> {
        self.rows.iter().map(T::from_row).collect()
    }

    /// The only row, if there is one.
    pub fn row<T: for<'row> FromRow<'row, MySqlRow>>(&self) -> sqlx::Result<Option<T>> {
        self.rows.first().map(T::from_row).transpose()
    }

    /// The first columns of the rows.
    pub fn column<T>(&self) -> sqlx::Result<Vec<T>>
    where
        (T,): for<'row> FromRow<'row, MySqlRow>,
    {
        let rows: Vec<(T,)> = self.rows()?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_places_of_question_marks() {
        let mut batch = Batch::default();
        let none: Option<u32> = None;
        batch.add("UPDATE t SET a = ?, b = ? WHERE id = ?", &[&7_u32, &none, &"x"]);
        assert_eq!(batch.text, "UPDATE t SET a = 7, b = NULL WHERE id = _utf8mb4 x'78'");
    }

    #[test]
    fn statements_are_separated() {
        let mut batch = Batch::default();
        batch.append(&Batch::default());
        assert!(batch.is_empty());
        batch.add("SELECT 1", &[]);
        batch.begin_rows("INSERT INTO t VALUES ");
        batch.add_row("(?, ?)", &[&1_u32, &2_u32]);
        batch.add_row("(?, ?)", &[&3_u32, &4_u32]);
        batch.end_rows(" ON DUPLICATE KEY UPDATE a = a");
        let mut all = Batch::default();
        all.add("SELECT 0", &[]);
        all.append(&batch);
        let insert = "INSERT INTO t VALUES (1, 2), (3, 4) ON DUPLICATE KEY UPDATE a = a";
        assert_eq!((all.text, all.statements), (format!("SELECT 0; SELECT 1; {insert}"), 3));
    }
}
