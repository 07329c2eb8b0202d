//! A report as one page that needs nothing else.

use std::fmt::Write;

use crate::{
    chart::{Line, chart, escape},
    html_engines,
    machine::MachineFigures,
    report::{Report, RouteFigures},
    text,
};

/// The programs and routes that have a line in a plot.
const MOST_LINES: usize = 8;
const STYLE: &str = "body{font:15px/1.5 sans-serif;max-width:1100px;margin:2em auto;padding:0 1em}\
     table{border-collapse:collapse;margin:1em 0}\
     td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}\
     td:first-child,th:first-child{text-align:left}\
     svg{width:100%;height:auto;margin:1em 0;background:#fff}.missed{color:#b00}";

/// Returns the page.
pub fn page(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>Albumen under load</title><style>{STYLE}</style></head><body>\n\
         <h1>Albumen under load</h1>\n<p>{}</p>\n",
        escape(&text::settings(report)),
    );
    conclusions(&mut page, report);
    figures(&mut page, report);
    errors(&mut page, report);
    steps(&mut page, report);
    timeline(&mut page, report);
    if let Some(machine) = &report.machine {
        of_machine(&mut page, machine, report.timeline.interval);
    }
    if let Some(engines) = &report.engines {
        html_engines::write(&mut page, engines, report.timeline.interval);
    }
    page + "</body></html>\n"
}

fn conclusions(page: &mut String, report: &Report) {
    let total = &report.total;
    let _ = writeln!(
        page,
        "<p>Offered {:.1} requests a second, carried {:.1}: {} of {} answered right, {} refused, \
         {} failed.</p>\n<ul>",
        total.offered_rate,
        total.carried_rate,
        total.right,
        total.offered,
        total.shed,
        total.failed,
    );
    for sentence in &report.conclusions {
        let _ = writeln!(page, "<li>{}</li>", escape(sentence));
    }
    let _ = writeln!(page, "</ul>");
    if report.objectives.is_empty() {
        return;
    }
    let _ = writeln!(page, "<table><tr><th>objective</th><th>measured</th><th></th></tr>");
    for objective in &report.objectives {
        let kept = if objective.kept { "kept" } else { "missed" };
        let _ = writeln!(
            page,
            "<tr class=\"{kept}\"><td>{}</td><td>{}</td><td>{kept}</td></tr>",
            escape(&objective.text),
            escape(&objective.measured),
        );
    }
    let _ = writeln!(page, "</table>");
}

fn figures(page: &mut String, report: &Report) {
    let _ = writeln!(
        page,
        "<h2>By route</h2>\n<table><tr><th>route</th><th>offered</th><th>carried a second</th>\
         <th>p50</th><th>p95</th><th>p99</th><th>p99.9</th><th>longest</th><th>refused</th>\
         <th>failed</th></tr>"
    );
    row(page, &report.total);
    for route in &report.routes {
        row(page, route);
    }
    let _ = writeln!(page, "</table>");
}

fn row(page: &mut String, figures: &RouteFigures) {
    let times =
        [figures.p50_ms, figures.p95_ms, figures.p99_ms, figures.p999_ms, figures.longest_ms];
    let _ = write!(
        page,
        "<tr><td>{}</td><td>{}</td><td>{:.1}</td>",
        escape(&figures.route),
        figures.offered,
        figures.carried_rate,
    );
    for time in times {
        let _ = write!(page, "<td>{}</td>", text::time(time));
    }
    let _ = writeln!(page, "<td>{}</td><td>{}</td></tr>", figures.shed, figures.failed);
}

fn errors(page: &mut String, report: &Report) {
    if report.errors.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>Failures</h2>\n<table><tr><th>kind</th><th>requests</th></tr>");
    for (kind, count) in &report.errors {
        let _ = writeln!(page, "<tr><td>{}</td><td>{count}</td></tr>", escape(kind));
    }
    let _ = writeln!(page, "</table>");
}

fn steps(page: &mut String, report: &Report) {
    if report.steps.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>In search of the limit</h2>\n<ol>");
    for step in &report.steps {
        let _ = writeln!(page, "<li>{}</li>", escape(&text::step_line(step)));
    }
    let _ = writeln!(page, "</ol>\n<p>The figures are of the highest rate that was kept.</p>");
}

fn timeline(page: &mut String, report: &Report) {
    let timeline = &report.timeline;
    let interval = timeline.interval;
    let rates = [
        Line::whole("offered", &timeline.offered),
        Line::whole("carried", &timeline.carried),
        Line::whole("refused", &timeline.shed),
        Line::whole("failed", &timeline.failed),
    ];
    let _ = writeln!(page, "<h2>Over time</h2>");
    page.push_str(&chart("Requests", "a second", interval, &rates));
    let latencies = [
        Line { name: "p50".to_owned(), values: timeline.p50_ms.clone() },
        Line { name: "p99".to_owned(), values: timeline.p99_ms.clone() },
    ];
    page.push_str(&chart("Latency of all requests", "ms", interval, &latencies));
    let mut busiest: Vec<&RouteFigures> = report.routes.iter().collect();
    busiest.sort_by_key(|route| std::cmp::Reverse(route.offered));
    let mut lines = Vec::new();
    for route in busiest.into_iter().take(MOST_LINES) {
        let values = timeline
            .routes
            .get(&route.route)
            .cloned()
            .unwrap_or_default();
        lines.push(Line { name: route.route.clone(), values });
    }
    page.push_str(&chart("p99 by route", "ms", interval, &lines));
}

fn of_machine(page: &mut String, machine: &MachineFigures, interval: f64) {
    let mut lines = vec![Line::whole("the machine", &machine.busy)];
    for program in machine.programs.iter().take(MOST_LINES - 1) {
        lines.push(Line::whole(&program.name, &program.busy));
    }
    let _ = writeln!(page, "<h2>The machine</h2>");
    let title = format!("Processors in use, of {}", machine.processors);
    page.push_str(&chart(&title, "processors", interval, &lines));
    let percent: Vec<f64> = machine.memory.iter().map(|part| part * 100.0).collect();
    let memory = [Line::whole("not available", &percent)];
    page.push_str(&chart("Memory of the machine", "%", interval, &memory));
    let of_system = [Line::whole("all processes", &machine.system_memory_mb)];
    page.push_str(&chart("Memory of the system", "MB", interval, &of_system));
    let _ = writeln!(
        page,
        "<table><tr><th>program</th><th>processes</th><th>processors</th><th>memory</th></tr>"
    );
    for program in &machine.programs {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{:.3}</td><td>{:.0} MB</td></tr>",
            escape(&program.name),
            program.processes,
            program.processors,
            program.memory_mb,
        );
    }
    let _ = writeln!(
        page,
        "</table>\n<p>Processes at most; processors on average; memory at most, what processes \
         share counted for each.</p>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{engines, machine::ProgramFigures, report::tests::report};

    #[test]
    fn a_page_needs_nothing_else_and_has_all_plots() {
        let mut report = report(RouteFigures::default(), vec![RouteFigures::default()]);
        let plain = page(&report);
        assert_eq!(plain.matches("<svg").count(), 3);
        let program = ProgramFigures { name: "a<b".to_owned(), ..ProgramFigures::default() };
        report.machine =
            Some(MachineFigures { programs: vec![program], ..MachineFigures::default() });
        report.engines = Some(engines::tests::some());
        assert_eq!(super::page(&report).matches("<svg").count(), 12);
        report.engines = None;
        let page = page(&report);
        assert_eq!(page.matches("<svg").count(), 6);
        assert!(page.contains("a&lt;b") && !page.contains("a<b"));
        for outside in ["<script", "<link", "src=", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
