//! The whole stack: where each request goes, and what it finds there.
//!
//! Time goes by in ticks. Of each kind of request so many arrive in a tick as Poisson's law says,
//! and they go together: ten million users make three and a half thousand million requests a day.

use capacity::inputs::{Costs, Inputs};
use chance::{Random, whole};

use crate::{
    aws::{self, AWS, LOAD},
    bill::Meters,
    bucket::Bucket,
    cluster::{Answered, Instances},
    environments::Environments,
    hot_table::Units,
    load::{Class, DAY, Kind, Sql, Traffic},
    routes::{route_of, warm_of},
    station::{Pollers, Station},
    tally::{Cause, Tally},
    template::Stage,
};

/// Seconds of a tick, around a spike and elsewhere.
const FINE: f64 = 0.1;
const COARSE: f64 = 1.0;
/// Seconds around a spike that have fine ticks.
const BEFORE: f64 = 60.0;
const AFTER: f64 = 600.0;

/// The stack at a stage, with a day's load.
pub struct Simulation {
    stage: Stage,
    classes: Vec<Class>,
    traffic: Traffic,
    photos: (f64, f64),
    executions: f64,
    routes: Vec<Bucket>,
    gateway: Bucket,
    account_requests: Bucket,
    pools: Vec<Environments>,
    partition: Bucket,
    reads: Units,
    writes: Units,
    writer: Instances,
    readers: Option<Instances>,
    uploads: Station,
    pollers: Pollers,
    random: Random,
    now: f64,
    answered: Vec<Answered>,
    /// The requests of the whole time.
    pub whole: Tally,
    /// The requests that came, or were answered, during the spike.
    pub spike: Tally,
    /// The counts that are paid for.
    pub meters: Meters,
}

impl Simulation {
    /// Creates the stack as the hours before have left it.
    pub fn new(
        stage: &capacity::stage::Stage,
        settings: &Stage,
        traffic: &Traffic,
        classes: Vec<Class>,
        from: f64,
        inputs: &Inputs,
        seed: u64,
    ) -> Self {
        let costs = &inputs.costs;
        let account = aws::account(&stage.name);
        let load = |of: &dyn Fn(&Class) -> f64, at: f64| {
            classes
                .iter()
                .map(|class| traffic.steady(class, at) * of(class))
                .sum::<f64>()
        };
        let units = |of: &dyn Fn(&Class) -> f64, warm: f64, new: f64, quota: f64| {
            if stage.provisioned {
                Units::provisioned(warm, load(of, from), quota, &AWS)
            } else {
                Units::on_demand(warm.max(new), load(of, traffic.busiest()), quota)
            }
        };
        let mut pools = Vec::new();
        let mut routes = Vec::new();
        for class in &classes {
            let warm = warm_of(class, settings);
            pools.push(Environments::new(class.seconds, traffic.steady(class, from), warm, &AWS));
            routes.push(route_of(class, settings));
        }
        let instances = |count: f64, of: &dyn Fn(&Class) -> f64| {
            let patience = settings.patience.min(20.0);
            let load = load(of, from);
            Instances::new(count, settings.acu, settings.sleeps, patience, load, &costs.aurora)
        };
        let has_readers = settings.readers > 0.0;
        let on_writer = |class: &Class| match class.sql {
            Sql::Writer => class.mysql_ms,
            Sql::Reader if !has_readers => class.mysql_ms,
            _ => 0.0,
        };
        let on_readers =
            |class: &Class| if class.sql == Sql::Reader { class.mysql_ms } else { 0.0 };
        let base_ms = base_ms(&classes);
        let requests = AWS.lambda.requests_for_each_execution * account.executions;
        Self {
            photos: (costs.write.photos, costs.photo.seconds),
            executions: account.executions,
            gateway: Bucket::new(account.requests, AWS.api_gateway.burst_share * account.requests),
            account_requests: Bucket::new(requests, requests),
            partition: Bucket::new(AWS.dynamodb.partition_reads, AWS.dynamodb.partition_reads),
            reads: units(
                &|class| class.units.0,
                settings.hot.0,
                AWS.dynamodb.new_reads,
                account.table_reads,
            ),
            writes: units(
                &|class| class.units.1,
                settings.hot.1,
                AWS.dynamodb.new_writes,
                account.table_writes,
            ),
            writer: instances(1.0, &on_writer),
            readers: has_readers.then(|| instances(settings.readers, &on_readers)),
            uploads: Station::default(),
            pollers: Pollers::new(AWS.sqs.pollers, AWS.sqs.more_a_minute, settings.renditions),
            random: Random::new(seed),
            now: from,
            answered: Vec::new(),
            whole: Tally::new(base_ms.clone()),
            spike: Tally::new(base_ms),
            meters: Meters::default(),
            stage: settings.clone(),
            traffic: traffic.clone(),
            routes,
            pools,
            classes,
        }
    }

    /// Returns the second of the day.
    #[cfg(test)]
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Returns how many requests wait for an answer.
    #[cfg(test)]
    pub fn waiting(&self) -> u64 {
        self.writer.waiting() + self.readers.as_ref().map_or(0, Instances::waiting)
    }

    /// Lets time go by until a second of the day.
    pub fn run(&mut self, until: f64, costs: &Costs) {
        while self.now < until - 1e-9 {
            let seconds = self.tick();
            let minute = (self.now / 60.0 + 1e-9).floor();
            self.now += seconds;
            self.step(seconds, costs);
            if (self.now / 60.0 + 1e-9).floor() > minute {
                self.end_minute();
            }
        }
    }

    fn tick(&self) -> f64 {
        let is_near = |spike: crate::load::Spike| {
            self.now >= spike.at - BEFORE && self.now < spike.at + spike.seconds + AFTER
        };
        if self.traffic.spike.is_some_and(is_near) { FINE } else { COARSE }
    }

    fn end_minute(&mut self) {
        let (begins, ends) = self.stage.evening;
        let of_day = self.now.rem_euclid(DAY);
        let is_evening = of_day >= begins && of_day < ends;
        for pool in &mut self.pools {
            pool.end_minute(is_evening, &AWS);
        }
        self.reads.end_minute(&AWS);
        self.writes.end_minute(&AWS);
    }

    fn step(&mut self, seconds: f64, costs: &Costs) {
        self.gateway.fill(seconds);
        self.account_requests.fill(seconds);
        self.partition.fill(seconds);
        self.reads.fill(seconds);
        self.writes.fill(seconds);
        // Whose turn is first changes, so that no kind of request always finds what others left.
        let count = self.classes.len();
        let first = usize::try_from(whole(self.now / seconds)).unwrap_or(0);
        for offset in 0..count {
            self.arrive((first + offset) % count, seconds);
        }
        self.answer(seconds);
        self.render(seconds);
        self.meter(seconds, costs);
    }

    /// Lets the requests of one kind arrive.
    fn arrive(&mut self, class: usize, seconds: f64) {
        let rate = self.traffic.rate(&self.classes[class], self.now);
        let arrived = self.random.poisson(rate * seconds);
        self.whole.arrived += arrived;
        if self.is_spike() {
            self.spike.arrived += arrived;
        }
        self.routes[class].fill(seconds);
        let passed = self.routes[class].take(arrived, 1.0);
        self.refuse(Cause::Route, arrived - passed);
        let let_in = self.gateway.take(passed, 1.0);
        self.refuse(Cause::Gateway, passed - let_in);
        self.meters.gateway_requests += let_in;
        let invoked = self.account_requests.take(let_in, 1.0);
        self.refuse(Cause::AccountRequests, let_in - invoked);
        let left = self.left();
        let admitted = self.pools[class].step(invoked, left, self.now, seconds);
        self.refuse(Cause::Growth, admitted.too_fast);
        self.refuse(Cause::Executions, admitted.over_account);
        let cold = self.connect(class, admitted.cold);
        self.whole.cold += cold;
        self.meters.cold += cold;
        self.meters
            .invoke(&self.classes[class], admitted.warm + cold, cold);
        let start = AWS.lambda.start_ms + AWS.lambda.platform_ms;
        self.read_table(class, admitted.warm, 0.0);
        self.read_table(class, cold, start);
    }

    /// Returns how many executions the account has left for one more function.
    fn left(&self) -> f64 {
        let mut taken = self.stage.renditions;
        for pool in &self.pools {
            taken += pool.busy + pool.provisioned();
        }
        self.executions - taken
    }

    /// Returns how many of the new environments get a connection.
    fn connect(&mut self, class: usize, cold: u64) -> u64 {
        let sql = self.classes[class].sql;
        if sql == Sql::None || cold == 0 {
            return cold;
        }
        let shares = |other: &Class| match self.classes[class].kind {
            Kind::LogIn => other.kind == Kind::LogIn,
            _ => {
                other.kind != Kind::LogIn && other.sql != Sql::None && self.is_same(other.sql, sql)
            }
        };
        let mut held = 0.0;
        for (other, pool) in self.classes.iter().zip(&self.pools) {
            if shares(other) {
                held += pool.alive();
            }
        }
        let instances = if sql == Sql::Reader { self.stage.readers.max(1.0) } else { 1.0 };
        let over = whole((held - self.stage.connections * instances).max(0.0));
        let refused = cold.min(over);
        self.refuse(Cause::Connections, refused);
        cold - refused
    }

    /// Returns true if two kinds of requests ask the same instances.
    fn is_same(&self, one: Sql, other: Sql) -> bool {
        one == other || self.readers.is_none()
    }

    /// Takes the requests to the hot table, and on to the database.
    fn read_table(&mut self, class: usize, count: u64, waited_ms: f64) {
        let (read_units, write_units) = self.classes[class].units;
        let mut left = count;
        if self.classes[class].kind == Kind::Album {
            let hottest = self.random.binomial(count, LOAD.hottest.share);
            let taken = self.partition.take(hottest, LOAD.hottest.units);
            self.refuse(Cause::Partition, hottest - taken);
            left -= hottest - taken;
        }
        let read = self.reads.take(left, read_units);
        self.refuse(Cause::TableReads, left - read);
        let written = self.writes.take(read, write_units);
        self.refuse(Cause::TableWrites, read - written);
        self.meters
            .use_units(read, read_units, written, write_units);
        let ask = 2 * class + usize::from(waited_ms > 0.0);
        let each = self.classes[class].mysql_ms;
        match (self.classes[class].sql, &mut self.readers) {
            (Sql::None, _) => self.serve(class, written, waited_ms),
            (Sql::Reader, Some(readers)) => readers.ask(ask, written, each, self.now),
            _ => self.writer.ask(ask, written, each, self.now),
        }
    }

    /// Lets the databases answer.
    fn answer(&mut self, seconds: f64) {
        let mut answered = std::mem::take(&mut self.answered);
        answered.clear();
        self.writer
            .step(self.now, seconds, &AWS.aurora, &mut answered);
        if let Some(readers) = &mut self.readers {
            readers.step(self.now, seconds, &AWS.aurora, &mut answered);
        }
        let start = AWS.lambda.start_ms + AWS.lambda.platform_ms;
        for group in &answered {
            let class = group.class / 2;
            if group.is_lost {
                self.refuse(Cause::Database, group.count);
                continue;
            }
            let cold_ms = if group.class % 2 == 1 { start } else { 0.0 };
            self.serve(class, group.count, group.waited * 1e3 + cold_ms);
            if self.classes[class].kind == Kind::Write {
                let photos = self.random.binomial(group.count, self.photos.0);
                self.meters.photos += photos;
                self.uploads.waiting += photos;
            }
        }
        self.answered = answered;
    }

    /// Lets the worker of the upload queue work.
    #[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
    fn render(&mut self, seconds: f64) {
        let workers = self.pollers.step(self.uploads.waiting > 0, seconds);
        let mean = self.photos.1;
        self.uploads
            .step(0, workers, mean, seconds, &mut self.random);
        // What waits now is worked on after what waits before it.
        let wait = self.uploads.waiting as f64 * mean / (workers.max(1) as f64);
        self.meters.longest_photo_wait = self.meters.longest_photo_wait.max(wait);
    }

    fn meter(&mut self, seconds: f64, costs: &Costs) {
        let mut executions = 0.0;
        for (class, pool) in self.classes.iter().zip(&self.pools) {
            executions += pool.busy;
            let gb = class.memory_mb / 1024.0;
            self.meters.provisioned_gb_seconds += pool.provisioned() * gb * seconds;
        }
        self.meters.most_executions = self.meters.most_executions.max(executions);
        // The first reader is as large as the writer at any time.
        let readers = self.readers.as_ref().map_or(0.0, Instances::paid);
        let first = self
            .readers
            .as_ref()
            .map_or(0.0, |readers| (self.writer.units - readers.units).max(0.0));
        self.meters.unit_seconds += (self.writer.paid() + readers + first) * seconds;
        self.meters.most_units = self.meters.most_units.max(self.writer.units);
        self.meters.table_seconds.0 += self.reads.provisioned * seconds;
        self.meters.table_seconds.1 += self.writes.provisioned * seconds;
        self.meters.messages_of_photo = costs.photo.messages;
    }

    fn is_spike(&self) -> bool {
        self.traffic
            .spike
            .is_some_and(|spike| spike.is_on(self.now))
    }

    fn serve(&mut self, class: usize, count: u64, waited_ms: f64) {
        if count == 0 {
            return;
        }
        self.whole.serve(class, count, waited_ms);
        if self.is_spike() {
            self.spike.serve(class, count, waited_ms);
        }
    }

    fn refuse(&mut self, cause: Cause, count: u64) {
        self.whole.refuse(cause, count);
        if self.is_spike() {
            self.spike.refuse(cause, count);
        }
    }
}

fn base_ms(classes: &[Class]) -> Vec<f64> {
    classes
        .iter()
        .map(|class| class.seconds * 1e3 + AWS.api_gateway.milliseconds)
        .collect()
}
