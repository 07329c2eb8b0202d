//! What stands before a server, and passes everything on.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    Recorder, Service, actions,
    request::{Head, Requests},
};

const AT_ONCE: usize = 64 << 10;

/// Passes connections on to `server` until it is dropped, and notes what is called.
pub async fn tap(
    listener: TcpListener,
    server: SocketAddr,
    service: Service,
    recorder: Arc<Recorder>,
) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let recorder = recorder.clone();
                // That a side closed its connection in the middle is told to the other by closing
                // its own.
                tokio::spawn(async move { pass(client, server, service, &recorder).await });
            }
            Err(cause) => tracing::warn!(%cause, "a connection could not be taken"),
        }
    }
}

async fn pass(
    client: TcpStream,
    server: SocketAddr,
    service: Service,
    recorder: &Recorder,
) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = server.into_split();
    let mut answers = std::pin::pin!(async move {
        copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    });
    tokio::select! {
        ended = &mut answers => return ended,
        ended = requests(from_client, to_server, service, recorder) => ended?,
    }
    // The client sends no more, and waits for the rest.
    answers.await
}

async fn requests(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    service: Service,
    recorder: &Recorder,
) -> io::Result<()> {
    let (mut buffer, mut requests) = (vec![0; AT_ONCE], Requests::default());
    loop {
        let read = client.read(&mut buffer).await?;
        if read == 0 {
            return server.shutdown().await;
        }
        // Noted first: what is answered is in the file.
        let told = |head: &Head, body: &[u8]| recorder.request(service, head, body);
        if requests
            .take(&buffer[..read], |head| actions::in_body(service, head), told)
            .is_err()
        {
            recorder.unreadable(service);
        }
        server.write_all(&buffer[..read]).await?;
    }
}
