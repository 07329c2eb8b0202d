//! The ports of the system, all on loopback.

use tokio::net::TcpListener;

use super::Error;
use crate::dynamodb::listen;

/// The five listeners.
pub(super) struct Listeners {
    pub gateway: TcpListener,
    pub s3: TcpListener,
    /// SQS and Lambda.
    pub services: TcpListener,
    pub dynamodb: TcpListener,
    pub warehouse: TcpListener,
}

/// Where things are reached, as origins without a slash at the end.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    pub origin: String,
    pub s3: String,
    pub sqs: String,
    pub lambda: String,
    pub dynamodb: String,
    pub warehouse: String,
}

impl Listeners {
    /// `port` and the four above it; all free ones when it is 0.
    pub fn bind(port: u16) -> Result<Self, Error> {
        if port > u16::MAX - 4 {
            return Err(Error::new(format!(
                "Port {port} leaves no room for the four ports above it: choose another."
            )));
        }
        let bind = |offset: u16| {
            let wanted = if port == 0 { 0 } else { port + offset };
            listen(wanted).map_err(|error| {
                Error::new(format!(
                    "Port {wanted} cannot be used ({error}): choose others with --port."
                ))
            })
        };
        Ok(Self {
            gateway: bind(0)?,
            s3: bind(1)?,
            services: bind(2)?,
            dynamodb: bind(3)?,
            warehouse: bind(4)?,
        })
    }

    pub fn addresses(&self) -> Result<Addresses, Error> {
        let at = |listener: &TcpListener| {
            let address = listener.local_addr();
            address
                .map(|address| format!("http://{address}"))
                .map_err(|error| Error::new(error.to_string()))
        };
        // A name, because browsers keep secure cookies for it without TLS.
        let origin = at(&self.gateway)?.replace("127.0.0.1", "localhost");
        let services = at(&self.services)?;
        Ok(Addresses {
            origin,
            s3: at(&self.s3)?,
            sqs: services.clone(),
            lambda: services,
            dynamodb: at(&self.dynamodb)?,
            warehouse: at(&self.warehouse)?,
        })
    }
}
