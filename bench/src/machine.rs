//! Linux for a measurement: binds a process to one CPU or to a share of them, and reads in `/proc`
//! what it cost.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::{
    param::clock_ticks_per_second,
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};
use shared::error::Cause;
use tokio::{
    process::{Child, Command},
    runtime::Handle,
};

/// Starts a process on one CPU, the last of this process's: the others are for the database and
/// for this process. A function of 256 MB has less than one.
pub fn on_one_cpu(mut command: Command) -> Result<(Child, Instant), Cause> {
    let runtime = Handle::current();
    let spawn = move || {
        let all = sched_getaffinity(None)?;
        let last = (0..CpuSet::MAX_CPU)
            .rev()
            .find(|cpu| all.is_set(*cpu))
            .unwrap_or(0);
        let mut one = CpuSet::new();
        one.set(last);
        // Holds for this thread, which ends here, and for the process, which inherits it.
        sched_setaffinity(None, &one)?;
        let _entered = runtime.enter();
        let started = Instant::now();
        Ok::<_, std::io::Error>((command.spawn()?, started))
    };
    let spawned = std::thread::spawn(spawn)
        .join()
        .map_err(|_| "the thread that starts processes panicked")?;
    Ok(spawned?)
}

/// Microseconds after which a quota of processor time begins anew.
const PERIOD: u32 = 100_000;

/// A control group of Linux whose processes get a certain part of the processors, as those of a
/// Lambda function do. It is gone when this is, if no process is left in it.
pub struct Group(PathBuf);

impl Group {
    /// A group that may use so many processors at once. In version 1 of control groups quotas have
    /// a folder of their own.
    ///
    /// # Errors
    /// Without the right to make one.
    pub fn new(name: &str, processors: f64) -> Result<Self, Cause> {
        let first = Path::new("/sys/fs/cgroup/cpu");
        let second = Path::new("/sys/fs/cgroup");
        let is_first =
            first.join("cpu.cfs_quota_us").exists() || !second.join("cgroup.controllers").exists();
        let group = Self(
            if is_first { first } else { second }.join(format!("{name}-{}", std::process::id())),
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some processors"
        )]
        let quota = (f64::from(PERIOD) * processors) as u64;
        let limit = || {
            fs::create_dir(&group.0)?;
            if is_first {
                fs::write(group.0.join("cpu.cfs_period_us"), PERIOD.to_string())?;
                return fs::write(group.0.join("cpu.cfs_quota_us"), quota.to_string());
            }
            fs::write(second.join("cgroup.subtree_control"), "+cpu")?;
            fs::write(group.0.join("cpu.max"), format!("{quota} {PERIOD}"))
        };
        limit().map_err(|error| {
            format!("{}: {error}; this needs root, and control groups", group.0.display())
        })?;
        Ok(group)
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // What cannot be removed limits nobody who is not in it.
        drop(fs::remove_dir(&self.0));
    }
}

/// Has this process, with all its threads, join a control group.
pub fn join(group: &Path) -> Result<(), Cause> {
    let path = group.join("cgroup.procs");
    Ok(fs::write(&path, "0").map_err(|error| format!("{}: {error}", path.display()))?)
}

/// The running children of a process that have this name, by their ids.
pub fn children(parent: u32, name: &str) -> impl Iterator<Item = String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().into_string().ok());
    ids.filter(move |id| id.parse::<u32>().is_ok() && is_child(id, parent, name))
}

fn is_child(id: &str, parent: u32, name: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    field("Name:") == Some(name) && field("PPid:") == Some(&parent.to_string())
}

/// Processor time that a process has used, of all its threads.
pub fn processor_time(process: &str) -> Result<Duration, Cause> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let ticks = ticks(&stat).ok_or("/proc/[pid]/stat is not as proc(5) says")?;
    Ok(Duration::from_secs(ticks) / u32::try_from(clock_ticks_per_second())?)
}

/// The most memory that a process has had at once, in bytes. `process` is its id, or `self`.
pub fn peak_memory(process: &str) -> Result<u64, Cause> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(peak(&status).ok_or("/proc/[pid]/status has no VmHWM")?)
}

/// Fields 14 and 15 of `/proc/[pid]/stat`, user and system time. Field 2, the program's name,
/// stands in parentheses and may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// `VmHWM`, which stands in KiB.
fn peak(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_says_is_read_whatever_the_program_s_name() {
        let stat = "4242 (a) b (c) S 1 4242 4242 0 -1 4194560 900 0 0 0 37 5 0 0 20 0 1 0 100 1 1";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(peak("Name:\tx\nVmPeak:\t  999 kB\nVmHWM:\t   12 kB\n"), Some(12 * 1024));
        assert_eq!((ticks("4242 x"), peak("Name:\tx\n")), (None, None));
    }
}
