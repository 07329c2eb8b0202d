//! A proxy before the database, whose protocol it does not read: what a function sends at a time is
//! about a statement.

use std::{io, path::PathBuf, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    time::{sleep, timeout},
};

use super::{DueFault, Fault, Faults, Point};

/// The bytes that are passed on at a time.
const PIECE: usize = 64 << 10;
/// The longest wait for the answer that is to be lost.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// Passes connections on to the server's socket, but for what a fault is due with, until it is
/// dropped.
pub async fn database_proxy(listener: UnixListener, server: PathBuf, faults: Faults) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let server = server.clone();
                let faults = faults.clone();
                // An error is that a side closed its connection: the other learns it by the end of
                // its own.
                tokio::spawn(async move { pass_on(client, server, &faults).await });
            }
            Err(cause) => tracing::warn!(%cause, "a connection could not be taken"),
        }
    }
}

/// Passes bytes on until a side closes its connection, or a fault ends both.
async fn pass_on(mut client: UnixStream, server: PathBuf, faults: &Faults) -> io::Result<()> {
    let mut server = UnixStream::connect(server).await?;
    let mut asked = vec![0; PIECE];
    let mut answered = vec![0; PIECE];
    loop {
        tokio::select! {
            length = client.read(&mut asked) => {
                let piece = &asked[..length?];
                if piece.is_empty() || !send(piece, &mut server, faults).await? {
                    return Ok(());
                }
            }
            length = server.read(&mut answered) => {
                let piece = &answered[..length?];
                if piece.is_empty() {
                    return Ok(());
                }
                client.write_all(piece).await?;
            }
        }
    }
}

/// Sends what a function says; returns false if the connection ends here.
async fn send(piece: &[u8], server: &mut UnixStream, faults: &Faults) -> io::Result<bool> {
    match faults.choose(Point::Database) {
        Some(DueFault { fault: Fault::LostRequest, .. }) => return Ok(false),
        Some(DueFault { fault: Fault::LostAnswer, .. }) => {
            server.write_all(piece).await?;
            // Once the server answers it has done what was asked.
            let mut lost = [0; 1];
            let _ = timeout(ANSWER_LIMIT, server.read(&mut lost)).await;
            return Ok(false);
        }
        Some(DueFault { pause, .. }) => sleep(pause).await,
        None => {}
    }
    server.write_all(piece).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that echoes, and a proxy before it.
    fn proxied(folder: &std::path::Path, rate: f64) -> PathBuf {
        let own = folder.join("server.sock");
        let front = folder.join("front.sock");
        let server = UnixListener::bind(&own).expect("a socket");
        tokio::spawn(async move {
            while let Ok((mut client, _)) = server.accept().await {
                tokio::spawn(async move {
                    let (mut reads, mut writes) = client.split();
                    tokio::io::copy(&mut reads, &mut writes).await
                });
            }
        });
        let faults = Faults::new(2);
        faults.set_rate(rate);
        let listener = UnixListener::bind(&front).expect("a socket");
        tokio::spawn(database_proxy(listener, own, faults));
        front
    }

    /// Sends a piece; returns what comes back before the end.
    async fn echoed(front: &std::path::Path) -> Option<[u8; 5]> {
        let mut client = UnixStream::connect(front).await.expect("a proxy");
        client.write_all(b"hello").await.ok()?;
        let mut answer = [0; 5];
        client.read_exact(&mut answer).await.ok()?;
        Some(answer)
    }

    #[tokio::test]
    async fn statements_are_passed_on_but_for_faults() {
        let folder = tempfile::tempdir().expect("a folder");
        let front = proxied(folder.path(), 0.0);
        assert_eq!(echoed(&front).await.as_ref(), Some(b"hello"));
        let folder = tempfile::tempdir().expect("a folder");
        // A third is no more than delayed at this rate; the rest is lost.
        let front = proxied(folder.path(), 1.0 / Point::Database.share());
        let mut lost = 0;
        for _ in 0..12 {
            lost += u32::from(echoed(&front).await.is_none());
        }
        assert!((4..12).contains(&lost), "{lost} of 12");
    }
}
