//! The memory of a function's process: Lambda kills one that takes more than its function has.
//!
//! It is looked at a few times a second, while the process works. So here a function may have more
//! for a moment, and on AWS not. Linux alone says how much a process has of its own; elsewhere
//! nothing is limited.

use std::time::Duration;

/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Resolves once the process has more memory than so many MiB.
pub(super) async fn exhausted(process: Option<u32>, mebibytes: u32) {
    let Some(process) = process else { return std::future::pending().await };
    let limit = u64::from(mebibytes) << 20;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if own_bytes(process).is_some_and(|bytes| bytes > limit) {
            return;
        }
    }
}

/// Returns the bytes that a process has for itself: without those of its program and of libraries,
/// which in a debug build are many.
fn own_bytes(process: u32) -> Option<u64> {
    let pages = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let mut numbers = pages
        .split(' ')
        .skip(1)
        .map_while(|number| number.parse().ok());
    let resident: u64 = numbers.next()?;
    let shared: u64 = numbers.next()?;
    let page = u64::try_from(rustix::param::page_size()).ok()?;
    Some(resident.saturating_sub(shared) * page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_exhausts_what_is_less_than_it_has() {
        let own = std::process::id();
        let held = vec![1_u8; 8 << 20];
        exhausted(Some(own), 4).await;
        assert!(own_bytes(own) > Some(held.len() as u64));
        let enough = tokio::time::timeout(4 * LOOK_EVERY, exhausted(Some(own), u32::MAX)).await;
        assert!(enough.is_err(), "nobody has so much");
    }
}
