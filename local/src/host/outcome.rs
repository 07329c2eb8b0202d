//! Outcomes of an invocation, in Lambda's words.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

/// The most bytes of a request's payload: 6 MiB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const REQUEST_LIMIT: usize = 6 * 1024 * 1024;
/// The most bytes of an asynchronous invocation's payload: 1 MiB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) const EVENT_LIMIT: usize = 1024 * 1024;
/// The most bytes of a response's payload: Lambda allows 100 more than in a request.
pub const RESPONSE_LIMIT: usize = REQUEST_LIMIT + 100;

/// The outcome of one invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvocationOutcome {
    /// The function answered.
    Answer(Bytes),
    /// The function failed: it said so, crashed, or ran out of time. The payload is Lambda's
    /// error object.
    Failed(Bytes),
    /// No environment was free.
    Throttled,
    /// The payload is over [`REQUEST_LIMIT`].
    RequestTooLarge,
}

impl InvocationOutcome {
    fn error(error_type: &str, message: &str) -> Self {
        let error = json!({ "errorType": error_type, "errorMessage": message });
        Self::Failed(Bytes::from(error.to_string()))
    }

    pub(super) fn timed_out(request_id: &str, limit: Duration) -> Self {
        let seconds = limit.as_secs_f64();
        let message =
            format!("RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds");
        Self::error("Sandbox.Timedout", &message)
    }

    pub(super) fn exited(request_id: &str, status: &str) -> Self {
        let message = format!("RequestId: {request_id} Error: Runtime exited with error: {status}");
        Self::error("Runtime.ExitError", &message)
    }

    pub(super) fn response_too_large() -> Self {
        let message = format!(
            "Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
        );
        Self::error("Function.ResponseSizeTooLarge", &message)
    }

    /// Makes the outcome of a failure of the host itself, such as an executable that cannot be
    /// started.
    pub(super) fn host_error(what: &str) -> Self {
        Self::error("Runtime.InvalidEntrypoint", what)
    }
}
