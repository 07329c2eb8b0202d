//! `albumen stats`.

use std::fmt::Write;

use crate::{
    failure::Result,
    output::{Output, bytes_in_words},
    session::Session,
};

/// Shows what was added and removed, by month.
pub async fn run(session: &Session, output: Output) -> Result<()> {
    let statistics = session.outcome(session.client.statistics().await)?;
    let mut text = match &statistics.as_of {
        Some(moment) => format!("Counted up to {moment}"),
        None => "Nothing has been counted yet: the service counts once a day".to_owned(),
    };
    for month in &statistics.months {
        let added = bytes_in_words(month.bytes_added);
        let removed = bytes_in_words(month.bytes_removed);
        let _ = write!(
            text,
            "\n{}  {} photos added ({added}), {} removed ({removed})",
            month.month, month.photos_added, month.photos_removed
        );
    }
    output.result(&statistics, &text);
    Ok(())
}
