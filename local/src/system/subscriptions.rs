//! Who is told of the lines that functions write.

use std::sync::Arc;

use tokio::sync::{
    Mutex,
    mpsc::{UnboundedReceiver, unbounded_channel},
};

use super::{Error, Serving};
use crate::{
    events::{self, Pattern, Subscribed},
    host::{Host, Line, Settings},
    template::{Template, Trigger},
};

/// The subscriptions of the template, and the lines for them.
pub(super) struct Subscriptions {
    subscribed: Vec<Subscribed>,
    lines: UnboundedReceiver<Line>,
}

impl Subscriptions {
    /// Those of the template; the host keeps lines for them if there are any.
    pub fn of(template: &Template, settings: &mut Settings) -> Result<Self, Error> {
        let mut subscribed = Vec::new();
        for function in &template.functions {
            for trigger in &function.triggers {
                if let Trigger::Logs(source) = trigger {
                    let pattern = Pattern::parse(&source.pattern).map_err(Error::new)?;
                    subscribed.push(Subscribed {
                        function: function.name.clone(),
                        source: source.clone(),
                        pattern,
                    });
                }
            }
        }
        let (sender, lines) = unbounded_channel();
        settings.lines = (!subscribed.is_empty()).then_some(sender);
        Ok(Self { subscribed, lines })
    }

    /// Sends lines until the event sources are stopped.
    pub fn start(self, host: &Host, serving: &Serving) {
        if !self.subscribed.is_empty() {
            let (host, stop) = (host.clone(), serving.sources_stop());
            let lines = Arc::new(Mutex::new(self.lines));
            serving.source("the subscribers of logs".to_owned(), move || {
                events::deliver(host.clone(), lines.clone(), self.subscribed.clone(), stop.clone())
            });
        }
    }
}
