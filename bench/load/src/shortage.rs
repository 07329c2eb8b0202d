//! The resource that ran out first, and how near the others came to it. All of it follows from
//! samples.

use serde::{Deserialize, Serialize};

/// From this part of a resource on it has run out: what waits for it waits longer and longer.
const OUT: f64 = 0.9;
/// The intervals in a row for which a resource has to be out, so that chance is not taken for it.
const IN_A_ROW: usize = 3;

/// Something that there is so much of.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name, with an article.
    pub name: String,
    /// The amount that there is.
    pub limit: f64,
    /// The part of it that was used in each interval.
    pub shares: Vec<f64>,
}

/// The use of a resource over a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// The amount that there is.
    pub limit: f64,
    /// The highest part of it that was used on average over three intervals in a row.
    pub highest: f64,
    /// The second from which on it had run out.
    pub out_from: Option<f64>,
    /// The age of the oldest message at the end, of a queue that fell behind.
    #[serde(default)]
    pub oldest_seconds: Option<f64>,
}

/// The judgement of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The resource that ran out first.
    pub first: Option<Standing>,
    /// The others, the nearest to their limits first.
    pub others: Vec<Standing>,
}

/// Judges the use of resources, in intervals of so many seconds, and queues that fell behind. Of
/// those that ran out together the one that stands first is named first: causes stand before what
/// follows from them.
pub fn judge(resources: &[Resource], backlogs: Vec<Standing>, interval: f64) -> Verdict {
    let mut standings: Vec<Standing> = Vec::new();
    for resource in resources {
        if !resource.shares.is_empty() {
            standings.push(standing(resource, interval));
        }
    }
    standings.extend(backlogs);
    let mut first: Option<usize> = None;
    for (at, standing) in standings.iter().enumerate() {
        let Some(second) = standing.out_from else { continue };
        let is_earlier = match first {
            Some(so_far) => standings[so_far]
                .out_from
                .is_some_and(|other| second < other),
            None => true,
        };
        if is_earlier {
            first = Some(at);
        }
    }
    let first = first.map(|at| standings.remove(at));
    standings.sort_by(|left, right| right.highest.total_cmp(&left.highest));
    Verdict { first, others: standings }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of intervals")]
fn standing(resource: &Resource, interval: f64) -> Standing {
    let length = IN_A_ROW.min(resource.shares.len());
    let mut highest = 0.0_f64;
    let mut out_from = None;
    for (at, window) in resource.shares.windows(length).enumerate() {
        let mean = window.iter().sum::<f64>() / length as f64;
        highest = highest.max(mean);
        let is_out = window.iter().all(|share| *share >= OUT);
        if is_out && out_from.is_none() {
            out_from = Some(at as f64 * interval);
        }
    }
    Standing {
        name: resource.name.clone(),
        limit: resource.limit,
        highest,
        out_from,
        oldest_seconds: None,
    }
}

impl Verdict {
    /// Returns the judgement in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        match &self.first {
            Some(first) => {
                sentences.push(ran_out(first));
                for other in &self.others {
                    if other.out_from.is_some() {
                        let when =
                            if other.out_from > first.out_from { "Later" } else { "With it" };
                        sentences.push(format!("{when}, {}", lower(&ran_out(other))));
                    }
                }
            }
            None => sentences.push("Nothing that was sampled ran out.".to_owned()),
        }
        let next = self.others.iter().find(|other| other.out_from.is_none());
        if let Some(next) = next {
            sentences.push(is_near(next, self.first.is_some()));
        }
        sentences
    }
}

fn ran_out(standing: &Standing) -> String {
    let name = upper(&standing.name);
    let second = standing.out_from.unwrap_or_default();
    if let Some(age) = standing.oldest_seconds {
        return format!(
            "{name} fell behind, from {second:.0} s into the run on: at its end the oldest message \
             was {age:.0} s old."
        );
    }
    let limit = amount(standing.limit);
    let used = amount(standing.highest.min(1.0) * standing.limit);
    let waiting = (standing.highest - 1.0) * standing.limit;
    let more = if waiting >= 0.1 {
        format!(", and at most {} more waited", amount(waiting))
    } else {
        String::new()
    };
    format!("{name} ran out, {second:.0} s into the run: at most {used} of {limit} in use{more}.")
}

fn is_near(standing: &Standing, is_next: bool) -> String {
    let place = if is_next { "Next is" } else { "Nearest is" };
    if standing.highest >= 1.0 {
        let limit = amount(standing.limit);
        return format!("{place} {}: all {limit} were in use for a moment.", standing.name);
    }
    let used = format!(
        "{place} {}: at most {} of {} in use ({:.0} %)",
        standing.name,
        amount(standing.highest * standing.limit),
        amount(standing.limit),
        standing.highest * 100.0,
    );
    if standing.highest < 0.01 {
        return format!("{used}, far from its limit.");
    }
    let times = 1.0 / standing.highest;
    format!("{used}; if it grows with the load, it is all used at {times:.1} times this load.")
}

fn amount(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(name: &str, shares: &[f64]) -> Resource {
        Resource { name: name.to_owned(), limit: 2.0, shares: shares.to_vec() }
    }

    #[test]
    fn the_first_to_run_out_is_named_and_then_the_next() {
        let verdict = judge(
            &[
                resource("the memory", &[0.5, 0.5, 0.5, 0.5, 0.5]),
                resource("the places", &[0.1, 0.2, 0.95, 0.99, 1.0]),
                resource("the processors", &[0.2, 0.92, 0.95, 0.96, 0.97]),
            ],
            Vec::new(),
            2.0,
        );
        let first = verdict.first.as_ref().expect("one that ran out");
        assert_eq!((first.name.as_str(), first.out_from), ("the processors", Some(2.0)));
        let sentences = verdict.sentences();
        assert_eq!(
            sentences[0],
            "The processors ran out, 2 s into the run: at most 1.9 of 2.0 in use."
        );
        assert!(sentences[1].starts_with("Later, the places ran out, 4 s"), "{sentences:?}");
        assert_eq!(
            sentences[2],
            "Next is the memory: at most 1.0 of 2.0 in use (50 %); if it grows with the load, it \
             is all used at 2.0 times this load."
        );
    }

    #[test]
    fn a_moment_of_full_use_is_no_shortage() {
        let verdict =
            judge(&[resource("the processors", &[0.2, 1.0, 1.0, 0.2, 1.0, 0.3])], Vec::new(), 1.0);
        assert_eq!(verdict.first, None);
        let sentences = verdict.sentences();
        assert_eq!(sentences[0], "Nothing that was sampled ran out.");
        assert!(
            sentences[1].starts_with("Nearest is the processors: at most 1.5"),
            "{sentences:?}"
        );
    }

    #[test]
    fn of_two_that_ran_out_together_the_cause_is_first_and_what_waited_is_told() {
        let resources = [resource("the processors", &[0.95; 3]), resource("the places", &[2.5; 3])];
        let sentences = judge(&resources, Vec::new(), 1.0).sentences();
        assert!(sentences[0].starts_with("The processors ran out"), "{sentences:?}");
        assert_eq!(
            sentences[1],
            "With it, the places ran out, 0 s into the run: at most 2.0 of 2.0 in use, and at most \
             3.0 more waited."
        );
    }

    #[test]
    fn a_queue_that_fell_behind_is_told_beside_its_cause() {
        let queue = Standing {
            name: "the queue uploads".to_owned(),
            limit: 0.0,
            highest: 1.0,
            out_from: Some(12.0),
            oldest_seconds: Some(34.2),
        };
        let sentence = "The queue uploads fell behind, from 12 s into the run on: at its end the \
                        oldest message was 34 s old.";
        assert_eq!(judge(&[], vec![queue.clone()], 1.0).sentences()[0], sentence);
        let processors = resource("the processors", &[0.95; 15]);
        let sentences = judge(&[processors], vec![queue], 1.0).sentences();
        assert!(sentences[1].starts_with("Later, the queue uploads fell"), "{sentences:?}");
    }

    #[test]
    fn a_short_run_is_judged_by_what_there_is() {
        assert!(
            judge(&[resource("a", &[0.95])], Vec::new(), 1.0)
                .first
                .is_some()
        );
        assert_eq!(judge(&[resource("a", &[])], Vec::new(), 1.0), Verdict::default());
    }

    #[test]
    fn what_was_used_up_for_a_moment_has_nothing_left() {
        let sentences =
            judge(&[resource("the places", &[0.8, 2.0, 0.8])], Vec::new(), 1.0).sentences();
        assert_eq!(sentences[1], "Nearest is the places: all 2.0 were in use for a moment.");
    }

    #[test]
    fn what_is_hardly_used_is_far_from_its_limit() {
        let sentences = judge(&[resource("a", &[0.0, 0.001])], Vec::new(), 1.0).sentences();
        assert!(sentences[1].ends_with("far from its limit."), "{sentences:?}");
    }
}
