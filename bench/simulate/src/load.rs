//! The load: kinds of requests, the curve of a day, and a spike in it.

use capacity::{inputs::Costs, load::MONTH};

use crate::aws::LOAD;

/// Seconds of a day.
pub const DAY: f64 = 86_400.0;
/// Seconds in which a spike comes to its height.
const RISE: f64 = 1.0;

/// The database that a request's statements go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sql {
    /// Nowhere.
    None,
    /// To a reader, where there is one.
    Reader,
    /// To the writer.
    Writer,
}

/// The purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It reads an album, whose photos stand on one partition.
    Album,
    /// It reads.
    Read,
    /// It writes.
    Write,
    /// It tries a password.
    LogIn,
}

/// A kind of request, as `bench/capacity/costs.toml` has it.
#[derive(Clone, Debug)]
pub struct Class {
    /// The name of its function.
    pub name: String,
    /// The purpose of it.
    pub kind: Kind,
    /// Seconds that it takes.
    pub seconds: f64,
    /// Memory of its function.
    pub memory_mb: f64,
    /// Units of the hot table.
    pub units: (f64, f64),
    /// Milliseconds of the database's processors.
    pub mysql_ms: f64,
    /// The database in which they are spent.
    pub sql: Sql,
    /// Requests of one user in a month that reach the API.
    pub of_user: f64,
}

/// The requests of a user.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Reads in a month.
    pub reads: f64,
    /// Share of them that the edge answers.
    pub hit_ratio: f64,
    /// Writes in a month.
    pub writes: f64,
}

/// Returns all kinds of requests.
pub fn classes(costs: &Costs, habits: Habits) -> Vec<Class> {
    let misses = habits.reads * (1.0 - habits.hit_ratio);
    let mut classes = Vec::new();
    for read in &costs.read {
        let is_album = read.name == "get-album" || read.name == "list-photos";
        classes.push(Class {
            name: read.name.clone(),
            kind: if is_album { Kind::Album } else { Kind::Read },
            seconds: costs.read_ms(read) / 1e3,
            memory_mb: read.memory_mb,
            units: (read.dynamodb_units, 0.0),
            mysql_ms: read.mysql_cpu_ms,
            sql: if read.queries > 0.0 { Sql::Reader } else { Sql::None },
            of_user: misses * read.share,
        });
    }
    let write = &costs.write;
    classes.push(Class {
        name: "write".to_owned(),
        kind: Kind::Write,
        seconds: costs.write_ms() / 1e3,
        memory_mb: write.memory_mb,
        units: (write.dynamodb_read_units, write.dynamodb_write_units),
        mysql_ms: write.mysql_cpu_ms,
        sql: Sql::Writer,
        of_user: habits.writes,
    });
    let log_in = &LOAD.log_in;
    classes.push(Class {
        name: "create-session".to_owned(),
        kind: Kind::LogIn,
        seconds: log_in.milliseconds / 1e3,
        memory_mb: log_in.memory_mb,
        units: (log_in.read_units, log_in.write_units),
        mysql_ms: log_in.mysql_ms,
        sql: Sql::Writer,
        of_user: log_in.a_month,
    });
    classes
}

/// A sudden load.
#[derive(Clone, Copy, Debug)]
pub struct Spike {
    /// The second of the day at which it begins.
    pub at: f64,
    /// Times the load that would be there without it.
    pub times: f64,
    /// Seconds that it lasts.
    pub seconds: f64,
}

/// The load of a day.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// Users.
    pub users: f64,
    /// The weights of the hours, one on average.
    hours: [f64; 24],
    /// A sudden load.
    pub spike: Option<Spike>,
}

impl Traffic {
    /// Creates the load of a day of `load.toml`, if it has one of this name.
    pub fn new(users: f64, day: &str) -> Option<Self> {
        let weights = LOAD.days.get(day)?;
        let mean = weights.iter().sum::<f64>() / 24.0;
        Some(Self { users, hours: weights.map(|weight| weight / mean), spike: None })
    }

    /// Returns the load as a multiple of the average, a spike aside.
    pub fn curve(&self, now: f64) -> f64 {
        let hours = (now / 3600.0).rem_euclid(24.0);
        let whole = hours.floor();
        let at = |hour: f64| self.hours[usize::try_from(chance::whole(hour)).unwrap_or(0) % 24];
        at(whole) + (at(whole + 1.0) - at(whole)) * (hours - whole)
    }

    /// Returns the second of the day with the highest load.
    pub fn busiest(&self) -> f64 {
        let mut busiest = 0;
        for (hour, weight) in (0_u32..).zip(self.hours) {
            let so_far = self.hours[usize::try_from(busiest).unwrap_or(0)];
            if weight > so_far {
                busiest = hour;
            }
        }
        f64::from(busiest) * 3600.0
    }

    /// Returns the requests of a kind a second.
    pub fn rate(&self, class: &Class, now: f64) -> f64 {
        self.steady(class, now) * self.spike.map_or(1.0, |spike| spike.factor(now))
    }

    /// Returns the same without a spike.
    pub fn steady(&self, class: &Class, now: f64) -> f64 {
        self.users * class.of_user / MONTH * self.curve(now)
    }
}

impl Spike {
    /// Returns the multiple of the load.
    fn factor(self, now: f64) -> f64 {
        let since = now - self.at;
        if since < 0.0 || since > self.seconds {
            return 1.0;
        }
        1.0 + (self.times - 1.0) * (since / RISE).min(1.0)
    }

    /// Returns true while it lasts.
    pub fn is_on(self, now: f64) -> bool {
        now >= self.at && now < self.at + self.seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_the_average_of_the_cost_model() {
        for day in LOAD.days.keys() {
            let traffic = Traffic::new(1.0, day).expect("a day");
            let sum: f64 = (0..1_440)
                .map(|minute| traffic.curve(f64::from(minute) * 60.0))
                .sum();
            assert!((sum / 1_440.0 - 1.0).abs() < 1e-9, "{day}");
        }
    }

    #[test]
    fn a_spike_is_there_within_a_second() {
        let spike = Spike { at: 100.0, times: 10.0, seconds: 60.0 };
        let factors = [99.9, 100.5, 101.0, 160.0, 160.1].map(|now| spike.factor(now));
        for (factor, expected) in factors.into_iter().zip([1.0, 5.5, 10.0, 10.0, 1.0]) {
            assert!((factor - expected).abs() < 1e-9, "{factor}, not {expected}");
        }
    }
}
