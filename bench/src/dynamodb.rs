//! A client of the running system's DynamoDB.

use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Builder, Credentials, Region, retry::RetryConfig},
};
use running_system::RunningSystem;
use shared::error::Cause;

/// Returns a client of this system's DynamoDB.
pub fn client(system: &RunningSystem) -> Result<Client, Cause> {
    Ok(Client::from_conf(config(system, &system.dynamodb)?.build()))
}

/// Returns a client of what stands at this origin before the system's DynamoDB. It asks once: what
/// is refused is refused.
pub fn impatient_client(system: &RunningSystem, origin: &str) -> Result<Client, Cause> {
    let once = config(system, origin)?.retry_config(RetryConfig::disabled());
    Ok(Client::from_conf(once.build()))
}

fn config(system: &RunningSystem, origin: &str) -> Result<Builder, Cause> {
    let id = system.variable("AWS_ACCESS_KEY_ID")?;
    let secret = system.variable("AWS_SECRET_ACCESS_KEY")?;
    let region = system.variable("AWS_REGION")?.to_owned();
    Ok(Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(origin)
        .credentials_provider(Credentials::new(id, secret, None, None, "bench"))
        .region(Region::new(region)))
}
