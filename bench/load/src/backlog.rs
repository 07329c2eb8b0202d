//! Queues that fell behind: whose oldest message grew older over a run.

use crate::{
    engines::{EngineFigures, average},
    shortage::Standing,
};

/// A queue whose oldest message is younger than this, in seconds, has not fallen behind.
const OLD: f64 = 5.0;
/// A queue whose oldest message is younger than this has caught up.
const CAUGHT_UP: f64 = 1.0;
/// The intervals over which it has to grow, at least.
const LEAST_INTERVALS: usize = 6;

/// Returns the queues that fell behind.
pub fn standings(engines: &EngineFigures, interval: f64) -> Vec<Standing> {
    let mut standings = Vec::new();
    for (name, queue) in &engines.queues {
        if let Some(second) = behind_from(&queue.oldest_seconds, interval) {
            standings.push(Standing {
                name: format!("the queue {name}"),
                limit: 0.0,
                highest: 1.0,
                out_from: Some(second),
                oldest_seconds: queue.oldest_seconds.last().copied(),
            });
        }
    }
    standings
}

/// Returns the second from which on the oldest message grew older until the end; `None` if the queue
/// had caught up by then, or was catching up.
#[expect(clippy::cast_precision_loss, reason = "numbers of intervals")]
fn behind_from(ages: &[f64], interval: f64) -> Option<f64> {
    let last = *ages.last()?;
    let from = ages
        .iter()
        .rposition(|age| *age < CAUGHT_UP)
        .map_or(0, |at| at + 1);
    let since = &ages[from..];
    if last < OLD || since.len() < LEAST_INTERVALS {
        return None;
    }
    let third = since.len() / 3;
    let first = average(&since[..third]);
    let middle = average(&since[third..2 * third]);
    let end = average(&since[2 * third..]);
    let grows = first < middle && middle < end;
    grows.then_some(from as f64 * interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::QueueFigures;

    #[test]
    fn a_queue_whose_oldest_message_grows_older_has_fallen_behind() {
        let ages = [0.2, 0.1, 0.4, 1.2, 2.1, 3.3, 4.0, 5.2, 6.1];
        assert_eq!(behind_from(&ages, 2.0), Some(6.0));
        let mut engines = EngineFigures::default();
        let queue = QueueFigures { messages: Vec::new(), oldest_seconds: ages.to_vec() };
        engines.queues.insert("uploads".to_owned(), queue);
        let standings = standings(&engines, 2.0);
        assert_eq!(standings[0].name, "the queue uploads");
        assert_eq!(standings[0].oldest_seconds, Some(6.1));
    }

    #[test]
    fn a_queue_that_waits_no_longer_at_the_end_has_not() {
        for ages in [
            &[0.2, 3.0, 9.0, 15.0, 21.0, 27.0, 33.0, 0.3][..],
            &[9.0, 8.0, 9.0, 8.5, 9.0, 8.0, 8.9, 8.1, 8.2][..],
            &[0.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0][..],
            &[6.0, 7.0][..],
            &[][..],
        ] {
            assert_eq!(behind_from(ages, 1.0), None, "{ages:?}");
        }
    }
}
