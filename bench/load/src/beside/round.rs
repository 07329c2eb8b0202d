//! The figures of a system in one round.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{machine::ProgramFigures, proc::GENERATOR, report::Report, route::Route};

/// The figures of a round at the same rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Round {
    /// The middle latency.
    pub p50_ms: f64,
    /// The latency that 99 % do not exceed.
    pub p99_ms: f64,
    /// Processor time of the functions for each right answer.
    pub function_cpu_ms: f64,
    /// The same of the whole system.
    pub system_cpu_ms: f64,
    /// The most memory of all environments of the functions.
    pub function_memory_mb: f64,
    /// The most environments.
    pub processes: f64,
    /// The answers that said something wrong.
    pub wrong: u64,
}

impl Round {
    /// Returns the figures of a report.
    pub fn of(report: &Report) -> Self {
        let mut round = Self {
            p50_ms: report.total.p50_ms.unwrap_or_default(),
            p99_ms: report.total.p99_ms.unwrap_or_default(),
            wrong: report.wrong(),
            ..Self::default()
        };
        let Some(machine) = &report.machine else { return round };
        let functions = functions(report);
        for program in &machine.programs {
            if program.name == GENERATOR {
                continue;
            }
            let cpu_ms = milliseconds_an_answer(program, report);
            round.system_cpu_ms += cpu_ms;
            if functions.contains(program.name.as_str()) {
                round.function_cpu_ms += cpu_ms;
                round.function_memory_mb += program.memory_mb;
                round.processes += f64::from(u32::try_from(program.processes).unwrap_or(0));
            }
        }
        round
    }
}

/// Returns the binaries of the functions that were asked.
fn functions(report: &Report) -> BTreeSet<&'static str> {
    let mut functions = BTreeSet::new();
    for figures in &report.routes {
        if let Ok(route) = figures.route.parse::<Route>() {
            functions.extend(route.function());
        }
    }
    functions
}

fn milliseconds_an_answer(program: &ProgramFigures, report: &Report) -> f64 {
    let carried = report.total.carried_rate;
    if carried > 0.0 { program.processors * 1e3 / carried } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        machine::MachineFigures,
        report::{RouteFigures, tests::report},
    };

    #[test]
    fn processor_time_is_told_for_each_right_answer() {
        let total = RouteFigures { carried_rate: 100.0, ..RouteFigures::default() };
        let album = Route::GetAlbum.name().to_owned();
        let mut report =
            report(total, vec![RouteFigures { route: album, ..RouteFigures::default() }]);
        let program = |name: &str, processors: f64| ProgramFigures {
            name: name.to_owned(),
            processes: 2,
            processors,
            memory_mb: 16.0,
            busy: Vec::new(),
        };
        report.machine = Some(MachineFigures {
            programs: vec![
                program("get-album", 0.05),
                program("mariadbd", 0.1),
                program(GENERATOR, 0.7),
            ],
            ..MachineFigures::default()
        });
        let round = Round::of(&report);
        assert!((round.function_cpu_ms - 0.5).abs() < 1e-9, "{round:?}");
        assert!((round.system_cpu_ms - 1.5).abs() < 1e-9, "{round:?}");
        assert!((round.function_memory_mb - 16.0).abs() < 1e-9, "{round:?}");
    }
}
