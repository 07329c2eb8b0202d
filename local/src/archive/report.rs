//! Archive jobs as a table.

use super::Job;

/// The jobs, a line each, and what they come to.
pub fn table(jobs: &[Job]) -> String {
    let mut lines =
        vec![line(["MONTH", "JOB", "SHARDS", "STATE", "TO", "ROWS", "IN MYSQL", "BYTES"])];
    for job in jobs {
        let (from, to) = job.shards;
        lines.push(line([
            &job.month,
            &job.generation.to_string(),
            &format!("{from}-{to}"),
            &job.state,
            &job.target,
            &job.rows.to_string(),
            &job.kept.to_string(),
            &job.bytes.to_string(),
        ]));
        lines.extend(
            job.reason
                .as_ref()
                .map(|reason| format!("         {reason}")),
        );
    }
    let done = jobs.iter().filter(|job| job.state == "dropped").count();
    let (rows, bytes): (u64, u64) = jobs
        .iter()
        .fold((0, 0), |(rows, bytes), job| (rows + job.rows, bytes + job.bytes));
    lines.push(format!("{done} of {} jobs done, {rows} rows, {bytes} bytes", jobs.len()));
    lines.join("\n")
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
        let job = Job {
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
        assert!(
            text.contains("2026-05    2  0-2047     failed") && text.contains("other rows"),
            "{text}"
        );
        assert!(text.ends_with("0 of 1 jobs done, 12 rows, 3456 bytes"), "{text}");
    }
}
