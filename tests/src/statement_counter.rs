//! Counts what a write waits for at the database: stands before a server as a Unix socket, and
//! reads what is sent to it.
//!
//! Statements that are sent as one text are one exchange. What nobody waits for is not counted: the
//! settings of a new connection, a ping when a connection goes back to its pool, and the
//! preparation of a statement, which is made once a connection.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reqwest::Url;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};

/// The first byte of each command that is answered, by MySQL's protocol.
const QUERY: u8 = 0x03;
const PING: u8 = 0x0e;
const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;

/// The first words of the settings that the driver sends when it has connected.
const SETTINGS: &str = "SET sql_mode";

type Exchanges = Arc<Mutex<Vec<String>>>;

/// The counter.
pub struct StatementCounter {
    sockets: tempfile::TempDir,
    exchanges: Exchanges,
}

impl StatementCounter {
    /// Creates a counter that stands before no server yet.
    ///
    /// # Panics
    /// When there is no room for temporary files.
    pub fn new() -> Self {
        let sockets = tempfile::Builder::new()
            .prefix("counter-")
            .tempdir()
            .expect("a temporary folder");
        Self { sockets, exchanges: Arc::default() }
    }

    /// Returns the shard map with the counter before each of its servers.
    ///
    /// # Panics
    /// When the map is none.
    pub fn before(&self, map: &str, name: &str) -> String {
        let mut shards: Value = serde_json::from_str(map).expect("a shard map");
        let ranges = shards.as_array_mut().expect("a list of ranges");
        for (number, range) in ranges.iter_mut().enumerate() {
            for end in ["writer", "reader"] {
                let socket = self.sockets.path().join(format!("{name}-{number}-{end}"));
                let url = range[end].as_str().expect("an URL").to_owned();
                range[end] = self.stand_before(&url, socket).into();
            }
        }
        shards.to_string()
    }

    /// Returns what has been sent since this was last asked, an item an exchange.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.exchanges))
    }

    fn stand_before(&self, url: &str, socket: PathBuf) -> String {
        let mut counted = Url::parse(url).expect("an URL");
        let settings: HashMap<_, _> = counted.query_pairs().into_owned().collect();
        let server = settings["socket"].clone();
        let mut query = counted.query_pairs_mut();
        query.clear();
        for (name, value) in settings {
            let other = if name == "socket" { socket.display().to_string() } else { value };
            query.append_pair(&name, &other);
        }
        drop(query);
        let listener = UnixListener::bind(socket).expect("a socket");
        let exchanges = Arc::clone(&self.exchanges);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = UnixStream::connect(&server).await else { return };
                tokio::spawn(pass(client, server, Arc::clone(&exchanges)));
            }
        });
        counted.to_string()
    }
}

impl Default for StatementCounter {
    fn default() -> Self {
        Self::new()
    }
}

/// A connection's statements.
#[derive(Default)]
struct Statements {
    /// Commands that are sent and not answered: of a statement to be prepared its text.
    unanswered: VecDeque<Option<String>>,
    prepared: HashMap<u32, String>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass(client: UnixStream, server: UnixStream, exchanges: Exchanges) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let statements = Mutex::new(Statements::default());
    let asked = forward(from_client, to_server, |number, packet| {
        if number == 0 {
            note_command(packet, &mut locked(&statements), &exchanges);
        }
    });
    let answered = forward(from_server, to_client, |number, packet| {
        if number == 1 {
            note_answer(packet, &mut locked(&statements));
        }
    });
    // Either end may be closed first.
    tokio::select! {
        () = asked => {}
        () = answered => {}
    }
}

/// Passes on what is read, and shows each packet with its number in its exchange.
async fn forward(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut show: impl FnMut(u8, &[u8]),
) {
    let mut buffer = vec![0; 65536];
    let mut unread = Vec::new();
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        unread.extend_from_slice(&buffer[..length]);
        while let [a, b, c, number, rest @ ..] = unread.as_slice() {
            let size = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
            let Some(packet) = rest.get(..size) else { break };
            show(*number, packet);
            unread.drain(..size + 4);
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

fn note_command(packet: &[u8], statements: &mut Statements, exchanges: &Exchanges) {
    let Some((command, body)) = packet.split_first() else { return };
    let text = || String::from_utf8_lossy(body).into_owned();
    match *command {
        QUERY => {
            statements.unanswered.push_back(None);
            if !text().starts_with(SETTINGS) {
                locked(exchanges).push(text());
            }
        }
        EXECUTE => {
            statements.unanswered.push_back(None);
            let prepared = id_at(body, 0).and_then(|id| statements.prepared.get(&id));
            let statement = prepared.map_or("an unknown statement", String::as_str);
            locked(exchanges).push(statement.to_owned());
        }
        PREPARE => statements.unanswered.push_back(Some(text())),
        PING => statements.unanswered.push_back(None),
        _ => {}
    }
}

fn note_answer(packet: &[u8], statements: &mut Statements) {
    if let Some(Some(text)) = statements.unanswered.pop_front()
        && let Some(id) = id_at(packet, 1)
    {
        statements.prepared.insert(id, text);
    }
}

/// Reads the id of a prepared statement.
fn id_at(packet: &[u8], offset: usize) -> Option<u32> {
    let bytes = packet.get(offset..offset + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
