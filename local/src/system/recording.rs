//! Recording proxies before the servers that functions call, for a run that records calls.

use std::{io, net::SocketAddr, path::Path, sync::Arc};

use super::{Error, listeners::Addresses, tasks::SystemTasks, values::ACCESS_KEY};
use crate::{
    calls::{AwsService, CallRecorder, recording_proxy},
    dynamodb::listen,
};

/// Returns the addresses to give to functions: the servers' own, or those of proxies before them
/// that record calls in a file.
///
/// # Errors
/// A file that cannot be written, or a proxy that cannot listen.
pub(super) fn addresses(
    own: Addresses,
    record: Option<&Path>,
    tasks: &SystemTasks,
) -> Result<Addresses, Error> {
    let Some(path) = record else { return Ok(own) };
    let failed = |cause: io::Error| {
        Error::new(format!("Calls cannot be noted in {}: {cause}.", path.display()))
    };
    let recorder = Arc::new(CallRecorder::open(path, ACCESS_KEY).map_err(failed)?);
    let start_proxy = |origin: &str, service| {
        let server: SocketAddr = origin
            .trim_start_matches("http://")
            .parse()
            .map_err(|_| Error::new(format!("{origin} is no address of this machine.")))?;
        let listener = listen(0).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        tasks.run_beside_servers(recording_proxy(listener, server, service, recorder.clone()));
        Ok::<_, Error>(format!("http://{address}"))
    };
    Ok(Addresses {
        dynamodb: start_proxy(&own.dynamodb, AwsService::DynamoDb)?,
        s3: start_proxy(&own.s3, AwsService::S3)?,
        ses: start_proxy(&own.ses, AwsService::Ses)?,
        sqs: start_proxy(&own.sqs, AwsService::Sqs)?,
        warehouse: start_proxy(&own.warehouse, AwsService::RedshiftData)?,
        ..own
    })
}
