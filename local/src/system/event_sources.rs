//! The event sources of the template: a task for each queue and each schedule of a function.

use std::sync::Arc;

use super::{Error, tasks::SystemTasks};
use crate::{
    events::{self, EventSourceMapping, Schedule},
    faults::Faults,
    host::Host,
    sqs::SqsServer,
    template::{Function, Template, Trigger},
};

/// Starts every event source. Those of logs have one task together: see
/// [`super::log_subscriptions`].
///
/// # Errors
/// A schedule that cannot be read.
pub(super) fn start(
    template: &Template,
    host: &Host,
    queues: &SqsServer,
    faults: Option<&Faults>,
    tasks: &SystemTasks,
) -> Result<(), Error> {
    for function in &template.functions {
        for trigger in &function.triggers {
            match trigger {
                Trigger::Http(_) | Trigger::Logs(_) => {}
                Trigger::Queue(source) => {
                    let mapping = EventSourceMapping::new(
                        queues.clone(),
                        host.clone(),
                        function.name.clone(),
                        source.clone(),
                        faults.cloned(),
                    );
                    start_queue(function, Arc::new(mapping), tasks);
                }
                Trigger::Schedule { expression, input } => {
                    let schedule = Schedule::parse(expression).map_err(Error::new)?;
                    start_schedule(function, schedule, input.clone(), host, tasks);
                }
            }
        }
    }
    Ok(())
}

fn start_queue(function: &Function, mapping: Arc<EventSourceMapping>, tasks: &SystemTasks) {
    let stop = tasks.event_sources_stop();
    tasks.run_event_source(function.id.clone(), move || {
        events::poll_queue(mapping.clone(), stop.clone())
    });
}

fn start_schedule(
    function: &Function,
    schedule: Schedule,
    input: Option<serde_json::Value>,
    host: &Host,
    tasks: &SystemTasks,
) {
    let host = host.clone();
    let name = function.name.clone();
    let stop = tasks.event_sources_stop();
    tasks.run_event_source(function.id.clone(), move || {
        events::run_schedule(
            host.clone(),
            name.clone(),
            schedule.clone(),
            input.clone(),
            stop.clone(),
        )
    });
}
