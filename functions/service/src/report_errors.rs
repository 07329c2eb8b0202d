//! `report-errors`: sends what went wrong in any function to Sentry.
//!
//! CloudWatch Logs calls it with lines of the functions' log group, those that the filter in
//! `template.yaml` lets through. So no function is linked with a client of Sentry's, or waits for
//! it.
//!
//! The id of an event makes a second run or a death anywhere harmless: it is made of the line's
//! place in the log, and Sentry keeps the first of several with one id. What Sentry does not
//! take fails the run, which Lambda then repeats twice. What is given up after that is in the log
//! all the same, and an alarm says so.
//!
//! Its own lines are in a log group of their own, to which nobody subscribes: an error of its own
//! would call it again, without end. Should they ever come, they are left out ([`lines`]).

mod lines;

use std::time::Duration;

use async_trait::async_trait;
use aws_lambda_events::cloudwatch_logs::LogsEvent;
use futures::{StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use reqwest::{Client, Url, redirect::Policy};
use sentry_types::{
    Dsn,
    protocol::v7::{Envelope, Event},
};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    Error, Result,
    env::Env,
    error::{Cause, Of},
    runtime::OnDemandJob,
};

use lines::LogSource;

/// Sentry's own header: a DSN's key, and who sends.
const AUTH: HeaderName = HeaderName::from_static("x-sentry-auth");

/// The most events that are sent at the same time.
const IN_FLIGHT: usize = 8;

/// For Sentry to take one event.
const PATIENCE: Duration = Duration::from_secs(10);

/// The job and what it needs.
pub struct ReportErrors {
    http: Client,
    endpoint: Url,
    auth: HeaderValue,
    source: LogSource,
}

impl ReportErrors {
    /// With `SENTRY_DSN`, and `STACK` and `STAGE`, which events are marked with.
    ///
    /// # Errors
    /// When one is not set, or the DSN is none. It is a secret, so the error does not show it.
    pub fn connect(env: &Env) -> Result<Self> {
        let dsn: Dsn = env
            .get("SENTRY_DSN")?
            .parse()
            .map_err(|_| Error::internal("SENTRY_DSN is no DSN of Sentry's"))?;
        let auth = dsn
            .to_auth(Some(concat!("albumen/", env!("CARGO_PKG_VERSION"))))
            .to_string();
        let mut auth = HeaderValue::from_str(&auth).map_err(Error::internal)?;
        auth.set_sensitive(true);
        Ok(Self {
            http: Client::builder()
                // The key in the header would go along to another host.
                .redirect(Policy::none())
                .timeout(PATIENCE)
                .build()
                .map_err(Error::internal)?,
            endpoint: dsn.envelope_api_url(),
            auth,
            source: LogSource {
                own: env.get("AWS_LAMBDA_FUNCTION_NAME")?,
                stack: env.get("STACK")?,
                stage: env.get("STAGE")?,
            },
        })
    }

    /// Sends one event; whether it was taken. One that Sentry refuses for what it is keeps back no
    /// other.
    ///
    /// # Errors
    /// When Sentry takes none now, or none with this DSN.
    async fn send(&self, event: Event<'static>) -> Result<bool> {
        let id = event.event_id;
        let mut body = Vec::new();
        Envelope::from(event)
            .to_writer(&mut body)
            .map_err(Error::internal)?;
        let request = self
            .http
            .post(self.endpoint.clone())
            .header(AUTH, self.auth.clone());
        let request = request
            .header(header::CONTENT_TYPE, "application/x-sentry-envelope")
            .body(body);
        let answer = request
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .of("Sentry")?;
        match answer.status() {
            status if status.is_success() => Ok(true),
            status @ (StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE) => {
                tracing::error!(%status, %id, "Sentry refuses an event");
                Ok(false)
            }
            status => Err(Cause::from(format!("it answered {status}"))).of("Sentry"),
        }
    }
}

#[async_trait]
impl OnDemandJob for ReportErrors {
    async fn run(&self, event: Value) -> Result<Value> {
        // From a reference, because the type borrows names from what it reads.
        let event = LogsEvent::deserialize(&event)
            .map_err(|why| Error::internal(format!("not an event of CloudWatch Logs: {why}")))?;
        let events = self.source.events(&event.aws_logs.data).into_iter();
        let sending: Vec<_> = events.map(|event| self.send(event)).collect();
        let (count, mut taken) = (sending.len(), 0);
        let mut sending = stream::iter(sending).buffer_unordered(IN_FLIGHT);
        while let Some(sent) = sending.next().await {
            taken += usize::from(sent?);
        }
        if taken < count {
            return Err(Error::internal(format!(
                "Sentry refused {} of {count} events",
                count - taken
            )));
        }
        Ok(json!({ "sent": taken }))
    }
}

#[cfg(test)]
mod tests;
