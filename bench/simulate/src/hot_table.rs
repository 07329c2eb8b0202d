//! DynamoDB: how many units a table gives, on demand and provisioned.

use std::collections::VecDeque;

use crate::{aws::Aws, bucket::Bucket};

/// The share of what is provisioned that is to be in use: `TargetValue` of `template.yaml`.
const TARGET: f64 = 0.6;

/// Units of one kind, reading or writing.
#[derive(Clone, Debug)]
pub struct Units {
    kind: Kind,
    bucket: Bucket,
    used: f64,
    quota: f64,
    /// Units a second that are paid for by the hour, if they are provisioned.
    pub provisioned: f64,
}

#[derive(Clone, Debug)]
enum Kind {
    OnDemand { warm: f64, minutes: VecDeque<f64>, before: f64 },
    Provisioned { least: f64, minutes_over: u32, minutes_under: u32, coming: Option<(u32, f64)> },
}

impl Units {
    /// Creates those of a table on demand that has been warmed to `warm` and has seen a peak.
    pub fn on_demand(warm: f64, peak: f64, quota: f64) -> Self {
        let kind = Kind::OnDemand { warm, minutes: VecDeque::new(), before: peak };
        let rate = warm.max(2.0 * peak).min(quota);
        Self { kind, bucket: Bucket::new(rate, rate), used: 0.0, quota, provisioned: 0.0 }
    }

    /// Creates those of a table that has so many units, and more by use.
    pub fn provisioned(least: f64, load: f64, quota: f64, aws: &Aws) -> Self {
        let rate = (load / TARGET).clamp(least, quota);
        let kind = Kind::Provisioned { least, minutes_over: 0, minutes_under: 0, coming: None };
        let bucket = Bucket::new(rate, rate * aws.dynamodb.burst_seconds);
        Self { kind, bucket, used: 0.0, quota, provisioned: rate }
    }

    /// Lets a while go by.
    pub fn fill(&mut self, seconds: f64) {
        self.bucket.fill(seconds);
    }

    /// Takes units for each of `count` requests, and returns for how many there were some.
    #[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
    pub fn take(&mut self, count: u64, each: f64) -> u64 {
        let taken = self.bucket.take(count, each);
        self.used += count as f64 * each;
        taken
    }

    /// Ends a minute: the table follows what was asked of it.
    pub fn end_minute(&mut self, aws: &Aws) {
        let used = self.used / 60.0;
        self.used = 0.0;
        match &mut self.kind {
            Kind::OnDemand { warm, minutes, before } => {
                minutes.push_back(used);
                if minutes.len() > aws.dynamodb.minutes_of_a_peak
                    && let Some(old) = minutes.pop_front()
                {
                    *before = before.max(old);
                }
                let rate = warm
                    .max(aws.dynamodb.times_the_peak * *before)
                    .min(self.quota);
                self.bucket.set_rate(rate, 1.0);
            }
            Kind::Provisioned { least, minutes_over, minutes_under, coming } => {
                let share = used / self.provisioned;
                *minutes_over = if share > TARGET { *minutes_over + 1 } else { 0 };
                *minutes_under = if share < 0.8 * TARGET { *minutes_under + 1 } else { 0 };
                let wanted = (used / TARGET).clamp(*least, self.quota);
                match coming {
                    Some((0, rate)) => {
                        self.provisioned = *rate;
                        *coming = None;
                    }
                    Some((minutes, _)) => *minutes -= 1,
                    None if *minutes_over >= aws.dynamodb.minutes_to_grow => {
                        *coming = Some((aws.dynamodb.minutes_to_update, wanted));
                    }
                    None if *minutes_under >= aws.dynamodb.minutes_to_shrink => {
                        *coming = Some((aws.dynamodb.minutes_to_update, wanted));
                        *minutes_under = 0;
                    }
                    None => {}
                }
                self.bucket
                    .set_rate(self.provisioned, aws.dynamodb.burst_seconds);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::AWS;

    #[test]
    fn a_table_on_demand_takes_twice_its_peak_and_more_after_half_an_hour() {
        let mut units = Units::on_demand(12_000.0, 10_000.0, 40_000.0);
        let mut minute = |asked: u64| {
            let mut taken = 0;
            for _ in 0..60 {
                units.fill(1.0);
                taken += units.take(asked, 1.0);
            }
            units.end_minute(&AWS);
            taken / 60
        };
        let first = (0..3)
            .map(|_| minute(30_000))
            .last()
            .expect("three minutes");
        assert_eq!(first, 20_000, "twice the peak of before");
        let later = (0..40)
            .map(|_| minute(30_000))
            .last()
            .expect("forty minutes");
        assert_eq!(later, 30_000);
        let last = (0..40)
            .map(|_| minute(90_000))
            .last()
            .expect("forty minutes");
        assert_eq!(last, 40_000, "the account's quota");
    }

    #[test]
    fn a_provisioned_table_lives_on_what_it_has_saved_and_then_grows() {
        let mut units = Units::provisioned(1_000.0, 500.0, 40_000.0, &AWS);
        let mut taken = Vec::new();
        for _ in 0..12 {
            let mut of_minute = 0;
            for _ in 0..60 {
                units.fill(1.0);
                of_minute += units.take(5_000, 1.0);
            }
            units.end_minute(&AWS);
            taken.push(of_minute / 60);
        }
        assert_eq!(taken[0], 5_000, "300 seconds' worth was saved");
        assert_eq!(taken[3], 1_000, "and is gone: {taken:?}");
        assert_eq!(taken[11], 5_000, "until it has grown: {taken:?}");
    }
}
