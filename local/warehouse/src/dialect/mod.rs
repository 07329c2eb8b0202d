//! Redshift's SQL, as DuckDB takes it: the only place that knows how the two differ.
//!
//! A statement is parsed as Redshift's, so that a text that is none fails here as it would there. A
//! construct that the parser reads and DuckDB has under another name is rewritten in the tree;
//! functions that only want a name are macros.

mod copy_command;
mod create_table;
mod functions;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use sqlparser::{
    ast::{Expr, Statement, Value, visit_expressions_mut},
    dialect::RedshiftSqlDialect,
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

pub use copy_command::CopyCommand;

/// Functions that DuckDB has under another name. Moments are UTC's, as Redshift's are.
pub const MACROS: &str = "
    CREATE OR REPLACE MACRO getdate() AS CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP);
    CREATE OR REPLACE MACRO nvl(a, b) AS COALESCE(a, b);
    CREATE OR REPLACE MACRO len(text) AS length(text);
";

/// The reason for which a statement is not run, as Redshift would say it.
#[derive(Debug, thiserror::Error)]
#[error("ERROR: {0}")]
pub struct TranslationError(String);

impl TranslationError {
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` calls it")]
    fn new(text: impl ToString) -> Self {
        Self(text.to_string())
    }

    fn not_available(what: impl std::fmt::Display) -> Self {
        Self(format!("not available locally: {what}"))
    }
}

/// A statement that DuckDB takes, and the names of its parameters: `$1` is the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Translation {
    /// The action of the statement.
    pub action: Action,
    /// Names, each once.
    pub parameters: Vec<String>,
}

/// The action of a statement.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// A query, which returns rows.
    Query(String),
    /// A change.
    Change(String),
    /// Objects of S3 into a table.
    Copy(CopyCommand),
    /// Rights: here everybody has them all.
    Nothing,
}

/// Splits the statements of a file.
pub fn statements(sql: &str) -> Result<Vec<String>, TranslationError> {
    let mut statements = Vec::new();
    for statement in parse(sql)? {
        statements.push(statement.to_string());
    }
    Ok(statements)
}

/// Translates one statement of Redshift's for DuckDB.
pub fn translate(sql: &str) -> Result<Translation, TranslationError> {
    let mut parsed = parse(sql)?;
    if parsed.len() > 1 {
        return Err(TranslationError::new("one statement at a time"));
    }
    let Some(mut statement) = parsed.pop() else {
        return Err(TranslationError::new("one statement at a time"));
    };
    let mut parameters = Vec::new();
    let rewritten = visit_expressions_mut(&mut statement, |expression| {
        match rewrite(expression, &mut parameters) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    });
    if let ControlFlow::Break(error) = rewritten {
        return Err(error);
    }
    Ok(Translation { action: action(&statement)?, parameters })
}

fn action(statement: &Statement) -> Result<Action, TranslationError> {
    match statement {
        Statement::Query(query) => Ok(Action::Query(query.to_string())),
        Statement::Copy { .. } => Ok(Action::Copy(copy_command::copy_command(statement)?)),
        Statement::CreateTable(table) => Ok(Action::Change(create_table::create_table(table)?)),
        Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Drop { .. }
        | Statement::AlterTable(_)
        | Statement::CreateView(_)
        | Statement::Merge(_)
        | Statement::Truncate(_) => Ok(Action::Change(statement.to_string())),
        Statement::Grant(_) => Ok(Action::Nothing),
        // Not in our SQL so far. A batch is a transaction.
        other => Err(TranslationError::not_available(other)),
    }
}

fn parse(sql: &str) -> Result<Vec<Statement>, TranslationError> {
    let mut tokens = Tokenizer::new(&RedshiftSqlDialect {}, sql)
        .tokenize()
        .map_err(TranslationError::new)?;
    tokens.retain(|token| !matches!(token, Token::Whitespace(_)));
    quote_columns_named_at(&mut tokens);
    Parser::new(&RedshiftSqlDialect {})
        .with_tokens(tokens)
        .parse_statements()
        .map_err(TranslationError::new)
}

/// Quotes `at`, which is a name to Redshift, and a word of its own to DuckDB, unless it begins
/// `AT TIME ZONE`.
fn quote_columns_named_at(tokens: &mut [Token]) {
    for index in 0..tokens.len() {
        let begins_time_zone = match tokens.get(index + 1) {
            Some(Token::Word(next)) => next.keyword == Keyword::TIME,
            _ => false,
        };
        if let Token::Word(word) = &mut tokens[index]
            && word.keyword == Keyword::AT
            && word.quote_style.is_none()
            && !begins_time_zone
        {
            word.quote_style = Some('"');
            word.keyword = Keyword::NoKeyword;
        }
    }
}

/// Gives numbers to parameters, and DuckDB's names to functions.
fn rewrite(expression: &mut Expr, parameters: &mut Vec<String>) -> Result<(), TranslationError> {
    match expression {
        Expr::Value(value) => {
            if let Value::Placeholder(name) = &value.value {
                let number = parameter_number(name.trim_start_matches(':'), parameters);
                value.value = Value::Placeholder(format!("${number}"));
            }
        }
        Expr::Function(function) => {
            if let Some(replacement) = functions::replacement(function)? {
                *expression = replacement;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Returns the number of a parameter, from 1; a name that stands twice has one.
fn parameter_number(name: &str, parameters: &mut Vec<String>) -> usize {
    if let Some(index) = parameters.iter().position(|known| known == name) {
        return index + 1;
    }
    parameters.push(name.to_owned());
    parameters.len()
}
