//! The functions that are called with the lines that functions write.

use std::sync::Arc;

use tokio::sync::{
    Mutex,
    mpsc::{UnboundedReceiver, unbounded_channel},
};

use super::{Error, SystemTasks};
use crate::{
    events::{self, FilterPattern, LogSubscriber},
    host::{Host, HostSettings, LogLine},
    template::{Template, Trigger},
};

/// The subscriptions of the template, and the channel that brings their lines.
pub(super) struct LogSubscriptions {
    subscribers: Vec<LogSubscriber>,
    lines: UnboundedReceiver<LogLine>,
}

impl LogSubscriptions {
    /// Reads the template's subscriptions; has the host send lines if there are any.
    ///
    /// # Errors
    /// A filter pattern that cannot be read.
    pub fn read(template: &Template, settings: &mut HostSettings) -> Result<Self, Error> {
        let mut subscribers = Vec::new();
        for function in &template.functions {
            for trigger in &function.triggers {
                if let Trigger::Logs(subscription) = trigger {
                    let pattern =
                        FilterPattern::parse(&subscription.pattern).map_err(Error::new)?;
                    subscribers.push(LogSubscriber {
                        function: function.name.clone(),
                        subscription: subscription.clone(),
                        pattern,
                    });
                }
            }
        }
        let (sender, lines) = unbounded_channel();
        if !subscribers.is_empty() {
            settings.lines = Some(sender);
        }
        Ok(Self { subscribers, lines })
    }

    /// Delivers lines until the event sources are stopped.
    pub fn start(self, host: &Host, tasks: &SystemTasks) {
        if self.subscribers.is_empty() {
            return;
        }
        let host = host.clone();
        let stop = tasks.event_sources_stop();
        let lines = Arc::new(Mutex::new(self.lines));
        tasks.run_event_source("the subscribers of logs".to_owned(), move || {
            events::deliver_lines(
                host.clone(),
                lines.clone(),
                self.subscribers.clone(),
                stop.clone(),
            )
        });
    }
}
