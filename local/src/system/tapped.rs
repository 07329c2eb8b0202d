//! Taps before the servers that functions call, when somebody wants to know what they call.

use std::{io, path::Path, sync::Arc};

use super::{Error, listeners::Addresses, serving::Serving, values::ACCESS_KEY};
use crate::{
    calls::{Recorder, Service, tap},
    dynamodb::listen,
};

/// The addresses to give to functions: the servers' own, or those of taps before them that note
/// calls in a file.
pub(super) fn addresses(
    own: Addresses,
    record: Option<&Path>,
    serving: &Serving,
) -> Result<Addresses, Error> {
    let Some(path) = record else { return Ok(own) };
    let failed = |cause: io::Error| {
        Error::new(format!("Calls cannot be noted in {}: {cause}.", path.display()))
    };
    let recorder = Arc::new(Recorder::open(path, ACCESS_KEY).map_err(failed)?);
    let before = |origin: &str, service| {
        let listener = listen(0).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let server = origin.trim_start_matches("http://").parse();
        let server =
            server.map_err(|_| Error::new(format!("{origin} is no address of this machine.")))?;
        serving.beside(tap(listener, server, service, recorder.clone()));
        Ok::<_, Error>(format!("http://{address}"))
    };
    Ok(Addresses {
        dynamodb: before(&own.dynamodb, Service::DynamoDb)?,
        s3: before(&own.s3, Service::S3)?,
        sqs: before(&own.sqs, Service::Sqs)?,
        warehouse: before(&own.warehouse, Service::RedshiftData)?,
        ..own
    })
}
