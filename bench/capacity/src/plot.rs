//! Lines on logarithmic axes, as SVG.

use std::fmt::Write;

use crate::model::Bill;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 80.0;
const BOTTOM: f64 = 50.0;
const TOP: f64 = 40.0;
const RIGHT: f64 = 20.0;
/// Colours that are told apart without seeing red or green (Okabe and Ito).
const COLOURS: [&str; 3] = ["#0072b2", "#d55e00", "#009e73"];

/// From one user to ten million, eight to a power of ten.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most ten million")]
pub fn users() -> impl Iterator<Item = u64> {
    (0..=56).map(|step| 10_f64.powf(f64::from(step) / 8.0).round() as u64)
}

/// Dollars a month.
pub fn cost(bills: &[Bill]) -> String {
    let of = |what: fn(&Bill) -> f64| bills.iter().map(what).collect::<Vec<_>>();
    draw(
        bills,
        "Dollars a month",
        &[
            ("all", of(|bill| bill.total(true))),
            ("without what is kept", of(|bill| bill.total(false))),
        ],
    )
}

/// Functions at once.
pub fn concurrency(bills: &[Bill]) -> String {
    let of = |what: fn(&Bill) -> f64| bills.iter().map(what).collect::<Vec<_>>();
    let quota = vec![1000.0; bills.len()];
    draw(
        bills,
        "Functions at once, at the peak",
        &[
            ("all", of(|bill| bill.peak.concurrency)),
            ("with connections to the databases", of(|bill| bill.peak.connected)),
            ("quota of a new account", quota),
        ],
    )
}

#[expect(clippy::cast_precision_loss, reason = "to be seen")]
fn draw(bills: &[Bill], title: &str, lines: &[(&str, Vec<f64>)]) -> String {
    let xs: Vec<f64> = bills
        .iter()
        .map(|bill| (bill.scenario.users as f64).log10())
        .collect();
    let ys = || {
        lines
            .iter()
            .flat_map(|(_, values)| values)
            .map(|value| value.max(0.1).log10())
    };
    let (low, high) = (ys().fold(f64::MAX, f64::min).floor(), ys().fold(f64::MIN, f64::max).ceil());
    let (first, last) = (xs[0], xs[xs.len() - 1]);
    let x = |value: f64| LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>{title}, against users</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"14\">{title}</text>\n"
    );
    let mut power = low;
    while power <= high {
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {0:.1}H{1}\" stroke=\"#ddd\"/><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{4}</text>",
            y(power),
            WIDTH - RIGHT,
            LEFT - 8.0,
            y(power) + 4.0,
            tick(power)
        );
        power += 1.0;
    }
    let mut power = first;
    while power <= last {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            x(power),
            HEIGHT - BOTTOM + 20.0,
            tick(power)
        );
        power += 1.0;
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">users</text>",
        WIDTH - RIGHT,
        HEIGHT - 8.0
    );
    for (at, ((name, values), colour)) in lines.iter().zip(COLOURS).enumerate() {
        let points: Vec<_> = xs
            .iter()
            .zip(values)
            .map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(value.max(0.1).log10())))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join(" ")
        );
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" fill=\"{colour}\">{name}</text>",
            LEFT + 12.0,
            TOP + 16.0 + 16.0 * at as f64
        );
    }
    svg + "</svg>\n"
}

fn tick(power: f64) -> String {
    match power {
        _ if power < 0.0 => format!("{:.1}", 10_f64.powf(power)),
        _ if power < 3.0 => format!("{:.0}", 10_f64.powf(power)),
        _ if power < 6.0 => format!("{:.0} k", 10_f64.powf(power - 3.0)),
        _ => format!("{:.0} M", 10_f64.powf(power - 6.0)),
    }
}
