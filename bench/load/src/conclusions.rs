//! The conclusions of a report in sentences, each of which follows from its figures.

use std::fmt::Write;

use crate::{
    engines::{EngineFigures, average, highest},
    machine::MachineFigures,
    proc::GENERATOR,
    report::Report,
};

/// Arrivals that are later than this are the generator's fault, in milliseconds: the clock of its
/// runtime has steps of one.
const LATE: f64 = 10.0;
/// The part of busy processors that others may use: with more, figures are not the system's alone.
const OTHERS: f64 = 0.1;
/// The programs that are named.
const NAMED: usize = 5;

/// Returns the conclusions.
pub fn of(report: &Report) -> Vec<String> {
    let mut sentences = report.verdict.sentences();
    match &report.machine {
        Some(machine) => sentences.extend(consumers(machine)),
        None => sentences.push(
            "The system runs elsewhere: its processes, memory and processors were not sampled."
                .to_owned(),
        ),
    }
    sentences.extend(refusals(report));
    sentences.extend(of_generator(report));
    match &report.engines {
        Some(engines) => sentences.extend(of_engines(engines, report)),
        None => sentences.push(
            "Ages of queues, units of the hot table, statements and connections were not sampled."
                .to_owned(),
        ),
    }
    sentences.extend(report.drain.map(|drain| drain.sentence()));
    sentences
}

/// Returns what the engines were asked for.
fn of_engines(engines: &EngineFigures, report: &Report) -> Vec<String> {
    let mut sentences = Vec::new();
    let carried = report.total.carried_rate;
    let read = average(&engines.units_read);
    let written = average(&engines.units_written);
    let statements = average(&engines.statements);
    let mut sentence = format!(
        "A second, {read:.0} units of the hot table were read and {written:.0} written, and the \
         database ran {statements:.0} statements"
    );
    if carried > 0.0 {
        let _ = write!(
            sentence,
            ": {:.2}, {:.2} and {:.2} for each right answer",
            read / carried,
            written / carried,
            statements / carried,
        );
    }
    sentences.push(format!(
        "{sentence}. It had at most {:.0} of {:.0} connections; on {:.0} of them a statement ran, \
         and {:.0} waited for a lock.",
        highest(&engines.connections),
        engines.most_connections,
        highest(&engines.running),
        highest(&engines.waiting_for_locks),
    ));
    for (name, queue) in &engines.queues {
        sentences.push(format!(
            "The queue {name} had at most {:.0} messages, the oldest {:.1} s old.",
            highest(&queue.messages),
            highest(&queue.oldest_seconds),
        ));
    }
    sentences
}

/// Returns who used the processors.
#[expect(clippy::cast_precision_loss, reason = "a few processors")]
fn consumers(machine: &MachineFigures) -> Option<String> {
    let intervals = machine.busy.len().max(1) as f64;
    let busy = machine.busy.iter().sum::<f64>() / intervals;
    if busy <= 0.0 {
        return None;
    }
    let mut parts = Vec::new();
    let mut sampled = 0.0;
    for program in &machine.programs {
        let percent = program.processors / busy * 100.0;
        sampled += program.processors;
        if parts.len() < NAMED && percent >= 1.0 {
            parts.push(format!("{} {percent:.0} %", program.name));
        }
    }
    let others = ((busy - sampled) / busy).max(0.0);
    let mut sentence = format!(
        "On average {busy:.2} of {} processors were busy. Of that time: {}; what is not the \
         system's nor the generator's {:.0} %.",
        machine.processors,
        parts.join(", "),
        others * 100.0,
    );
    if others > OTHERS {
        sentence += " The machine was not quiet: these figures are not the system's alone.";
    }
    Some(sentence)
}

/// Returns what is to be said of refusals.
fn refusals(report: &Report) -> Option<String> {
    let shed = report.total.shed;
    if shed == 0 {
        return None;
    }
    let percent = report.total.shed_share() * 100.0;
    let refused =
        format!("{shed} requests ({percent:.2} %) were refused and told when to come again");
    Some(match &report.verdict.first {
        Some(first) => format!("{refused}, in a run in which {} ran out.", first.name),
        None => format!("{refused}, though nothing sampled ran out: a limit of rate refuses them."),
    })
}

/// Returns what is to be said of the generator.
fn of_generator(report: &Report) -> Vec<String> {
    let mut sentences = Vec::new();
    let generator = report.generator;
    if generator.not_sent > 0 {
        sentences.push(format!(
            "{} requests were not sent, because {} were in flight: that is the generator's bound, \
             and they count as failed.",
            generator.not_sent, report.settings.in_flight,
        ));
    }
    if generator.late_p99_ms > LATE {
        sentences.push(format!(
            "The generator was late: 1 % of arrivals by more than {:.0} ms, which latencies have in \
             them. It had too little processor time.",
            generator.late_p99_ms,
        ));
    }
    if let Some(machine) = &report.machine
        && let Some(own) = machine
            .programs
            .iter()
            .find(|program| program.name == GENERATOR)
        && own.processors > 0.0
    {
        sentences.push(format!(
            "The generator shares the machine with the system and used {:.2} processors of it.",
            own.processors,
        ));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drain::Drain,
        engines,
        machine::ProgramFigures,
        report::{RouteFigures, tests::report},
        shortage::{Standing, Verdict},
    };

    fn program(name: &str, processors: f64) -> ProgramFigures {
        ProgramFigures { name: name.to_owned(), processors, ..ProgramFigures::default() }
    }

    #[test]
    fn those_who_used_the_processors_are_named_by_their_parts() {
        let mut report = report(RouteFigures::default(), Vec::new());
        report.machine = Some(MachineFigures {
            processors: 2,
            busy: vec![2.0, 2.0],
            memory: vec![0.5, 0.5],
            system_memory_mb: Vec::new(),
            programs: vec![program("mariadbd", 1.0), program(GENERATOR, 0.5)],
        });
        let text = of(&report).join(" ");
        assert!(text.contains("2.00 of 2 processors were busy"), "{text}");
        assert!(text.contains("mariadbd 50 %, load, this generator 25 %"), "{text}");
        assert!(text.contains("nor the generator's 25 %"), "{text}");
        assert!(text.contains("The machine was not quiet"), "{text}");
        assert!(text.contains("used 0.50 processors"), "{text}");
    }

    #[test]
    fn what_the_engines_were_asked_for_is_told_for_each_answer() {
        let total = RouteFigures { carried_rate: 10.0, ..RouteFigures::default() };
        let mut report = report(total, Vec::new());
        assert!(
            of(&report)
                .join(" ")
                .contains("connections were not sampled")
        );
        report.engines = Some(engines::tests::some());
        report.drain = Some(Drain { seconds: Some(2.0), ..Drain::default() });
        let text = of(&report).join(" ");
        assert!(text.contains("5 units of the hot table were read"), "{text}");
        assert!(text.contains("15 statements: 0.50, 0.00 and 1.50 for each"), "{text}");
        assert!(text.contains("at most 9 of 151 connections"), "{text}");
        assert!(
            text.contains("The queue uploads had at most 4 messages, the oldest 2.0"),
            "{text}"
        );
        assert!(text.contains("2.0 s after the last arrival"), "{text}");
        assert!(!text.contains("connections were not sampled"), "{text}");
    }

    #[test]
    fn refusals_without_a_shortage_are_those_of_a_limit() {
        let total = RouteFigures { offered: 100, right: 90, shed: 10, ..RouteFigures::default() };
        let mut report = report(total, Vec::new());
        assert!(
            of(&report)
                .iter()
                .any(|sentence| sentence.contains("a limit of rate"))
        );
        let first = Standing {
            name: "the processors".to_owned(),
            limit: 2.0,
            highest: 1.0,
            out_from: Some(1.0),
            oldest_seconds: None,
        };
        report.verdict = Verdict { first: Some(first), others: Vec::new() };
        let text = of(&report).join(" ");
        assert!(text.contains("10 requests (10.00 %)"), "{text}");
        assert!(text.contains("in a run in which the processors ran out"), "{text}");
    }

    #[test]
    fn a_generator_that_failed_says_so() {
        let mut report = report(RouteFigures::default(), Vec::new());
        assert!(!of(&report).join(" ").contains("generator"));
        report.generator.not_sent = 7;
        report.generator.late_p99_ms = 80.0;
        let text = of(&report).join(" ");
        assert!(text.contains("7 requests were not sent, because 10 were in flight"), "{text}");
        assert!(text.contains("late: 1 % of arrivals by more than 80 ms"), "{text}");
        assert!(text.contains("The system runs elsewhere"), "{text}");
    }
}
