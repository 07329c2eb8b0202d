//! The event sources of the template: a task for each queue and each schedule of a function.

use super::{Error, tasks::SystemTasks};
use crate::{
    events::{self, Schedule},
    host::Host,
    sqs::SqsServer,
    template::{Function, QueueSource, Template, Trigger},
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
    tasks: &SystemTasks,
) -> Result<(), Error> {
    for function in &template.functions {
        for trigger in &function.triggers {
            match trigger {
                Trigger::Http(_) | Trigger::Logs(_) => {}
                Trigger::Queue(source) => start_queue(function, source, host, queues, tasks),
                Trigger::Schedule { expression, input } => {
                    let schedule = Schedule::parse(expression).map_err(Error::new)?;
                    start_schedule(function, schedule, input.clone(), host, tasks);
                }
            }
        }
    }
    Ok(())
}

fn start_queue(
    function: &Function,
    source: &QueueSource,
    host: &Host,
    queues: &SqsServer,
    tasks: &SystemTasks,
) {
    let queues = queues.clone();
    let host = host.clone();
    let name = function.name.clone();
    let source = source.clone();
    let stop = tasks.event_sources_stop();
    tasks.run_event_source(function.id.clone(), move || {
        events::poll_queue(queues.clone(), host.clone(), name.clone(), source.clone(), stop.clone())
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
