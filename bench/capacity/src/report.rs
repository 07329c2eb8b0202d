//! The bill in words: for one number of users, for each stage, and as a page of the documentation.

use std::fmt::Write;

use crate::{
    inputs::Inputs,
    load::MONTH,
    model::{self, Bill},
    savings,
};

/// What the project sets out to reach at ten million users.
const TARGET_READS: f64 = 1.40;
const TARGET_ROWS: f64 = 0.30;

/// Everything about one number of users.
pub fn one(bill: &Bill, inputs: &Inputs) -> String {
    let mut text = head(bill);
    let peak = &bill.peak;
    let widest = bill
        .lines
        .iter()
        .map(|line| line.what.len())
        .max()
        .unwrap_or(0);
    let _ = write!(
        text,
        "\nAt the peak: {} requests a second at the edge, {} at the API; {} functions at once,\n\
         {} of them with connections; {} + {} units of the hot table; {} + {} capacity units of\n\
         Aurora for reads and writes, in {} cluster(s); {} messages a second.\n\n",
        short(peak.edge),
        short(peak.api),
        short(peak.concurrency),
        short(peak.connected),
        short(peak.dynamodb.0),
        short(peak.dynamodb.1),
        short(peak.acu.0),
        short(peak.acu.1),
        peak.clusters,
        short(peak.messages),
    );
    for line in bill.lines.iter().filter(|line| line.dollars > 0.0) {
        let kept = if line.kept { "  kept" } else { "" };
        let _ = writeln!(
            text,
            "  {:widest$}  {:>14} $  {}{kept}",
            line.what,
            money(line.dollars),
            line.amount
        );
    }
    let _ = writeln!(
        text,
        "  {:widest$}  {:>14} $  a month, of it {} for what is kept",
        "In all",
        money(bill.total(true)),
        money(bill.total(true) - bill.total(false))
    );
    text.push_str(&limits(bill));
    text.push_str(&per_million(bill, inputs));
    text
}

fn head(bill: &Bill) -> String {
    let scenario = &bill.scenario;
    format!(
        "{} user(s), stage {}: {} reads and {} writes a second on average, {} of reads answered by the edge.\n",
        scenario.users,
        bill.stage.name,
        short(scenario.reads() / MONTH),
        short(scenario.writes() / MONTH),
        percent(scenario.hit_ratio),
    )
}

fn limits(bill: &Bill) -> String {
    let broken: Vec<_> = bill
        .limits
        .iter()
        .filter(|limit| limit.needs > limit.most)
        .collect();
    let mut text = String::from("\n");
    if let (true, Some(next)) = (broken.is_empty(), bill.limits.first()) {
        let _ = writeln!(
            text,
            "No limit is reached. The first will be {}, at about {} users: {}.",
            next.what,
            short(next.users),
            next.remedy
        );
    }
    for (at, limit) in broken.iter().enumerate() {
        let first = if at == 0 { "The first limit that breaks" } else { "Then" };
        let _ = writeln!(
            text,
            "{first}: {}, {} of {}, from about {} users on. To do: {}.",
            limit.what,
            short(limit.needs),
            short(limit.most),
            short(limit.users),
            limit.remedy
        );
    }
    text
}

fn per_million(bill: &Bill, inputs: &Inputs) -> String {
    let (reads, rows) = (bill.per_million_reads(), bill.per_million_rows(&inputs.costs));
    let met = |dollars: f64, most: f64| if dollars <= most { "met" } else { "not met" };
    let mut text = format!("\n{}\n", largest(bill));
    for saving in savings::of(&bill.scenario, inputs) {
        let (reads, rows) =
            (saving.bill.per_million_reads(), saving.bill.per_million_rows(&inputs.costs));
        let _ = writeln!(
            text,
            "With {}: {reads:.2} $ a million reads, {rows:.2} $ a million rows.",
            saving.what
        );
    }
    if bill.scenario.users >= 10_000_000 {
        let _ = writeln!(
            text,
            "Targets: {TARGET_READS:.2} $ a million reads, {}; {TARGET_ROWS:.2} $ a million rows, {}.",
            met(reads, TARGET_READS),
            met(rows, TARGET_ROWS)
        );
    }
    let _ = writeln!(text, "{rows:.2} $ per million rows read");
    let _ = writeln!(text, "{reads:.2} $ per million HTTP reads");
    text
}

/// The three largest lines of what reading and writing costs.
fn largest(bill: &Bill) -> String {
    let mut lines: Vec<_> = bill.lines.iter().filter(|line| !line.kept).collect();
    lines.sort_by(|a, b| b.dollars.total_cmp(&a.dollars));
    let whole = bill.total(false);
    let parts: Vec<_> = lines
        .iter()
        .take(3)
        .map(|line| format!("{} ({})", line.what, percent(line.dollars / whole)))
        .collect();
    format!("Most of it: {}.", parts.join(", "))
}

/// A line a stage.
pub fn stages(bills: &[Bill], inputs: &Inputs) -> String {
    let mut text = String::from(
        "| stage | users | requests/s, peak | functions at once | $ a month with nobody there | $ a month | of it kept | $ per million reads | first limit |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for bill in bills {
        let first = bill
            .limits
            .first()
            .map(|limit| format!("{} at {}", limit.what, short(limit.users)));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {:.2} | {} |",
            bill.stage.name,
            short_users(bill.scenario.users),
            short(bill.peak.edge),
            short(bill.peak.concurrency),
            money(model::idle(bill.stage, inputs)),
            money(bill.total(true)),
            money(bill.total(true) - bill.total(false)),
            bill.per_million_reads(),
            first.unwrap_or_default(),
        );
    }
    if let Some(last) = bills.last() {
        text.push_str(&per_million(last, inputs));
    }
    text
}

/// The page of the documentation.
pub fn page(bills: &[Bill], inputs: &Inputs) -> String {
    let last = bills
        .last()
        .map(|bill| one(bill, inputs))
        .unwrap_or_default();
    format!(
        "# Capacity and cost\n\n\
         Written by `./dev capacity --docs docs`; prices of {} (`bench/capacity/prices.toml`, list prices of us-east-1), \
         costs of a request from `bench/capacity/costs.toml`. A model, not a bill: nothing here was measured on AWS yet.\n\n\
         The last number of users of each stage, {} reads and {} writes a user and month, {} of reads answered by the edge, \
         peaks of {} times the average, {} months of photographs and rows:\n\n{}\n\
         ![Dollars a month against users](capacity-cost.svg)\n\n![Functions at once against users](capacity-concurrency.svg)\n\n\
         ## Ten million users\n\n```\n{last}```\n",
        inputs.prices.as_of,
        short(bills.first().map_or(0.0, |bill| bill.scenario.reads_a_user)),
        short(
            bills
                .first()
                .map_or(0.0, |bill| bill.scenario.writes_a_user)
        ),
        percent(bills.first().map_or(0.0, |bill| bill.scenario.hit_ratio)),
        bills.first().map_or(0.0, |bill| bill.scenario.peak),
        bills.first().map_or(0.0, |bill| bill.scenario.months),
        table(bills, inputs),
    )
}

fn table(bills: &[Bill], inputs: &Inputs) -> String {
    let text = stages(bills, inputs);
    text.split_once("\n\n")
        .map_or(text.clone(), |(table, _)| format!("{table}\n"))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn money(dollars: f64) -> String {
    let whole = format!("{dollars:.0}");
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "to be read")]
fn short_users(users: u64) -> String {
    short(users as f64)
}

/// Two or three digits, and what they are of.
fn short(number: f64) -> String {
    match number {
        _ if number >= 1e9 => format!("{:.1} billion", number / 1e9),
        _ if number >= 1e6 => format!("{:.3} million", number / 1e6).replace(".000", ""),
        _ if number >= 100.0 => money(number),
        _ if number >= 1.0 => format!("{number:.1}").replace(".0", ""),
        _ => format!("{number:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(money(1_234_567.4), "1,234,567");
        assert_eq!(money(999.0), "999");
        assert_eq!(short(10_000_000.0), "10 million");
        assert_eq!(short(12.0), "12");
    }
}
