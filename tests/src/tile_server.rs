//! A tile server, which remembers what it was asked, and may be out of order.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{net::TcpListener, task::JoinHandle};

/// One pixel of [`COLOUR`], as PNG.
const TILE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z1APAAOAAX/J0JiwAAAAAElFTkSuQmCC";

/// The colour of all tiles: red, green, blue.
pub const COLOUR: [u8; 3] = [255, 0, 127];

/// A request for a tile.
#[derive(Clone, Debug)]
pub struct AskedTile {
    /// Its path: `/11/1076/732.png`.
    pub path: String,
    /// The page that has asked, as its browser says.
    pub referrer: String,
}

#[derive(Default)]
struct Seen {
    asked: Mutex<Vec<AskedTile>>,
    fails: AtomicBool,
}

/// A running tile server, which ends with this.
pub struct TileServer {
    /// Its origin.
    pub origin: String,
    seen: Arc<Seen>,
    serving: JoinHandle<()>,
}

impl Drop for TileServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl TileServer {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Seen::default());
        let routes = Router::new()
            .route("/{*tile}", get(tile))
            .with_state(Arc::clone(&seen));
        let serving = tokio::spawn(async move {
            let served = axum::serve(listener, routes).await;
            served.expect("a server");
        });
        Self { origin: format!("http://127.0.0.1:{port}"), seen, serving }
    }

    /// Returns what it was asked so far, and forgets it.
    pub fn asked(&self) -> Vec<AskedTile> {
        let mut asked = self
            .seen
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *asked)
    }

    /// Has it answer nothing but errors from now on.
    pub fn fail(&self) {
        self.seen.fails.store(true, Ordering::Relaxed);
    }
}

async fn tile(
    State(seen): State<Arc<Seen>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    let referrer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let asked =
        AskedTile { path: format!("/{path}"), referrer: referrer.unwrap_or_default().to_owned() };
    seen.asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(asked);
    if seen.fails.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let png = STANDARD.decode(TILE).expect("base64");
    ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], png)
        .into_response()
}
