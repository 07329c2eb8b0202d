//! The environment of a function: the variables that `template.yaml` sets.

use std::{collections::HashMap, sync::Arc, time::Duration};

pub use aws_config::SdkConfig;
use aws_config::{BehaviorVersion, timeout::TimeoutConfig};

use crate::error::{Error, Result};

/// A function's environment: its variables, and one SDK configuration that its clients share.
#[derive(Clone)]
pub struct Env {
    sdk: SdkConfig,
    dual_stack: SdkConfig,
    variables: Variables,
}

/// The source of variables.
#[derive(Clone)]
enum Variables {
    /// The process's own.
    Process,
    /// These.
    Given(Arc<HashMap<String, String>>),
}

impl Env {
    /// The environment of this process. Credentials and endpoints are the SDK's own business:
    /// `AWS_ENDPOINT_URL_*` where the services are not AWS's.
    pub async fn load() -> Self {
        // The shortest function has five seconds: a service that does not answer is a 503 before
        // that, not a time-out.
        let patience = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(3))
            .operation_timeout(Duration::from_secs(4));
        let config =
            aws_config::defaults(BehaviorVersion::latest()).timeout_config(patience.build());
        Self::of(config.load().await, Variables::Process)
    }

    /// An environment of these variables, for functions that are called in process.
    pub fn with(sdk: SdkConfig, variables: HashMap<String, String>) -> Self {
        Self::of(sdk, Variables::Given(Arc::new(variables)))
    }

    fn of(dual_stack: SdkConfig, variables: Variables) -> Self {
        let sdk = dual_stack.to_builder().use_dual_stack(false).build();
        Self { sdk, dual_stack, variables }
    }

    /// Returns what clients of S3 and DynamoDB are built from. Their plain names have IPv4
    /// addresses alone, and so lead to the network's gateway endpoints, which are free and
    /// near.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Returns what clients of all else are built from: by `AWS_USE_DUALSTACK_ENDPOINT` with names
    /// that have IPv6 addresses, too, because by IPv4 the network has no way to them.
    pub fn sdk_beyond_the_network(&self) -> &SdkConfig {
        &self.dual_stack
    }

    /// A variable's value.
    ///
    /// # Errors
    /// When it is not set: the function's `Environment` in `template.yaml` lacks it.
    pub fn get(&self, name: &'static str) -> Result<String> {
        let value = match &self.variables {
            Variables::Process => std::env::var(name).ok(),
            Variables::Given(variables) => variables.get(name).cloned(),
        };
        value.ok_or_else(|| {
            Error::internal(format!(
                "{name} is not set; template.yaml sets it for the functions that use it"
            ))
        })
    }

    /// A variable's value, a whole number.
    ///
    /// # Errors
    /// When it is not set, or none.
    pub fn number<T: std::str::FromStr>(&self, name: &'static str) -> Result<T> {
        self.get(name)?
            .parse()
            .map_err(|_| Error::internal(format!("{name} is not a whole number in its range")))
    }

    /// Returns true if the stack sends mail: `MAIL_FROM` is an address.
    pub fn sends_mail(&self) -> Result<bool> {
        Ok(!self.get("MAIL_FROM")?.is_empty())
    }

    /// Bytes that an owner may keep: `QUOTA_BYTES`.
    pub fn quota(&self) -> Result<u64> {
        self.number("QUOTA_BYTES")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_with_a_gateway_endpoint_are_called_by_names_that_lead_there() {
        let sdk = SdkConfig::builder().use_dual_stack(true).build();
        let env = Env::with(sdk, HashMap::new());
        assert_eq!(env.sdk().use_dual_stack(), Some(false));
        assert_eq!(env.sdk_beyond_the_network().use_dual_stack(), Some(true));
    }
}
