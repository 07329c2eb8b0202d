//! The page of the documentation.

use crate::{
    inputs::Inputs,
    model::Bill,
    report,
    words::{percent, short},
};

/// Returns the page for the bills of all stages, in Markdown.
pub fn page(bills: &[Bill], inputs: &Inputs) -> String {
    let [first, .., last] = bills else { return String::new() };
    let table = report::table(bills, inputs);
    let largest = report::one(last, inputs);
    format!(
        "# Capacity and cost\n\n\
         {origin}\n\n\
         {assumptions}\n\n{table}\n\
         ![Dollars a month against users](capacity-cost.svg)\n\n\
         ![Functions at once against users](capacity-concurrency.svg)\n\n\
         ## Ten million users\n\n```\n{largest}```\n",
        origin = origin(inputs),
        assumptions = assumptions(first),
    )
}

fn origin(inputs: &Inputs) -> String {
    format!(
        "Written by `./dev capacity --docs docs`; prices of {} (`bench/capacity/prices.toml`, list \
         prices of us-east-1), costs of a request from `bench/capacity/costs.toml`. A model, not a \
         bill: nothing here was measured on AWS yet.",
        inputs.prices.as_of,
    )
}

fn assumptions(bill: &Bill) -> String {
    let scenario = &bill.scenario;
    format!(
        "The last number of users of each stage, {} reads and {} writes a user and month, {} of \
         reads answered by the edge, peaks of {} times the average, {} months of photographs and \
         rows:",
        short(scenario.reads_a_user),
        short(scenario.writes_a_user),
        percent(scenario.hit_ratio),
        scenario.peak,
        scenario.months,
    )
}
