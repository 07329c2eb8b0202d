//! The bill in words: for one number of users, and for each stage.

use std::fmt::Write;

use crate::{
    inputs::Inputs,
    limits::Limit,
    load::MONTH,
    model::{self, Bill, Line},
    savings,
    words::{money, percent, short, short_users},
};

/// The project's targets at ten million users, in dollars a million HTTP reads and a million rows.
const TARGET_READS: f64 = 1.40;
const TARGET_ROWS: f64 = 0.25;
/// The number of users from which on the targets are told.
const TARGET_USERS: u64 = 10_000_000;
/// The lines of the bill that are named as the largest.
const LARGEST: usize = 3;

/// Returns the whole bill of one number of users.
pub fn one(bill: &Bill, inputs: &Inputs) -> String {
    let mut text = head(bill);
    text.push_str(&at_peak(bill));
    text.push_str(&lines(bill));
    text.push_str(&limits(bill));
    text.push_str(&per_million(bill, inputs));
    text
}

fn head(bill: &Bill) -> String {
    let scenario = &bill.scenario;
    format!(
        "{} user(s), stage {}: {} reads and {} writes a second on average, {} of reads answered by \
         the edge.\n",
        scenario.users,
        bill.stage.name,
        short(scenario.reads() / MONTH),
        short(scenario.writes() / MONTH),
        percent(scenario.hit_ratio),
    )
}

fn at_peak(bill: &Bill) -> String {
    let peak = &bill.peak;
    format!(
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
    )
}

fn lines(bill: &Bill) -> String {
    let widths = bill.lines.iter().map(|line| line.what.len());
    let widest = widths.max().unwrap_or(0);
    let mut text = String::new();
    for line in &bill.lines {
        if line.dollars <= 0.0 {
            continue;
        }
        let Line { what, amount, .. } = line;
        let dollars = money(line.dollars);
        let kept = if line.kept { "  kept" } else { "" };
        let _ = writeln!(text, "  {what:widest$}  {dollars:>14} $  {amount}{kept}");
    }
    let all = money(bill.total(true));
    let kept = money(bill.total(true) - bill.total(false));
    let what = "In all";
    let _ = writeln!(text, "  {what:widest$}  {all:>14} $  a month, of it {kept} for what is kept");
    text
}

fn limits(bill: &Bill) -> String {
    let mut text = String::from("\n");
    let mut begins = "The first limit that breaks";
    for limit in &bill.limits {
        if limit.needs <= limit.most {
            continue;
        }
        let Limit { what, remedy, .. } = limit;
        let needs = short(limit.needs);
        let most = short(limit.most);
        let users = short(limit.users);
        let _ = writeln!(
            text,
            "{begins}: {what}, {needs} of {most}, from about {users} users on. To do: {remedy}."
        );
        begins = "Then";
    }
    let none_breaks = text.trim().is_empty();
    if none_breaks && let Some(Limit { what, users, remedy, .. }) = bill.limits.first() {
        let users = short(*users);
        let _ = writeln!(
            text,
            "No limit is reached. The first will be {what}, at about {users} users: {remedy}."
        );
    }
    if let Some(Limit { what, users, remedy, .. }) = first_that_stays(bill) {
        let users = short(*users);
        let _ = writeln!(
            text,
            "With those granted that AWS raises on request, the first limit is {what}, at about \
             {users} users: {remedy}."
        );
    }
    text
}

/// Returns the first limit that AWS does not raise on request.
fn first_that_stays(bill: &Bill) -> Option<&Limit> {
    bill.limits.iter().find(|limit| !limit.on_request)
}

fn per_million(bill: &Bill, inputs: &Inputs) -> String {
    let reads = bill.per_million_reads();
    let rows = bill.per_million_rows(&inputs.costs);
    let mut text = format!("\n{}\n{}\n", largest(bill), edge_alone(bill));
    for saving in savings::of(&bill.scenario, inputs) {
        let what = &saving.what;
        let reads = saving.bill.per_million_reads();
        let rows = saving.bill.per_million_rows(&inputs.costs);
        let _ = writeln!(
            text,
            "With {what}: {reads:.2} $ a million reads, {rows:.2} $ a million rows."
        );
    }
    if bill.scenario.users >= TARGET_USERS {
        let _ = writeln!(
            text,
            "Targets: {TARGET_READS:.2} $ a million reads, {}; {TARGET_ROWS:.2} $ a million rows, \
             {}.",
            met(reads, TARGET_READS),
            met(rows, TARGET_ROWS)
        );
    }
    let _ = writeln!(text, "{rows:.2} $ per million rows read");
    let _ = writeln!(text, "{reads:.2} $ per million HTTP reads");
    text
}

fn met(dollars: f64, most: f64) -> &'static str {
    if dollars <= most { "met" } else { "not met" }
}

/// Returns the largest lines of the cost of reading and writing, in a sentence.
fn largest(bill: &Bill) -> String {
    let mut lines: Vec<_> = bill.lines.iter().filter(|line| !line.kept).collect();
    lines.sort_by(|a, b| b.dollars.total_cmp(&a.dollars));
    let whole = bill.total(false);
    let mut parts = Vec::new();
    for line in lines.into_iter().take(LARGEST) {
        parts.push(format!("{} ({})", line.what, percent(line.dollars / whole)));
    }
    format!("Most of it: {}.", parts.join(", "))
}

/// Returns, in a sentence, what a million reads cost at the edge alone: less than that no work
/// behind it reaches.
fn edge_alone(bill: &Bill) -> String {
    let of = |what: &str| {
        let line = bill.lines.iter().find(|line| line.what == what);
        line.map_or(0.0, |line| line.dollars) / (bill.scenario.reads() / 1e6)
    };
    let requests = of("CloudFront, requests");
    let bytes = of("CloudFront, bytes");
    format!(
        "CloudFront alone: {requests:.2} $ a million reads for requests, {bytes:.2} $ for bytes."
    )
}

/// Returns a table with a line for each stage, and the prices of a million reads at the last.
pub fn stages(bills: &[Bill], inputs: &Inputs) -> String {
    let mut text = table(bills, inputs);
    if let Some(last) = bills.last() {
        text.push_str(&per_million(last, inputs));
    }
    text
}

/// Returns a table with a line for each stage, in Markdown.
pub fn table(bills: &[Bill], inputs: &Inputs) -> String {
    let mut text = String::from(
        "| stage | users | requests/s, peak | functions at once | $ a month with nobody there \
         | $ a month | of it kept | $ per million reads | first limit | first that stays |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|---|---|\n",
    );
    for bill in bills {
        let first_limit = named(bill.limits.first());
        let stays = named(first_that_stays(bill));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {:.2} | {first_limit} | {stays} |",
            bill.stage.name,
            short_users(bill.scenario.users),
            short(bill.peak.edge),
            short(bill.peak.concurrency),
            money(model::idle(bill.stage, inputs)),
            money(bill.total(true)),
            money(bill.total(true) - bill.total(false)),
            bill.per_million_reads(),
        );
    }
    text
}

fn named(limit: Option<&Limit>) -> String {
    limit.map_or_else(String::new, |limit| format!("{} at {}", limit.what, short(limit.users)))
}
