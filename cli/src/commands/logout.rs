//! `albumen logout`.

use serde_json::json;

use crate::{
    credentials,
    failure::Result,
    output::Output,
    session::Session,
    settings::{Folders, Settings},
};

/// Ends the session that `login` has begun, and forgets the token. A key that was given is
/// forgotten, and goes on elsewhere.
pub async fn run(session: &Session, output: Output) -> Result<()> {
    let folders = Folders::find()?;
    let settings = session.settings.clone();
    if let Some(id) = &settings.session {
        match session.client.end_session(id).await {
            Ok(()) => {}
            // It has ended already.
            Err(error) if matches!(error.status(), Some(401 | 404)) => {}
            Err(error) => return session.outcome(Err(error)),
        }
    }
    let forgetting = tokio::task::spawn_blocking(move || {
        credentials::forget(&folders, &settings.origin, settings.token_in)?;
        Settings::remove(&folders)
    });
    match forgetting.await {
        Ok(outcome) => outcome?,
        Err(cause) => std::panic::resume_unwind(cause.into_panic()),
    }
    let origin = &session.settings.origin;
    output.result(&json!({ "origin": origin }), &format!("Signed out of {origin}."));
    Ok(())
}
