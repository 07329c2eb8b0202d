//! Two reports beside each other, as ratios.

use std::fmt::Write;

use crate::report::{Report, RouteFigures};

/// Returns the second report's figures as multiples of the first's, by route.
pub fn compare(first: &Report, second: &Report) -> String {
    let mut text = format!(
        "Second, of first: above 1 is more, or longer.\n\n{:<34} {:>8} {:>8} {:>7} {:>7} {:>7} \
         {:>7}   {}\n",
        "", "offered", "carried", "p50", "p95", "p99", "p99.9", "failed and refused",
    );
    row(&mut text, &first.total, &second.total);
    for route in &first.routes {
        match second.figures(&route.route) {
            Some(other) => row(&mut text, route, other),
            None => {
                let _ = writeln!(text, "{:<34} only in the first", route.route);
            }
        }
    }
    for route in &second.routes {
        if first.figures(&route.route).is_none() {
            let _ = writeln!(text, "{:<34} only in the second", route.route);
        }
    }
    settings(&mut text, first, second);
    text
}

fn row(text: &mut String, first: &RouteFigures, second: &RouteFigures) {
    let _ = write!(
        text,
        "{:<34} {:>8} {:>8}",
        first.route,
        ratio(Some(first.offered_rate), Some(second.offered_rate)),
        ratio(Some(first.carried_rate), Some(second.carried_rate)),
    );
    for (before, after) in [
        (first.p50_ms, second.p50_ms),
        (first.p95_ms, second.p95_ms),
        (first.p99_ms, second.p99_ms),
        (first.p999_ms, second.p999_ms),
    ] {
        let _ = write!(text, " {:>7}", ratio(before, after));
    }
    let _ = writeln!(
        text,
        "   {:.2} % → {:.2} %",
        first.error_share() * 100.0,
        second.error_share() * 100.0,
    );
}

/// Says which settings differ: then it is not the system alone that is compared.
fn settings(text: &mut String, first: &Report, second: &Report) {
    text.push('\n');
    let before = facts(first);
    let after = facts(second);
    for ((name, one), (_, other)) in before.iter().zip(&after) {
        if one != other {
            let _ = writeln!(text, "The {name} differs: {one}, then {other}.");
        }
    }
}

fn facts(report: &Report) -> [(&'static str, String); 6] {
    let settings = &report.settings;
    [
        ("rate", settings.rate.to_string()),
        ("shape", settings.shape.clone()),
        ("seed", settings.seed.to_string()),
        ("mix of users", format!("{:?}", settings.mix)),
        ("library", format!("{} albums, {} photos", settings.albums, settings.photos)),
        ("build", if settings.is_release { "release" } else { "debug" }.to_owned()),
    ]
}

fn ratio(first: Option<f64>, second: Option<f64>) -> String {
    match (first, second) {
        (Some(first), Some(second)) if first > 0.0 => format!("{:.2}", second / first),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    fn figures(route: &str, carried_rate: f64, p99: f64) -> RouteFigures {
        RouteFigures {
            route: route.to_owned(),
            carried_rate,
            p99_ms: Some(p99),
            ..RouteFigures::default()
        }
    }

    #[test]
    fn figures_are_multiples_of_the_first() {
        let first = report(figures("all", 10.0, 50.0), vec![figures("GET /a", 10.0, 50.0)]);
        let mut second = report(figures("all", 20.0, 25.0), vec![figures("GET /b", 1.0, 1.0)]);
        second.settings.seed = 2;
        let text = compare(&first, &second);
        let total = text
            .lines()
            .find(|line| line.starts_with("all"))
            .expect("a line");
        let columns: Vec<&str> = total.split_whitespace().collect();
        assert_eq!(columns[1..7], ["–", "2.00", "–", "–", "0.50", "–"]);
        assert!(text.contains("only in the first") && text.contains("only in the second"));
        assert!(text.contains("The seed differs: 1, then 2."), "{text}");
        assert!(!text.contains("The rate differs"), "{text}");
    }
}
