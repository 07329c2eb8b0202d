//! The ports of the system, all on loopback.

use tokio::net::TcpListener;

use super::Error;
use crate::dynamodb::listen;

/// The five listeners.
pub(super) struct Listeners {
    pub gateway: TcpListener,
    pub s3: TcpListener,
    pub messages_and_lambda: TcpListener,
    pub dynamodb: TcpListener,
    pub warehouse: TcpListener,
}

/// The origins of the servers, without a slash at the end.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    /// The origin of the gateway: page, API and renditions.
    pub origin: String,
    pub s3: String,
    pub sqs: String,
    pub ses: String,
    pub lambda: String,
    pub dynamodb: String,
    pub warehouse: String,
    /// True if functions reach the database by a proxy.
    pub database_has_proxy: bool,
}

impl Listeners {
    /// Listens on `port` and the four above it, or on five free ones if it is 0.
    ///
    /// # Errors
    /// A port that is in use, or too high.
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
            messages_and_lambda: bind(2)?,
            dynamodb: bind(3)?,
            warehouse: bind(4)?,
        })
    }

    /// Returns the addresses that were bound.
    pub fn addresses(&self) -> Result<Addresses, Error> {
        // A name, because browsers keep secure cookies for it without TLS.
        let gateway = origin(&self.gateway)?.replace("127.0.0.1", "localhost");
        let messages_and_lambda = origin(&self.messages_and_lambda)?;
        Ok(Addresses {
            origin: gateway,
            s3: origin(&self.s3)?,
            sqs: messages_and_lambda.clone(),
            ses: messages_and_lambda.clone(),
            lambda: messages_and_lambda,
            dynamodb: origin(&self.dynamodb)?,
            warehouse: origin(&self.warehouse)?,
            database_has_proxy: false,
        })
    }
}

fn origin(listener: &TcpListener) -> Result<String, Error> {
    let address = listener
        .local_addr()
        .map_err(|error| Error::new(error.to_string()))?;
    Ok(format!("http://{address}"))
}
