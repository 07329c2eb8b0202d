//! Proxies that inject faults before the engines, for a run that was given a seed of faults.

use std::net::SocketAddr;

use tokio::net::UnixListener;

use super::{Error, listeners::Addresses, tasks::SystemTasks};
use crate::{
    calls::AwsService,
    database::DatabaseCluster,
    dynamodb::listen,
    faults::{Faults, database_proxy, fault_proxy},
};

/// Returns the addresses to give to functions and clients: those of proxies, if there are faults.
///
/// # Errors
/// A proxy that cannot listen.
pub(super) fn addresses(
    own: Addresses,
    faults: Option<&Faults>,
    tasks: &SystemTasks,
) -> Result<Addresses, Error> {
    let Some(faults) = faults else { return Ok(own) };
    let start_proxy = |origin: &str, service| {
        let server: SocketAddr = origin
            .trim_start_matches("http://")
            .parse()
            .map_err(|_| Error::new(format!("{origin} is no address of this machine.")))?;
        let listener = listen(0).map_err(|cause| no_proxy(&cause))?;
        let address = listener.local_addr().map_err(|cause| no_proxy(&cause))?;
        tasks.run_beside_servers(fault_proxy(listener, server, service, faults.clone()));
        Ok::<_, Error>(format!("http://{address}"))
    };
    Ok(Addresses {
        dynamodb: start_proxy(&own.dynamodb, AwsService::DynamoDb)?,
        s3: start_proxy(&own.s3, AwsService::S3)?,
        sqs: start_proxy(&own.sqs, AwsService::Sqs)?,
        database_has_proxy: true,
        ..own
    })
}

/// Starts the proxy before the database, if there are faults.
///
/// # Errors
/// A proxy that cannot listen.
pub(super) fn before_database(
    database: &DatabaseCluster,
    faults: Option<&Faults>,
    tasks: &SystemTasks,
) -> Result<(), Error> {
    let Some(faults) = faults else { return Ok(()) };
    let path = database.proxy_socket();
    // A run that was killed leaves its socket.
    drop(std::fs::remove_file(&path));
    let listener = UnixListener::bind(&path).map_err(|cause| no_proxy(&cause))?;
    let server = database.socket().to_owned();
    tasks.run_beside_servers(database_proxy(listener, server, faults.clone()));
    Ok(())
}

/// Returns the switch of faults, which has no route if there are none.
pub(super) fn switch(faults: Option<&Faults>) -> axum::Router {
    faults.map_or_else(axum::Router::new, Faults::router)
}

fn no_proxy(cause: &std::io::Error) -> Error {
    Error::new(format!("A proxy that injects faults cannot listen: {cause}."))
}
