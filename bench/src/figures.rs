//! Figures of a report: the middle of many, and how they are written.

use std::time::Duration;

/// As Lambda counts: 1,048,576 bytes.
pub const MB: u64 = 1024 * 1024;

/// The value in the middle, or halfway between the two that are there.
pub fn median(values: &[Duration]) -> Option<Duration> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some((*lower + *upper) / 2)
}

/// Milliseconds, with two decimals below ten.
pub fn milliseconds(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.1} ms") }
}

/// In [`MB`], with one decimal, rounded up.
pub fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(MB);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(values: &[u64]) -> Vec<Duration> {
        values
            .iter()
            .map(|value| Duration::from_millis(*value))
            .collect()
    }

    #[test]
    fn the_median_does_not_follow_an_outlier() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&ms(&[9])), Some(Duration::from_millis(9)));
        assert_eq!(median(&ms(&[3, 1000, 1])), Some(Duration::from_millis(3)));
        assert_eq!(median(&ms(&[1000, 4, 2, 1])), Some(Duration::from_millis(3)));
    }
}
