//! `COPY` of Parquet files from S3.
//!
//! <https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html>

use sqlparser::ast::{CopyLegacyOption, CopySource, CopyTarget, Statement};

use super::TranslationError;

/// `COPY … FROM`.
#[derive(Debug, PartialEq, Eq)]
pub struct CopyCommand {
    /// The table, and its columns if they are named.
    pub table: String,
    /// `s3://bucket/key`: of the manifest, or a prefix.
    pub from: String,
    /// It names a manifest.
    pub manifest: bool,
}

/// Reads a `COPY`.
pub(super) fn copy_command(statement: &Statement) -> Result<CopyCommand, TranslationError> {
    let Statement::Copy {
        source: CopySource::Table { table_name, columns },
        to: false,
        target: CopyTarget::File { filename },
        legacy_options,
        ..
    } = statement
    else {
        return Err(TranslationError::not_available(statement));
    };
    let has = |wanted: fn(&CopyLegacyOption) -> bool| legacy_options.iter().any(wanted);
    if !has(|option| matches!(option, CopyLegacyOption::IamRole(_))) {
        return Err(TranslationError::new("COPY needs IAM_ROLE"));
    }
    if !has(|option| matches!(option, CopyLegacyOption::Parquet)) {
        return Err(TranslationError::not_available("COPY of anything but Parquet"));
    }
    let mut table = table_name.to_string();
    if !columns.is_empty() {
        let names: Vec<_> = columns.iter().map(ToString::to_string).collect();
        table = format!("{table} ({})", names.join(", "));
    }
    Ok(CopyCommand {
        table,
        from: filename.clone(),
        manifest: has(|option| matches!(option, CopyLegacyOption::Manifest { .. })),
    })
}
