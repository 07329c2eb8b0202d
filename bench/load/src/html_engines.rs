//! The engines on the page of a report.

use std::fmt::Write;

use crate::{
    chart::{Line, chart},
    engines::{EngineFigures, highest},
};

/// The functions that have a line.
const MOST_LINES: usize = 8;

/// Writes plots of the queues, the hot table, the database and the environments.
pub fn write(page: &mut String, engines: &EngineFigures, interval: f64) {
    let _ = writeln!(page, "<h2>Queues, table and database</h2>");
    let mut ages = Vec::new();
    let mut messages = Vec::new();
    for (name, queue) in &engines.queues {
        ages.push(Line::whole(name, &queue.oldest_seconds));
        messages.push(Line::whole(name, &queue.messages));
    }
    page.push_str(&chart("Age of the oldest message", "s", interval, &ages));
    page.push_str(&chart("Messages in queues", "messages", interval, &messages));
    let units =
        [Line::whole("read", &engines.units_read), Line::whole("written", &engines.units_written)];
    page.push_str(&chart("Units of the hot table", "a second", interval, &units));
    let statements = [Line::whole("statements", &engines.statements)];
    page.push_str(&chart("Statements", "a second", interval, &statements));
    let connections = [
        Line::whole("open", &engines.connections),
        Line::whole("at work", &engines.running),
        Line::whole("waiting for a lock", &engines.waiting_for_locks),
    ];
    page.push_str(&chart("Connections of the database", "connections", interval, &connections));
    let lines = busiest(engines);
    page.push_str(&chart("Environments at work, and calls waiting", "calls", interval, &lines));
}

fn busiest(engines: &EngineFigures) -> Vec<Line> {
    let mut functions: Vec<(&String, &Vec<f64>)> = engines.environments.iter().collect();
    functions.sort_by(|(_, left), (_, right)| highest(right).total_cmp(&highest(left)));
    let mut lines = Vec::new();
    for (name, busy) in functions.into_iter().take(MOST_LINES) {
        lines.push(Line::whole(name, busy));
    }
    lines
}
