//! `CREATE TABLE` without the places of rows, and with the lengths of columns.
//!
//! <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>

use sqlparser::ast::{CharacterLength, ColumnDef, CreateTable, CreateTableLikeKind, DataType};

use super::TranslationError;

/// Returns the statement without distribution and sort keys, and with checks of the lengths that
/// DuckDB does not hold by itself: they are bytes.
pub(super) fn create_table(table: &CreateTable) -> Result<String, TranslationError> {
    let temporary = if table.temporary { "TEMP " } else { "" };
    let if_not_exists = if table.if_not_exists { "IF NOT EXISTS " } else { "" };
    let head = format!("CREATE {temporary}TABLE {if_not_exists}{}", table.name);
    if let Some(CreateTableLikeKind::Parenthesized(like)) = &table.like {
        return Ok(format!("{head} AS SELECT * FROM {} LIMIT 0", like.name));
    }
    if let Some(query) = &table.query {
        return Ok(format!("{head} AS {query}"));
    }
    if !table.constraints.is_empty() {
        return Err(TranslationError::new("constraints of a table: Redshift does not hold them"));
    }
    let columns: Vec<_> = table.columns.iter().map(column).collect();
    Ok(format!("{head} ({})", columns.join(", ")))
}

fn column(column: &ColumnDef) -> String {
    let mut text = format!("{} {}", column.name, column.data_type);
    for option in &column.options {
        text.push(' ');
        text.push_str(&option.option.to_string());
    }
    if let Some(length) = max_bytes(&column.data_type) {
        text = format!("{text} CHECK (strlen({}) <= {length})", column.name);
    }
    text
}

/// Returns the length of a text column, in bytes.
fn max_bytes(data_type: &DataType) -> Option<u64> {
    let (DataType::Char(length) | DataType::Varchar(length)) = data_type else { return None };
    match length {
        Some(CharacterLength::IntegerLength { length, .. }) => Some(*length),
        _ => None,
    }
}
