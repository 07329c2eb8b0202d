//! Signing in with the browser: the gallery begins a session for this program and hands it over.
//!
//! The program listens on a port of this machine's loopback address, as RFC 8252 (section 7.3) has
//! it for programs that open a browser, and opens the gallery with that port and a public key. The
//! gallery asks for the password, begins a session, seals its token for the key and leads the
//! browser to the port. The address stays in the browser's history: what is in it opens nothing.

mod seal;

use std::{net::Ipv4Addr, process::Stdio, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use client::SessionId;
use reqwest::Url;
use serde::Deserialize;
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

use crate::{
    failure::{Failure, Result},
    output::Output,
};
use seal::KeyPair;

/// The time in which the session must have come: that of a password that has to be looked up.
const LONGEST: Duration = Duration::from_mins(10);

/// The time in which the browser takes its last answer.
const LAST_ANSWER: Duration = Duration::from_secs(2);

/// A session that the gallery has begun for this program.
#[derive(Deserialize)]
pub struct HandedSession {
    /// Its id.
    pub id: SessionId,
    /// Its secret.
    pub token: String,
    /// The moment at which it ends by itself.
    pub expires_at: String,
}

/// Opens the gallery of this origin in a browser and waits for the session that it hands over;
/// `name` is what the session is to be called.
///
/// # Errors
/// No port can be had, or no session came within ten minutes.
pub async fn receive_session(origin: &str, name: &str, output: Output) -> Result<HandedSession> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(|cause| cannot_listen(&cause))?;
    let port = listener
        .local_addr()
        .map_err(|cause| cannot_listen(&cause))?
        .port();
    let key_pair = KeyPair::generate()?;
    let page = page_address(origin, port, &key_pair.public, name)?;
    output.note(&format!("Go on in your browser, on this machine:\n\n  {page}\n"));
    open_browser(&page);
    let (sender, receiver) = mpsc::channel(1);
    let desk = Desk { key_pair, sender, done: format!("{origin}/#/connected") };
    match timeout(LONGEST, serve(listener, desk, receiver)).await {
        Ok(session) => session,
        Err(_) => Err(Failure::NotDone(
            "The browser handed no session over within ten minutes. Try again, or sign in with \
             --email."
                .to_owned(),
        )),
    }
}

/// The place at which a session is handed over.
struct Desk {
    key_pair: KeyPair,
    sender: mpsc::Sender<HandedSession>,
    /// The page that the browser is led to afterwards.
    done: String,
}

/// Serves the browser until it has handed a session over.
async fn serve(
    listener: TcpListener,
    desk: Desk,
    mut receiver: mpsc::Receiver<HandedSession>,
) -> Result<HandedSession> {
    let router = Router::new()
        .route("/", get(take_session))
        .with_state(Arc::new(desk));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());
    let session = receiver.recv().await;
    let _ = stop.send(());
    // A browser that keeps its connection open is not waited for.
    let _ = timeout(LAST_ANSWER, server).await;
    session.ok_or_else(|| Failure::NotDone("The browser cannot be listened to.".to_owned()))
}

/// The query with which the gallery leads the browser here.
#[derive(Deserialize)]
struct Handover {
    sealed: String,
}

/// Takes a session over, and leads the browser back to the gallery. What was not sealed for this
/// program is refused, and changes nothing.
async fn take_session(State(desk): State<Arc<Desk>>, Query(handover): Query<Handover>) -> Response {
    let Some(session) = opened(&desk.key_pair, &handover.sealed) else {
        let text =
            "This was not sealed for the program that listens here. Start again in the terminal.";
        return (StatusCode::BAD_REQUEST, text).into_response();
    };
    // A second one is as good as the first, which has been taken.
    let _ = desk.sender.try_send(session);
    Redirect::to(&desk.done).into_response()
}

fn opened(key_pair: &KeyPair, sealed: &str) -> Option<HandedSession> {
    let plain = key_pair.open(sealed)?;
    serde_json::from_slice(&plain).ok()
}

/// Returns the address of the page that hands a session over. All of it is in the fragment, which
/// no server sees.
fn page_address(origin: &str, port: u16, key: &str, name: &str) -> Result<Url> {
    let port = port.to_string();
    let values = [("port", port.as_str()), ("key", key), ("name", name)];
    let address = Url::parse_with_params(origin, values)
        .map_err(|cause| Failure::Usage(format!("{origin}: {cause}.")))?;
    let query = address.query().unwrap_or_default().to_owned();
    let mut page = address;
    page.set_query(None);
    page.set_fragment(Some(&format!("/connect?{query}")));
    Ok(page)
}

/// Opens the address by the program that the system has for it. Without one a person still has the
/// address in the terminal.
fn open_browser(page: &Url) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = std::process::Command::new(program)
        .arg(page.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}

fn cannot_listen(cause: &std::io::Error) -> Failure {
    Failure::NotDone(format!("No port of this machine can be listened on: {cause}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_needs_is_in_the_fragment() {
        let page = page_address("https://photos.example", 49152, "BA-_", "albumen on ana & co");
        let page = page.expect("an address");
        assert_eq!(page.query(), None, "a server would log it");
        assert_eq!(
            page.as_str(),
            "https://photos.example/#/connect?port=49152&key=BA-_&name=albumen+on+ana+%26+co"
        );
    }
}
