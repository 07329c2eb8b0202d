//! A proxy before a server, which passes everything on.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    AwsService, CallRecorder, actions,
    request::{RequestHead, RequestParser},
};

/// The bytes of a request that are passed on at a time.
const PIECE: usize = 64 << 10;

/// Passes connections on to `server` until it is dropped, and records the calls on them.
pub async fn recording_proxy(
    listener: TcpListener,
    server: SocketAddr,
    service: AwsService,
    recorder: Arc<CallRecorder>,
) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let recorder = recorder.clone();
                // An error is that a side closed its connection in the middle: the other learns it
                // by the end of its own.
                tokio::spawn(async move { pass_on(client, server, service, &recorder).await });
            }
            Err(cause) => tracing::warn!(%cause, "a connection could not be taken"),
        }
    }
}

async fn pass_on(
    client: TcpStream,
    server: SocketAddr,
    service: AwsService,
    recorder: &CallRecorder,
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
        ended = pass_requests_on(from_client, to_server, service, recorder) => ended?,
    }
    // The client sends no more, and waits for the rest.
    answers.await
}

async fn pass_requests_on(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    service: AwsService,
    recorder: &CallRecorder,
) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    let mut parser = RequestParser::default();
    loop {
        let length = client.read(&mut buffer).await?;
        if length == 0 {
            return server.shutdown().await;
        }
        let piece = &buffer[..length];
        // Recorded first: a call that was answered is in the file.
        let parsed = parser.parse(
            piece,
            |head| actions::needs_body(service, head),
            |head: &RequestHead, body: &[u8]| recorder.record_request(service, head, body),
        );
        if parsed.is_err() {
            recorder.record_unreadable(service);
        }
        server.write_all(piece).await?;
    }
}
