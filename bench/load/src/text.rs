//! A report as text for a terminal.

use std::fmt::Write;

use crate::report::{Report, RouteFigures, Step};

/// Returns the report.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    head(&mut text, report);
    table(&mut text, report);
    errors(&mut text, report);
    text.push('\n');
    for sentence in &report.conclusions {
        let _ = writeln!(text, "{sentence}");
    }
    objectives(&mut text, report);
    steps(&mut text, &report.steps);
    text
}

/// Returns a duration for people.
pub fn time(milliseconds: Option<f64>) -> String {
    match milliseconds {
        None => "–".to_owned(),
        Some(time) if time >= 10_000.0 => format!("{:.1} s", time / 1e3),
        Some(time) if time >= 100.0 => format!("{time:.0} ms"),
        Some(time) => format!("{time:.1} ms"),
    }
}

/// Returns the settings in a sentence.
pub fn settings(report: &Report) -> String {
    let settings = &report.settings;
    let mut mix = Vec::new();
    for (kind, weight) in &settings.mix {
        mix.push(format!("{kind} {weight}"));
    }
    let burst = match &settings.burst {
        Some(burst) => format!(", {burst}"),
        None => String::new(),
    };
    let build = if settings.is_release { "" } else { ", a generator without optimisations" };
    format!(
        "{}: {} arrivals a second, {}{burst}, for {} s after {} s of warm-up; seed {}; users: {}; {} \
         people, {} albums, {} photos{build}",
        settings.origin,
        settings.rate,
        settings.shape,
        settings.seconds,
        settings.warm_up,
        settings.seed,
        mix.join(", "),
        settings.people,
        settings.albums,
        settings.photos,
    )
}

fn head(text: &mut String, report: &Report) {
    let total = &report.total;
    let _ = writeln!(text, "{}\n", settings(report));
    let _ = writeln!(
        text,
        "offered {:.1} requests a second, carried {:.1}: {} of {} answered right, {} refused, {} \
         failed\n",
        total.offered_rate,
        total.carried_rate,
        total.right,
        total.offered,
        total.shed,
        total.failed,
    );
}

fn table(text: &mut String, report: &Report) {
    let _ = writeln!(
        text,
        "{:<34} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7}",
        "", "offered", "a second", "p50", "p95", "p99", "p99.9", "refused", "failed",
    );
    row(text, &report.total);
    for figures in &report.routes {
        row(text, figures);
    }
}

fn row(text: &mut String, figures: &RouteFigures) {
    let _ = writeln!(
        text,
        "{:<34} {:>8} {:>8.1} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7}",
        figures.route,
        figures.offered,
        figures.carried_rate,
        time(figures.p50_ms),
        time(figures.p95_ms),
        time(figures.p99_ms),
        time(figures.p999_ms),
        figures.shed,
        figures.failed,
    );
}

fn errors(text: &mut String, report: &Report) {
    if report.errors.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nFailures:");
    for (kind, count) in &report.errors {
        let _ = writeln!(text, "{count:>8}  {kind}");
    }
}

fn objectives(text: &mut String, report: &Report) {
    if report.objectives.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nObjectives:");
    for objective in &report.objectives {
        let kept = if objective.kept { "kept  " } else { "missed" };
        let _ = writeln!(text, "  {kept}  {}: {}", objective.text, objective.measured);
    }
}

fn steps(text: &mut String, steps: &[Step]) {
    if steps.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nRates that were tried:");
    for step in steps {
        let _ = writeln!(text, "  {}", step_line(step));
    }
}

/// Returns a rate that was tried, and what came of it.
pub fn step_line(step: &Step) -> String {
    let outcome =
        if step.kept { "kept".to_owned() } else { format!("missed: {}", step.missed.join(", ")) };
    let ran_out = match &step.ran_out {
        Some(name) => format!("; {name} ran out"),
        None => String::new(),
    };
    format!(
        "{:.0} arrivals a second: {:.1} requests carried, p99 {}, {outcome}{ran_out}",
        step.rate,
        step.carried_rate,
        time(step.p99_ms),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn a_report_has_every_route_and_what_failed() {
        let album = RouteFigures {
            route: "GET /v1/albums/{album}".to_owned(),
            offered: 12,
            p99_ms: Some(41.3),
            ..RouteFigures::default()
        };
        let mut report = report(RouteFigures::default(), vec![album]);
        report.errors.insert("status 500".to_owned(), 3);
        report.steps.push(Step {
            rate: 80.0,
            carried_rate: 79.9,
            p99_ms: Some(12_300.0),
            kept: false,
            missed: vec!["all p99<500ms".to_owned()],
            ran_out: Some("the memory".to_owned()),
        });
        let text = text(&report);
        for part in [
            "GET /v1/albums/{album}",
            "41.3 ms",
            "3  status 500",
            "80 arrivals a second: 79.9 requests carried, p99 12.3 s, missed: all p99<500ms; the \
             memory ran out",
        ] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
    }
}
