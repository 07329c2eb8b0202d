//! The machine and the system's programs over a run, from samples.

use serde::{Deserialize, Serialize};

use crate::{
    proc::GENERATOR,
    processes::{Sample, Samples},
};

/// A megabyte.
const MB: f64 = 1024.0 * 1024.0;

/// The machine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MachineFigures {
    /// Its processors.
    pub processors: usize,
    /// Processors that were busy, in each interval.
    pub busy: Vec<f64>,
    /// The part of memory that was not available, in each interval.
    pub memory: Vec<f64>,
    /// The memory of the system's processes together, in megabytes, in each interval.
    #[serde(default)]
    pub system_memory_mb: Vec<f64>,
    /// The system's programs, the busiest first.
    pub programs: Vec<ProgramFigures>,
}

/// A program of the system: all of its processes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ProgramFigures {
    /// Its name.
    pub name: String,
    /// The most processes of it.
    pub processes: usize,
    /// Processors that it kept busy on average.
    pub processors: f64,
    /// The most memory that it had, in megabytes.
    pub memory_mb: f64,
    /// Processors that it kept busy, in each interval.
    pub busy: Vec<f64>,
}

/// Returns the figures of samples.
pub fn figures(samples: &Samples) -> MachineFigures {
    let mut names: Vec<&String> = Vec::new();
    for sample in &samples.intervals {
        for name in sample.programs.keys() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let mut programs = Vec::new();
    for name in names {
        programs.push(program(name, &samples.intervals));
    }
    programs.sort_by(|left, right| right.processors.total_cmp(&left.processors));
    let busy = samples.intervals.iter().map(|sample| sample.busy);
    let memory = samples.intervals.iter().map(|sample| sample.memory);
    MachineFigures {
        processors: samples.processors,
        busy: busy.collect(),
        memory: memory.collect(),
        system_memory_mb: samples.intervals.iter().map(system_memory_mb).collect(),
        programs,
    }
}

/// Returns the memory of the system's processes together, without the generator's.
#[expect(clippy::cast_precision_loss, reason = "bytes of a machine")]
fn system_memory_mb(sample: &Sample) -> f64 {
    let mut bytes = 0;
    for (name, usage) in &sample.programs {
        if name != GENERATOR {
            bytes += usage.memory;
        }
    }
    bytes as f64 / MB
}

#[expect(clippy::cast_precision_loss, reason = "bytes and intervals")]
fn program(name: &str, samples: &[Sample]) -> ProgramFigures {
    let mut figures = ProgramFigures { name: name.to_owned(), ..ProgramFigures::default() };
    for sample in samples {
        let usage = sample.programs.get(name).copied().unwrap_or_default();
        figures.processes = figures.processes.max(usage.processes);
        figures.memory_mb = figures.memory_mb.max(usage.memory as f64 / MB);
        figures.busy.push(usage.processors);
    }
    figures.processors = figures.busy.iter().sum::<f64>() / samples.len().max(1) as f64;
    figures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processes::Usage;

    #[test]
    fn the_generator_s_memory_is_not_the_system_s() {
        let usage = |megabytes: u64| Usage {
            processes: 1,
            processors: 0.5,
            memory: megabytes * 1024 * 1024,
        };
        let mut sample = Sample::default();
        sample.programs.insert("mariadbd".to_owned(), usage(100));
        sample.programs.insert(GENERATOR.to_owned(), usage(30));
        let figures = figures(&Samples { processors: 2, intervals: vec![sample] });
        assert_eq!(figures.system_memory_mb, [100.0]);
        assert_eq!(figures.programs.len(), 2);
    }
}
