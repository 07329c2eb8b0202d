//! A counter between a function and MySQL.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use shared::error::Cause;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};

use crate::machine::processor_time;

/// Passes connections on to the database and counts what is asked; ends when dropped.
pub struct Database {
    /// Holds the socket.
    folder: TempDir,
    /// The server's process.
    process: String,
    asked: Arc<AtomicU64>,
    server: JoinHandle<()>,
}

impl Database {
    /// Listens, before the server with this process.
    pub fn open(socket: &Path, process: String) -> Result<Self, Cause> {
        let folder = TempDir::new()?;
        let listener = UnixListener::bind(path(&folder))?;
        let asked = Arc::new(AtomicU64::new(0));
        let socket = socket.to_owned();
        let count = asked.clone();
        let server = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let socket = socket.clone();
                let count = count.clone();
                tokio::spawn(async move { pass(client, &socket, &count).await });
            }
        });
        Ok(Self { folder, process, asked, server })
    }

    /// Returns the number of commands since the last call.
    pub fn take(&self) -> u64 {
        self.asked.swap(0, Ordering::Relaxed)
    }

    /// Processor time that the server has used.
    pub fn cpu(&self) -> Result<Duration, Cause> {
        processor_time(&self.process)
    }

    /// The variables with the databases behind this counter.
    pub fn between(&self, environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let socket = path(&self.folder).display().to_string();
        environment
            .iter()
            .map(|(name, value)| (name.clone(), through(value, &socket)))
            .collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("s")
}

/// Every `socket=…` of the URLs in a text replaced.
fn through(text: &str, socket: &str) -> String {
    let mut parts = text.split("socket=");
    let first = parts.next().unwrap_or_default().to_owned();
    let replaced = |part: &str| {
        format!("socket={socket}{}", part.find(['&', '"']).map_or("", |at| &part[at..]))
    };
    first + &parts.map(replaced).collect::<String>()
}

async fn pass(client: UnixStream, socket: &Path, asked: &AtomicU64) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = UnixStream::connect(socket).await?.into_split();
    let answers = copy(&mut from_server, &mut to_client);
    let questions = async {
        let mut buffer = vec![0; 16 << 10];
        let mut packets = Packets::default();
        loop {
            let read = from_client.read(&mut buffer).await?;
            if read == 0 {
                return to_server.shutdown().await;
            }
            asked.fetch_add(packets.take(&buffer[..read]), Ordering::Relaxed);
            to_server.write_all(&buffer[..read]).await?;
        }
    };
    tokio::try_join!(async { answers.await.map(drop) }, questions).map(drop)
}

/// Finds commands in what a client sends: three bytes of length, a number that begins at zero with
/// each command, and its first byte says which:
/// <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html>
#[derive(Default)]
struct Packets {
    head: Vec<u8>,
    /// Bytes of the packet that are still to come.
    left: usize,
}

/// `COM_QUIT` and `COM_STMT_CLOSE`, which are not answered, and `COM_PING`, by which the pool sees
/// how a connection is that it got back: nobody waits for that.
const UNAWAITED: [u8; 3] = [0x01, 0x0e, 0x19];

impl Packets {
    /// Returns the number of commands in these bytes that are waited for.
    fn take(&mut self, mut bytes: &[u8]) -> u64 {
        let mut found = 0;
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            self.left -= skipped;
            bytes = &bytes[skipped..];
            let Some((&byte, rest)) = bytes.split_first() else { break };
            self.head.push(byte);
            bytes = rest;
            if let [a, b, c, number, command] = self.head[..] {
                self.left = usize::from(a) + (usize::from(b) << 8) + (usize::from(c) << 16) - 1;
                found += u64::from(number == 0 && !UNAWAITED.contains(&command));
                self.head.clear();
            } else if self.head.len() == 4 && self.head[..3] == [0, 0, 0] {
                // An empty packet has no first byte.
                self.head.clear();
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).expect("short").to_le_bytes();
        [&length[..3], &[number], payload].concat()
    }

    #[test]
    fn commands_are_counted_wherever_the_bytes_are_cut() {
        let sent = [
            packet(1, b"\x03a login is no command"),
            packet(0, b"\x03BEGIN"),
            packet(0, &[b'\x17'; 300]),
            packet(0, b"\x19\0\0\0\0"),
            packet(0, b"\x0e"),
            packet(1, b""),
            packet(0, b"\x03COMMIT"),
            packet(0, b"\x01"),
        ]
        .concat();
        for size in 1..sent.len() {
            let mut packets = Packets::default();
            assert_eq!(
                sent.chunks(size)
                    .map(|chunk| packets.take(chunk))
                    .sum::<u64>(),
                3,
                "in pieces of {size}"
            );
        }
    }

    #[test]
    fn every_url_leads_to_the_counter() {
        let map = |writers: &str, readers: &str| {
            let writer = format!("mysql://u:p@localhost/l?socket={writers}&ssl-mode=disabled");
            let reader = format!("mysql://h/?socket={readers}");
            format!(r#"[{{"writer":"{writer}","reader":"{reader}"}}]"#)
        };
        assert_eq!(through(&map("%2Fa", "%2Fb"), "/s"), map("/s", "/s"));
        assert_eq!(through("nothing", "/s"), "nothing");
    }
}
