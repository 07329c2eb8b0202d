//! `/proc`: the processes of a system, and the machine that they share.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
};

use rustix::param::{clock_ticks_per_second, page_size};

/// The name of this process.
pub const GENERATOR: &str = "load, this generator";

/// The variable that has the name of a process's function, as it stands in its environment.
const FUNCTION_NAME: &[u8] = b"AWS_LAMBDA_FUNCTION_NAME=";

/// The state of processes and machine at one instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Ticks of the machine's processors in which they did something.
    pub busy: u64,
    /// All ticks of the machine's processors.
    pub all: u64,
    /// The part of the machine's memory that is not available.
    pub memory: f64,
    /// The processes, by their ids.
    pub processes: HashMap<u32, Process>,
}

/// A process at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// The name of its program.
    pub name: String,
    /// Ticks of processor time that it has used.
    pub ticks: u64,
    /// Bytes of memory that it has, those that it shares with others included.
    pub memory: u64,
}

/// A line of `/proc/[pid]/stat`, as far as it is read.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    ticks: u64,
    pages: u64,
}

/// Returns the number of the machine's processors.
pub fn processors() -> usize {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let lines = stat.lines().filter(|line| is_of_one_processor(line));
    lines.count().max(1)
}

fn is_of_one_processor(line: &str) -> bool {
    match line.strip_prefix("cpu") {
        Some(rest) => rest.starts_with(|letter: char| letter.is_ascii_digit()),
        None => false,
    }
}

/// Returns the clock ticks of a second.
#[expect(clippy::cast_precision_loss, reason = "a hundred")]
pub fn ticks_per_second() -> f64 {
    clock_ticks_per_second() as f64
}

/// Reads the machine, the process of a system with all that it has started, and this process.
pub fn read(system: u32) -> Reading {
    let (busy, all) = machine(&fs::read_to_string("/proc/stat").unwrap_or_default());
    let memory = memory(&fs::read_to_string("/proc/meminfo").unwrap_or_default());
    let stats = stats();
    let mut processes = HashMap::new();
    for pid in descendants(system, &stats) {
        let name = name(pid);
        processes.insert(pid, process(name, &stats[&pid]));
    }
    let own = std::process::id();
    if let Some(stat) = stats.get(&own) {
        processes.insert(own, process(GENERATOR.to_owned(), stat));
    }
    Reading { busy, all, memory, processes }
}

fn process(name: String, stat: &Stat) -> Process {
    Process { name, ticks: stat.ticks, memory: stat.pages * page_size() as u64 }
}

fn stats() -> BTreeMap<u32, Stat> {
    let mut stats = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(Ok(pid)) = entry.file_name().to_str().map(str::parse::<u32>) else { continue };
        // It may have ended since.
        let Ok(text) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
        if let Some(stat) = stat(&text) {
            stats.insert(pid, stat);
        }
    }
    stats
}

/// Reads fields 4, 14, 15 and 24 of `/proc/[pid]/stat`. Field 2, the program's name, stands in
/// parentheses and may hold anything.
fn stat(text: &str) -> Option<Stat> {
    let (_, after_name) = text.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let number = |at: usize| -> Option<u64> { fields.get(at)?.parse().ok() };
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        ticks: number(11)? + number(12)?,
        pages: number(21)?,
    })
}

/// Returns a process and all that have come from it.
fn descendants(root: u32, stats: &BTreeMap<u32, Stat>) -> Vec<u32> {
    let mut found = Vec::new();
    if stats.contains_key(&root) {
        found.push(root);
    }
    let mut at = 0;
    while at < found.len() {
        for (pid, stat) in stats {
            if stat.parent == found[at] && *pid != found[at] {
                found.push(*pid);
            }
        }
        at += 1;
    }
    found
}

/// Returns the name of a process's program, and of what is in one process besides the gateway. A
/// function's is that of its binary, also where a command runs it.
fn name(pid: u32) -> String {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    if let Some(function) = function(&environment) {
        return kebab_case(function);
    }
    let program = match fs::read_link(format!("/proc/{pid}/exe")) {
        Ok(path) => path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        Err(_) => None,
    };
    let program = program.unwrap_or_else(|| format!("process {pid}"));
    match program.trim_end_matches(" (deleted)") {
        "local" => "local: gateway, S3, DynamoDB, SQS".to_owned(),
        program => program.to_owned(),
    }
}

/// Returns the name of the function whose environment a process has, without the stack's before it.
fn function(environment: &[u8]) -> Option<&str> {
    for variable in environment.split(|byte| *byte == 0) {
        if let Some(name) = variable.strip_prefix(FUNCTION_NAME) {
            let name = std::str::from_utf8(name).ok()?;
            return name.rsplit('-').next();
        }
    }
    None
}

/// Returns `get-album` for `GetAlbum`.
fn kebab_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// Reads the first line of `/proc/stat`: busy and all ticks. Time that a virtual machine was not
/// given counts as busy, because nobody here could have it.
fn machine(stat: &str) -> (u64, u64) {
    let first = stat.lines().next().unwrap_or_default();
    // user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of the first two.
    let fields: Vec<u64> = first
        .split_whitespace()
        .skip(1)
        .take(8)
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    let all: u64 = fields.iter().sum();
    let idle = fields.get(3).unwrap_or(&0) + fields.get(4).unwrap_or(&0);
    (all - idle, all)
}

/// Reads the part of the memory that is not available from `/proc/meminfo`.
#[expect(clippy::cast_precision_loss, reason = "kilobytes of a machine")]
fn memory(meminfo: &str) -> f64 {
    let field = |name: &str| -> Option<u64> {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    match (field("MemAvailable:"), field("MemTotal:")) {
        (Some(available), Some(total)) if total > 0 => 1.0 - available as f64 / total as f64,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let text = "42 (a) b (c) S 7 42 42 0 -1 4194560 900 0 0 0 37 5 0 0 20 0 1 0 100 2048 33 1";
        assert_eq!(stat(text), Some(Stat { parent: 7, ticks: 42, pages: 33 }));
        assert_eq!(stat("42 x"), None);
    }

    #[test]
    fn all_that_a_process_has_started_is_found() {
        let child_of = |parent| Stat { parent, ticks: 0, pages: 0 };
        let stats = [(1, 0), (5, 1), (6, 5), (7, 6), (8, 1), (9, 5)];
        let stats = stats.map(|(pid, parent)| (pid, child_of(parent))).into();
        let mut found = descendants(5, &stats);
        found.sort_unstable();
        assert_eq!(found, [5, 6, 7, 9]);
        assert!(descendants(99, &stats).is_empty());
    }

    #[test]
    fn a_process_of_a_function_has_the_function_s_name() {
        let environment = b"TZ=:UTC\0AWS_LAMBDA_FUNCTION_NAME=albumen-GetAlbum\0LANG=C";
        assert_eq!(function(environment).map(kebab_case).as_deref(), Some("get-album"));
        assert_eq!(function(b"TZ=:UTC"), None);
    }

    #[test]
    fn the_machine_is_read() {
        assert_eq!(machine("cpu  10 1 5 80 4 0 0 2 0 0\ncpu0 1\n"), (18, 102));
        assert_eq!(machine(""), (0, 0));
        let meminfo = "MemTotal:  1000 kB\nMemFree: 100 kB\nMemAvailable:  250 kB\n";
        assert!((memory(meminfo) - 0.75).abs() < 1e-9);
        assert!(is_of_one_processor("cpu1 1 2"));
        assert!(!is_of_one_processor("cpu  1 2"));
    }

    #[test]
    fn this_process_is_there() {
        let own = std::process::id();
        let reading = read(own);
        assert!(reading.all > 0);
        assert!(reading.processes[&own].memory > 0);
        assert!(processors() >= 1);
    }
}
