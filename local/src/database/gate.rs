//! The way by which a replica reaches its writer: a server follows another by TCP alone, and the
//! writer listens on nothing but its socket.

use std::{io, net::Ipv4Addr, path::PathBuf, time::Duration};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixStream},
    task::JoinHandle,
    time::sleep,
};

/// The pause after a connection that could not be taken.
const PAUSE: Duration = Duration::from_millis(100);

/// A port of loopback that leads to the writer's socket, until it is dropped.
#[derive(Debug)]
pub struct Gate {
    pub port: u16,
    task: JoinHandle<()>,
}

impl Gate {
    /// Opens the way to the server that listens on this socket, now or later.
    pub async fn open(socket: PathBuf) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let task = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((replica, _)) => drop(tokio::spawn(pass(replica, socket.clone()))),
                    // That there is no room for another connection is no reason to stop.
                    Err(_) => sleep(PAUSE).await,
                }
            }
        });
        Ok(Self { port, task })
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(mut replica: TcpStream, socket: PathBuf) {
    // An end of either side ends both, and the replica asks again.
    if let Ok(mut writer) = UnixStream::connect(socket).await {
        let _ = copy_bidirectional(&mut replica, &mut writer).await;
    }
}
