//! What came of an invocation, in Lambda's words.

use bytes::Bytes;
use serde_json::json;

/// Most bytes of a request payload: 6 MiB, as Lambda's documentation has it.
pub const REQUEST_LIMIT: usize = 6 * 1024 * 1024;
/// Most bytes of an asynchronous invocation's payload: 1 MiB.
pub(super) const EVENT_LIMIT: usize = 1024 * 1024;
/// Most bytes of a response payload: Lambda allows 100 more than in a request.
pub const RESPONSE_LIMIT: usize = REQUEST_LIMIT + 100;

/// The outcome of one invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
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

impl Outcome {
    pub(super) fn error(kind: &str, message: &str) -> Self {
        Self::Failed(Bytes::from(json!({ "errorType": kind, "errorMessage": message }).to_string()))
    }

    pub(super) fn timed_out(request_id: &str, seconds: f64) -> Self {
        let message =
            format!("RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds");
        Self::error("Sandbox.Timedout", &message)
    }

    pub(super) fn exited(request_id: &str, how: &str) -> Self {
        let message = format!("RequestId: {request_id} Error: Runtime exited with error: {how}");
        Self::error("Runtime.ExitError", &message)
    }

    pub(super) fn response_too_large() -> Self {
        let message = format!(
            "Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
        );
        Self::error("Function.ResponseSizeTooLarge", &message)
    }

    /// A failure of the host itself, such as an executable that cannot be started.
    pub(super) fn host_error(what: &str) -> Self {
        Self::error("Runtime.InvalidEntrypoint", what)
    }
}
