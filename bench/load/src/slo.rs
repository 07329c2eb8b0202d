//! Objectives: `GET /v1/albums/{album} p99<300ms`, `all errors<0.1%`.

use std::{fmt, str::FromStr};

use crate::{
    report::{Objective, Report},
    route::Route,
};

/// The word for all requests.
pub const ALL: &str = "all";

/// An objective.
#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    /// The route; none for all requests.
    route: Option<Route>,
    measure: Measure,
    /// The value that the measure has to stay below: milliseconds, or a part of one.
    limit: f64,
}

/// A measure that can be held to a limit.
#[derive(Clone, Debug, PartialEq)]
enum Measure {
    /// A percentile of latency, by its number as it is written.
    Percentile(String),
    /// The part of requests without a right answer.
    Errors,
    /// The part of requests that were told to come again later.
    Shed,
}

impl FromStr for Slo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || {
            format!(
                "\"{text}\" is no objective: as in \"GET /v1/albums/{{album}} p99<300ms\" or \
                 \"all errors<0.1%\""
            )
        };
        let (left, limit) = text.split_once('<').ok_or_else(shape)?;
        let (route, measure) = left.trim().rsplit_once(' ').ok_or_else(shape)?;
        let route = match route.trim() {
            ALL => None,
            name => Some(name.parse()?),
        };
        let measure = match measure {
            "errors" => Measure::Errors,
            "shed" => Measure::Shed,
            percentile => Measure::Percentile(percentile_of(percentile).ok_or_else(shape)?),
        };
        let limit = match measure {
            Measure::Percentile(_) => milliseconds(limit),
            Measure::Errors | Measure::Shed => part(limit),
        };
        Ok(Self { route, measure, limit: limit.ok_or_else(shape)? })
    }
}

/// Reads `p99` or `p99.9`: a whole number below 100, or that one.
fn percentile_of(text: &str) -> Option<String> {
    let number = text.strip_prefix('p')?;
    let is_whole = number
        .parse::<u8>()
        .is_ok_and(|number| (1..=99).contains(&number));
    (is_whole || number == "99.9").then(|| number.to_owned())
}

/// Reads `300ms` or `1.5s`.
fn milliseconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, times) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s')?, 1000.0),
    };
    positive(number).map(|number| number * times)
}

/// Reads `0.1%`.
fn part(text: &str) -> Option<f64> {
    positive(text.trim().strip_suffix('%')?).map(|number| number / 100.0)
}

fn positive(text: &str) -> Option<f64> {
    let number: f64 = text.trim().parse().ok()?;
    (number > 0.0 && number.is_finite()).then_some(number)
}

impl fmt::Display for Slo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let route = self.route.map_or(ALL, Route::name);
        match &self.measure {
            Measure::Percentile(number) => {
                write!(formatter, "{route} p{number}<{}ms", self.limit)
            }
            Measure::Errors => write!(formatter, "{route} errors<{}%", self.limit * 100.0),
            Measure::Shed => write!(formatter, "{route} shed<{}%", self.limit * 100.0),
        }
    }
}

impl Slo {
    /// Holds a report against the objective. One of a route that nobody asked is not kept: nothing
    /// shows that it is.
    pub fn hold(&self, report: &Report) -> Objective {
        let figures = match self.route {
            Some(route) => report.figures(route.name()),
            None => Some(&report.total),
        };
        let value = match (figures, &self.measure) {
            (Some(figures), Measure::Percentile(number)) => {
                figures.percentiles.get(number).copied()
            }
            (Some(figures), Measure::Errors) => Some(figures.error_share()),
            (Some(figures), Measure::Shed) => Some(figures.shed_share()),
            (None, _) => None,
        };
        let measured = match (value, &self.measure) {
            (None, _) => "no right answer".to_owned(),
            (Some(value), Measure::Percentile(_)) => format!("{value:.1} ms"),
            (Some(value), _) => format!("{:.2} %", value * 100.0),
        };
        let kept = value.is_some_and(|value| value < self.limit);
        Objective { text: self.to_string(), measured, kept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{RouteFigures, tests::report};

    #[test]
    fn an_objective_is_read_as_it_is_written() {
        for text in [
            "GET /v1/albums/{album} p99<300ms",
            "all p99.9<1500ms",
            "photo ready p50<2000ms",
            "all errors<0.1%",
            "GET /v1/search shed<1%",
        ] {
            assert_eq!(text.parse::<Slo>().expect("an objective").to_string(), text);
        }
        let seconds: Slo = "all p95 < 1.5s".parse().expect("an objective");
        assert_eq!(seconds.to_string(), "all p95<1500ms");
    }

    #[test]
    fn what_is_no_objective_is_refused() {
        for text in [
            "",
            "all",
            "all p99",
            "all p99<",
            "all p99<300",
            "all p0<1ms",
            "all p100<1ms",
            "all p99<-1ms",
            "all errors<1ms",
            "GET / p99<1ms",
            "p99<300ms",
        ] {
            assert!(text.parse::<Slo>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_objective_is_kept_below_its_limit_alone() {
        let percentiles = [("99".to_owned(), 250.0)].into();
        let figures = RouteFigures {
            route: Route::GetAlbum.name().to_owned(),
            offered: 1000,
            right: 990,
            shed: 4,
            failed: 6,
            percentiles,
            ..RouteFigures::default()
        };
        let report = report(figures.clone(), vec![figures]);
        let kept = |text: &str| {
            text.parse::<Slo>()
                .expect("an objective")
                .hold(&report)
                .kept
        };
        assert!(kept("GET /v1/albums/{album} p99<251ms"));
        assert!(!kept("GET /v1/albums/{album} p99<250ms"));
        assert!(kept("GET /v1/albums/{album} errors<1.1%"));
        assert!(!kept("GET /v1/albums/{album} errors<1%"));
        assert!(kept("GET /v1/albums/{album} shed<0.5%"));
        assert!(!kept("GET /v1/search p99<9s"), "nobody asked it");
    }
}
