//! Archive jobs as a table.

use super::ListedJob;

/// Returns a line for each job, and one with their sums.
pub fn table(jobs: &[ListedJob]) -> String {
    let mut lines =
        vec![line(["MONTH", "JOB", "SHARDS", "STATE", "TO", "ROWS", "IN MYSQL", "BYTES"])];
    let mut dropped = 0;
    let mut rows = 0;
    let mut bytes = 0;
    for job in jobs {
        lines.push(job_line(job));
        if let Some(reason) = &job.reason {
            lines.push(format!("         {reason}"));
        }
        if job.is_dropped() {
            dropped += 1;
        }
        rows += job.rows;
        bytes += job.bytes;
    }
    let count = jobs.len();
    lines.push(format!("{dropped} of {count} jobs done, {rows} rows, {bytes} bytes"));
    lines.join("\n")
}

fn job_line(job: &ListedJob) -> String {
    let (first_shard, last_shard) = job.shards;
    line([
        &job.month,
        &job.generation.to_string(),
        &format!("{first_shard}-{last_shard}"),
        &job.state,
        &job.target,
        &job.rows.to_string(),
        &job.kept.to_string(),
        &job.bytes.to_string(),
    ])
}

fn line(cells: [&str; 8]) -> String {
    let [month, job, shards, state, to, rows, kept, bytes] = cells;
    format!(
        "{month:<8} {job:>3}  {shards:<10} {state:<10} {to:<9} {rows:>10} {kept:>10} {bytes:>12}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_failed_says_why() {
        let job = ListedJob {
            id: "0".repeat(32),
            shards: (0, 2047),
            month: "2026-05".to_owned(),
            generation: 2,
            target: "s3".to_owned(),
            state: "failed".to_owned(),
            rows: 12,
            bytes: 3456,
            checksum: "1".to_owned(),
            reason: Some("other rows".to_owned()),
            kept: 12,
        };
        let text = table(&[job]);
        assert!(text.contains("2026-05    2  0-2047     failed"), "{text}");
        assert!(text.contains("other rows"), "{text}");
        assert!(text.ends_with("0 of 1 jobs done, 12 rows, 3456 bytes"), "{text}");
    }
}
