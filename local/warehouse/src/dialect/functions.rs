//! Functions of Redshift that DuckDB has in another form, which a macro cannot give them.

use sqlparser::{
    ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments},
    dialect::DuckDbDialect,
    parser::Parser,
};

use super::TranslationError;

/// Parts of Redshift's format of a moment, and those of `strftime`.
/// <https://docs.aws.amazon.com/redshift/latest/dg/r_FORMAT_strings.html>
const FORMAT_PARTS: [(&str, &str); 8] = [
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("US", "%f"),
    ("MS", "%g"),
];

/// Returns the same call for DuckDB; `None` if the function is not one of these.
pub(super) fn replacement(function: &Function) -> Result<Option<Expr>, TranslationError> {
    let Some(text) = replacement_text(function)? else { return Ok(None) };
    let expression = Parser::new(&DuckDbDialect {})
        .try_with_sql(&text)
        .and_then(|mut parser| parser.parse_expr())
        .map_err(TranslationError::new)?;
    Ok(Some(expression))
}

fn replacement_text(function: &Function) -> Result<Option<String>, TranslationError> {
    let name = function.name.to_string().to_ascii_uppercase();
    let arguments = arguments(function);
    let text = match (name.as_str(), arguments.as_slice()) {
        ("TO_CHAR", [moment, format]) => {
            format!("strftime({moment}, {})", strftime_format(format)?)
        }
        // Only hexadecimal digits: the other bases have no use here.
        ("STRTOL", [digits, base]) if base == "16" => format!("CAST('0x' || {digits} AS BIGINT)"),
        ("DATEADD", [part, number, moment]) => {
            let part = part.trim_matches('\'');
            format!("({moment} + CAST({number} AS INTEGER) * INTERVAL '1 {part}')")
        }
        ("DATEDIFF", [part, from, to]) => {
            let part = part.trim_matches('\'');
            format!("date_diff('{part}', {from}, {to})")
        }
        ("STRTOL" | "TO_CHAR" | "DATEADD" | "DATEDIFF", _) => {
            return Err(TranslationError::not_available(function));
        }
        _ => return Ok(None),
    };
    Ok(Some(text))
}

fn arguments(function: &Function) -> Vec<String> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    let mut texts = Vec::new();
    for argument in &list.args {
        texts.push(match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => expression.to_string(),
            other => other.to_string(),
        });
    }
    texts
}

/// Returns Redshift's format of a moment as a literal of `strftime`'s.
fn strftime_format(format: &str) -> Result<String, TranslationError> {
    let mut rest = format;
    let mut translated = String::new();
    while let Some(next) = rest.chars().next() {
        let known = FORMAT_PARTS
            .iter()
            .find(|(redshift, _)| rest.starts_with(redshift));
        if let Some((redshift, strftime)) = known {
            translated.push_str(strftime);
            rest = &rest[redshift.len()..];
        } else if next.is_ascii_alphabetic() {
            return Err(TranslationError::not_available(format!("the format {format}")));
        } else {
            translated.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    Ok(translated)
}
