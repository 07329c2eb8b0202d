//! Redshift's SQL, as DuckDB takes it: the only place that knows how the two differ.
//!
//! A statement is parsed as Redshift's, so that what is none fails here as it would there. What the
//! parser reads and DuckDB has under another name is rewritten in the tree; functions that only
//! want a name are macros.

use std::ops::ControlFlow;

use sqlparser::{
    ast::{
        CharacterLength, ColumnDef, CopyLegacyOption, CopySource, CopyTarget, CreateTable,
        CreateTableLikeKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
        FunctionArguments, Statement, Value, visit_expressions_mut,
    },
    dialect::{DuckDbDialect, RedshiftSqlDialect},
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

/// Functions that DuckDB has under another name. Moments are UTC's, as Redshift's are.
pub const MACROS: &str = "
    CREATE OR REPLACE MACRO getdate() AS CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP);
    CREATE OR REPLACE MACRO nvl(a, b) AS COALESCE(a, b);
    CREATE OR REPLACE MACRO len(text) AS length(text);
";

/// Why a statement is not run, as Redshift would say it.
#[derive(Debug, thiserror::Error)]
#[error("ERROR: {0}")]
pub struct Refused(String);

/// A statement that DuckDB takes, and the names of its parameters: `$1` is the first.
#[derive(Debug, PartialEq, Eq)]
pub struct Translated {
    /// What is to be done.
    pub work: Work,
    /// Names, each once.
    pub parameters: Vec<String>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Work {
    /// A query: comes to rows.
    Rows(String),
    /// A change.
    Change(String),
    /// Objects of S3 into a table.
    Copy(Copy),
    /// Rights: here everybody has them all.
    Nothing,
}

/// `COPY … FROM`.
#[derive(Debug, PartialEq, Eq)]
pub struct Copy {
    /// The table, and its columns if they are named.
    pub table: String,
    /// `s3://bucket/key`: of the manifest, or a prefix.
    pub from: String,
    /// Whether it names a manifest.
    pub manifest: bool,
}

/// The statements of a file.
pub fn statements(sql: &str) -> Result<Vec<String>, Refused> {
    Ok(parse(sql)?.iter().map(ToString::to_string).collect())
}

/// `at` is a name to Redshift, and a word of its own to DuckDB, unless it is quoted.
fn parse(sql: &str) -> Result<Vec<Statement>, Refused> {
    let tokens = Tokenizer::new(&RedshiftSqlDialect {}, sql)
        .tokenize()
        .map_err(|why| Refused(why.to_string()))?;
    let mut tokens: Vec<_> = tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect();
    for place in 0..tokens.len() {
        let zone = tokens
            .get(place + 1)
            .is_some_and(|next| matches!(next, Token::Word(w) if w.keyword == Keyword::TIME));
        if let Token::Word(word) = &mut tokens[place]
            && word.quote_style.is_none()
            && word.keyword == Keyword::AT
            && !zone
        {
            word.quote_style = Some('"');
            word.keyword = Keyword::NoKeyword;
        }
    }
    let mut parser = Parser::new(&RedshiftSqlDialect {}).with_tokens(tokens);
    parser
        .parse_statements()
        .map_err(|why| Refused(why.to_string()))
}

/// One statement of Redshift's, for DuckDB.
pub fn translate(sql: &str) -> Result<Translated, Refused> {
    let mut parsed = parse(sql)?;
    let (Some(mut statement), None) = (parsed.pop(), parsed.pop()) else {
        return Err(Refused("one statement at a time".to_owned()));
    };
    let mut parameters = Vec::new();
    let rewritten = visit_expressions_mut(&mut statement, |expression| {
        match rewrite(expression, &mut parameters) {
            Ok(()) => ControlFlow::Continue(()),
            Err(refused) => ControlFlow::Break(refused),
        }
    });
    if let ControlFlow::Break(refused) = rewritten {
        return Err(refused);
    }
    let work = match &statement {
        Statement::Query(query) => Work::Rows(query.to_string()),
        Statement::Copy { .. } => Work::Copy(copy(&statement)?),
        Statement::CreateTable(table) => Work::Change(create_table(table)?),
        Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Drop { .. }
        | Statement::AlterTable(_)
        | Statement::CreateView(_)
        | Statement::Merge(_)
        | Statement::Truncate(_) => Work::Change(statement.to_string()),
        Statement::Grant(_) => Work::Nothing,
        // Not in our SQL so far. A transaction is what a batch is.
        other => return Err(Refused(format!("not available locally: {other}"))),
    };
    Ok(Translated { work, parameters })
}

/// Parameters get numbers, functions the names that they have here.
fn rewrite(expression: &mut Expr, parameters: &mut Vec<String>) -> Result<(), Refused> {
    match expression {
        Expr::Value(value) => {
            if let Value::Placeholder(name) = &value.value {
                let name = name.trim_start_matches(':').to_owned();
                let number = parameters
                    .iter()
                    .position(|known| *known == name)
                    .unwrap_or_else(|| {
                        parameters.push(name);
                        parameters.len() - 1
                    });
                value.value = Value::Placeholder(format!("${}", number + 1));
            }
            Ok(())
        }
        Expr::Function(function) => {
            if let Some(text) = replaced(function)? {
                let parser = Parser::new(&DuckDbDialect {}).try_with_sql(&text);
                let parsed = parser.and_then(|mut parser| parser.parse_expr());
                *expression = parsed.map_err(|why| Refused(why.to_string()))?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The same call for DuckDB, where a macro cannot say it.
fn replaced(function: &Function) -> Result<Option<String>, Refused> {
    let name = function.name.to_string().to_ascii_uppercase();
    let arguments = arguments(function);
    let text = match (name.as_str(), arguments.as_slice()) {
        ("TO_CHAR", [moment, format]) => format!("strftime({moment}, {})", strftime(format)?),
        // Only hexadecimal digits: the other bases have no use here.
        ("STRTOL", [digits, base]) if base == "16" => format!("CAST('0x' || {digits} AS BIGINT)"),
        ("DATEADD", [part, number, moment]) => {
            format!(
                "({moment} + CAST({number} AS INTEGER) * INTERVAL '1 {}')",
                part.trim_matches('\'')
            )
        }
        ("DATEDIFF", [part, from, to]) => {
            format!("date_diff('{}', {from}, {to})", part.trim_matches('\''))
        }
        ("STRTOL" | "TO_CHAR" | "DATEADD" | "DATEDIFF", _) => {
            return Err(Refused(format!("not available locally: {function}")));
        }
        _ => return Ok(None),
    };
    Ok(Some(text))
}

fn arguments(function: &Function) -> Vec<String> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    let text = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => expression.to_string(),
        other => other.to_string(),
    };
    list.args.iter().map(text).collect()
}

/// Redshift's format of a moment, as a literal of `strftime`'s.
fn strftime(format: &str) -> Result<String, Refused> {
    const PARTS: [(&str, &str); 8] = [
        ("YYYY", "%Y"),
        ("HH24", "%H"),
        ("MM", "%m"),
        ("DD", "%d"),
        ("MI", "%M"),
        ("SS", "%S"),
        ("US", "%f"),
        ("MS", "%g"),
    ];
    let mut rest = format;
    let mut text = String::new();
    while let Some(next) = rest.chars().next() {
        if let Some((part, ours)) = PARTS.iter().find(|(part, _)| rest.starts_with(part)) {
            text.push_str(ours);
            rest = &rest[part.len()..];
        } else if next.is_ascii_alphabetic() {
            return Err(Refused(format!("not available locally: the format {format}")));
        } else {
            text.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    Ok(text)
}

/// Without what says where rows lie, and with the lengths that DuckDB does not hold by itself: they
/// are bytes.
fn create_table(table: &CreateTable) -> Result<String, Refused> {
    let temporary = if table.temporary { "TEMP " } else { "" };
    let missing = if table.if_not_exists { "IF NOT EXISTS " } else { "" };
    let head = format!("CREATE {temporary}TABLE {missing}{}", table.name);
    if let Some(CreateTableLikeKind::Parenthesized(like)) = &table.like {
        return Ok(format!("{head} AS SELECT * FROM {} LIMIT 0", like.name));
    }
    if let Some(query) = &table.query {
        return Ok(format!("{head} AS {query}"));
    }
    if !table.constraints.is_empty() {
        return Err(Refused("constraints of a table: Redshift does not hold them".to_owned()));
    }
    let columns: Vec<_> = table.columns.iter().map(column).collect();
    Ok(format!("{head} ({})", columns.join(", ")))
}

fn column(column: &ColumnDef) -> String {
    let length = match &column.data_type {
        DataType::Char(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. })) => Some(*length),
        _ => None,
    };
    let check = length
        .map_or_else(String::new, |most| format!(" CHECK (strlen({}) <= {most})", column.name));
    let mut text = format!("{} {}", column.name, column.data_type);
    for option in &column.options {
        text = format!("{text} {}", option.option);
    }
    text + &check
}

fn copy(statement: &Statement) -> Result<Copy, Refused> {
    let Statement::Copy {
        source: CopySource::Table { table_name, columns },
        to: false,
        target: CopyTarget::File { filename },
        legacy_options,
        ..
    } = statement
    else {
        return Err(Refused(format!("not available locally: {statement}")));
    };
    let has = |wanted: fn(&CopyLegacyOption) -> bool| legacy_options.iter().any(wanted);
    if !has(|option| matches!(option, CopyLegacyOption::IamRole(_))) {
        return Err(Refused("COPY needs IAM_ROLE".to_owned()));
    }
    if !has(|option| matches!(option, CopyLegacyOption::Parquet)) {
        return Err(Refused("not available locally: COPY of anything but Parquet".to_owned()));
    }
    let columns: Vec<_> = columns.iter().map(ToString::to_string).collect();
    let columns =
        if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    Ok(Copy {
        table: format!("{table_name}{columns}"),
        from: filename.clone(),
        manifest: has(|option| matches!(option, CopyLegacyOption::Manifest { .. })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sql: &str) -> String {
        match translate(sql).expect(sql).work {
            Work::Change(text) | Work::Rows(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn where_rows_lie_is_left_out_and_lengths_are_held() {
        let sql = "CREATE TABLE t (id CHAR(32) NOT NULL, at TIMESTAMP) DISTSTYLE KEY DISTKEY (id) SORTKEY (at)";
        assert_eq!(
            change(sql),
            "CREATE TABLE t (id CHAR(32) NOT NULL CHECK (strlen(id) <= 32), \"at\" TIMESTAMP)"
        );
        assert_eq!(
            change("CREATE TEMP TABLE s (LIKE t)"),
            "CREATE TEMP TABLE s AS SELECT * FROM t LIMIT 0"
        );
    }

    #[test]
    fn a_parameter_that_stands_twice_is_one() {
        let translated =
            translate("SELECT 1 FROM t WHERE a = :x AND b < CAST(:until AS TIMESTAMP) OR c = :x");
        let translated = translated.expect("a query");
        assert_eq!(translated.parameters, ["x", "until"]);
        let text = "SELECT 1 FROM t WHERE a = $1 AND b < CAST($2 AS TIMESTAMP) OR c = $1";
        assert_eq!(translated.work, Work::Rows(text.to_owned()));
    }

    #[test]
    fn functions_get_their_names_here_however_deep_they_stand() {
        let sql = "SELECT SUM(STRTOL(SUBSTRING(MD5(TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US')), 1, 15), 16)) FROM t";
        let text = change(sql);
        assert!(text.contains("strftime(\"at\", '%Y-%m-%d %H:%M:%S.%f')"), "{text}");
        assert!(text.contains("CAST('0x' || SUBSTRING("), "{text}");
        assert!(change("SELECT DATEADD(month, -3, GETDATE())").contains("INTERVAL '1 month'"));
    }

    #[test]
    fn a_copy_says_what_and_where_from() {
        let sql = "COPY staging FROM 's3://b/m.json' IAM_ROLE default FORMAT AS PARQUET MANIFEST";
        let Work::Copy(copy) = translate(sql).expect("a copy").work else { panic!("no copy") };
        assert_eq!(
            copy,
            Copy { table: "staging".into(), from: "s3://b/m.json".into(), manifest: true }
        );
        for bad in [
            "COPY t FROM 's3://b/k' FORMAT AS PARQUET",
            "COPY t FROM 's3://b/k' IAM_ROLE default CSV",
        ] {
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
}
