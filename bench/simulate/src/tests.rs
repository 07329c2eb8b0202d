//! The whole model: its laws, each stage with a short spike, and what a seed decides.

use capacity::{inputs::Inputs, stage};
use proptest::prelude::*;

use crate::{
    load::{self, Habits, Spike, Traffic},
    runs::{self, Plan},
    stack::Simulation,
    template,
};

const HABITS: Habits = Habits { reads: 10_000.0, hit_ratio: 0.9, writes: 100.0 };

fn inputs() -> Inputs {
    Inputs::read(None, None).expect("both files")
}

fn plan(seed: u64) -> Plan {
    Plan { day: "us-business".to_owned(), habits: HABITS, seed }
}

fn spiked(name: &str, users: f64, times: f64, seed: u64, inputs: &Inputs) -> Simulation {
    let stage = runs::stages(Some(name)).expect("a stage")[0];
    let mut traffic = Traffic::new(users, "us-business").expect("a day");
    let at = traffic.busiest();
    traffic.spike = Some(Spike { at, times, seconds: 20.0 });
    let classes = load::classes(&inputs.costs, HABITS);
    let settings = template::stage(name);
    Simulation::new(stage, &settings, &traffic, classes, at - 5.0, inputs, seed)
}

/// Steps through 30 seconds, and asserts what must hold after each.
fn holds(simulation: &mut Simulation, inputs: &Inputs) {
    let from = simulation.now();
    let mut before = from;
    for tick in 1..=300 {
        simulation.run(from + f64::from(tick) * 0.1, &inputs.costs);
        assert!(simulation.now() > before, "time goes forward");
        before = simulation.now();
        let all = &simulation.whole;
        let accounted = all.served + all.all_refused() + simulation.waiting();
        assert_eq!(all.arrived, accounted, "each request is served, refused or waits");
    }
}

#[test]
fn each_stage_keeps_count_through_a_short_spike() {
    let inputs = inputs();
    for stage in stage::all() {
        let mut simulation = spiked(&stage.name, stage.most_users as f64, 10.0, 1, &inputs);
        holds(&mut simulation, &inputs);
        assert!(simulation.whole.served > 0 || stage.most_users <= 10, "{}", stage.name);
    }
}

#[test]
fn a_spike_of_ten_times_is_carried_where_the_page_says_so() {
    let inputs = inputs();
    for stage in stage::all() {
        let users = stage.most_users as f64;
        let failure = runs::withstand(stage, users, 10.0, 30.0, &plan(1), &inputs);
        let is_carried = failure.as_ref().expect("a day").is_none();
        let page = include_str!("../../../docs/simulation.md");
        let line =
            format!("`{}` carries it: {}", stage.name, if is_carried { "yes" } else { "no" });
        assert!(
            page.contains(&line),
            "docs/simulation.md says otherwise than {line} ({failure:?})"
        );
    }
}

#[test]
fn a_seed_decides_everything() {
    let inputs = inputs();
    let of = |seed| {
        let mut simulation = spiked("users-3", 100_000.0, 10.0, seed, &inputs);
        simulation.run(simulation.now() + 20.0, &inputs.costs);
        (simulation.whole.arrived, simulation.whole.cold, simulation.whole.served)
    };
    assert_eq!(of(4), of(4));
    assert_ne!(of(4), of(5));
}

#[test]
fn more_users_are_not_served_better() {
    let inputs = inputs();
    let share = |users: f64| {
        let mut simulation = spiked("users-3", users, 10.0, 1, &inputs);
        simulation.run(simulation.now() + 20.0, &inputs.costs);
        simulation.whole.refused_share()
    };
    let shares = [1e5, 1e6, 1e7, 1e8].map(share);
    assert!(shares.is_sorted(), "{shares:?}");
    assert!(shares[3] > 0.9, "nobody carries that: {shares:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_load_makes_the_count_wrong(
        seed: u64,
        stage in 0_usize..6,
        users in 1.0..3e7_f64,
        times in 1.0..100.0_f64,
    ) {
        let inputs = inputs();
        let name = &stage::all()[stage].name;
        holds(&mut spiked(name, users, times, seed, &inputs), &inputs);
    }
}
