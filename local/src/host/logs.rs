//! The lines that functions write: to the console, and to the subscribers of their log groups.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    sync::mpsc::UnboundedSender,
};

use super::{HostState, LogLine};
use crate::{console, template::Function};

/// The destinations of an environment's lines.
#[derive(Clone)]
pub(super) struct LogWriter {
    binary: String,
    group: Arc<str>,
    stream: Arc<str>,
    subscribers: Option<UnboundedSender<LogLine>>,
}

impl LogWriter {
    /// Makes the writer of the environment with this id.
    pub fn new(host: &HostState, function: &Function, id: &str) -> Self {
        Self {
            binary: function.binary.clone(),
            group: function.log_group.as_str().into(),
            stream: log_stream(function, id).into(),
            subscribers: host.settings.lines.clone(),
        }
    }

    fn write(&self, text: &str) {
        console::function_line(&self.binary, text);
        if let Some(subscribers) = &self.subscribers {
            // Nobody listens once the system stops.
            let _ = subscribers.send(LogLine {
                group: self.group.clone(),
                stream: self.stream.clone(),
                text: text.to_owned(),
            });
        }
    }
}

/// Returns the name of an environment's stream in a log group of several functions.
pub(super) fn log_stream(function: &Function, id: &str) -> String {
    let today = OffsetDateTime::now_utc().date();
    let date = today.to_string().replace('-', "/");
    format!("{date}/{}[$LATEST]{id}", function.name)
}

/// Writes the lines that come from a pipe, until it ends.
pub(super) fn forward_lines(pipe: impl AsyncRead + Send + Unpin + 'static, log: LogWriter) {
    tokio::spawn(async move {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line).await, Ok(length) if length > 0) {
            log.write(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    });
}
