//! The environment variables of a function's process.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>

use std::{collections::BTreeMap, net::SocketAddr};

use super::{HostState, logs::log_stream};
use crate::template::{Function, REGION};

/// Returns Lambda's own variables, then the host's, then the template's, and the key that the
/// function's requests are signed with. `id` is that of the environment, `runtime_api` the address
/// of its Runtime API.
pub(super) fn variables(
    host: &HostState,
    function: &Function,
    id: &str,
    runtime_api: SocketAddr,
) -> BTreeMap<String, String> {
    let lambda = [
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", function.log_group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream(function, id)),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
        ("AWS_REGION", REGION.into()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".into()),
        ("LAMBDA_TASK_ROOT", "/var/task".into()),
        ("LANG", "en_US.UTF-8".into()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".into()),
        ("TZ", ":UTC".into()),
        ("_HANDLER", "bootstrap".into()),
    ];
    let mut variables = BTreeMap::new();
    for (name, value) in lambda {
        variables.insert(name.to_owned(), value);
    }
    variables.extend(host.settings.environment.clone());
    variables.extend(function.environment.clone());
    // On AWS each has credentials of its own, too: the caller of a request shows by its key.
    variables.insert("AWS_ACCESS_KEY_ID".to_owned(), function.id.clone());
    variables
}
