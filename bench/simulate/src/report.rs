//! The outcome in words, which are Markdown, and as JSON.

use std::fmt::Write;

use serde::Serialize;

use crate::runs::{self, DayReport, Limit, Outcome, Plan};

/// All that was simulated.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The day's curve.
    day: String,
    /// The number that chance was drawn from.
    seed: u64,
    /// A day for each stage.
    pub days: Vec<DayReport>,
    /// The load at which each stage fails.
    pub limits: Vec<Limit>,
    /// The users of one stage at the next.
    pub steps: Vec<DayReport>,
}

impl Report {
    /// Creates one without any outcome.
    pub fn new(plan: &Plan) -> Self {
        Self {
            day: plan.day.clone(),
            seed: plan.seed,
            days: Vec::new(),
            limits: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Returns it in words.
    pub fn text(&self) -> String {
        let mut text = format!(
            "A day {}, seed {}; dollars of a day behind the edge, without what is kept; an answer \
             for which an environment starts takes {:.0} ms more.\n\n",
            self.day,
            self.seed,
            runs::start_ms(),
        );
        text.push_str(DAYS);
        self.days.iter().for_each(|day| row(&mut text, day));
        if !self.limits.is_empty() {
            text.push_str(LIMITS);
            self.limits
                .iter()
                .for_each(|limit| limit_row(&mut text, limit));
        }
        if !self.steps.is_empty() {
            text.push_str("\nThe users of each stage at the next one:\n\n");
            text.push_str(DAYS);
            self.steps.iter().for_each(|day| row(&mut text, day));
        }
        text
    }
}

const DAYS: &str = "\
| stage | users | requests of the day | refused | p50 | p99 | spike: requests/s | refused | p99 \
| first refused for | starts | executions at once | ACU of the writer | a photo waits | $ a day |
|---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|
";

const LIMITS: &str = "
| stage | fails at users | requests/s at the API there | fails first | survives a spike of | fails \
first above it |
|---|--:|--:|---|--:|---|
";

fn row(text: &mut String, report: &DayReport) {
    let DayReport { stage, users, day, spike, .. } = report;
    let (rate, refused, p99) = match spike {
        Some(spike) => (per_second(spike), percent(spike.refused_share), short(spike.p99_ms)),
        None => ("–".to_owned(), "–".to_owned(), "–".to_owned()),
    };
    let cause = day.causes.first().map_or("–", |(cause, _)| cause.as_str());
    let _ = writeln!(
        text,
        "| `{stage}` | {} | {} | {} | {} ms | {} ms | {rate} | {refused} | {p99} ms | {cause} | {} | {} | {} \
         | {} s | {} |",
        short(*users),
        count(day.arrived),
        percent(day.refused_share),
        short(day.p50_ms),
        short(day.p99_ms),
        count(day.cold),
        short(report.most_executions),
        short(report.most_capacity_units),
        short(report.longest_photo_wait),
        short(report.dollars_in_all),
    );
}

fn limit_row(text: &mut String, limit: &Limit) {
    let _ = writeln!(
        text,
        "| `{}` | {} | {} | {} | {} × | {} |",
        limit.stage,
        short(limit.users),
        short(limit.requests),
        limit.fails_first,
        short(limit.spike),
        limit.spike_fails_first,
    );
}

/// Seconds of a spike.
const SPIKE: f64 = 300.0;

#[expect(clippy::cast_precision_loss, reason = "in words")]
fn per_second(outcome: &Outcome) -> String {
    short(outcome.arrived as f64 / SPIKE)
}

fn percent(share: f64) -> String {
    if share == 0.0 {
        "0".to_owned()
    } else if share < 0.0001 {
        "< 0.01 %".to_owned()
    } else {
        format!("{:.2} %", share * 100.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "in words")]
fn count(number: u64) -> String {
    short(number as f64)
}

fn short(number: f64) -> String {
    if number >= 1e6 {
        return format!("{:.1} million", number / 1e6);
    }
    if number >= 1e4 {
        let thousands = (number / 1e3).floor();
        return format!("{thousands:.0},{:03.0}", (number - thousands * 1e3).floor());
    }
    if number >= 100.0 { format!("{number:.0}") } else { format!("{number:.1}") }
}
