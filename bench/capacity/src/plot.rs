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

/// Returns numbers of users from one to ten million, eight to a power of ten.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most ten million")]
pub fn users() -> impl Iterator<Item = u64> {
    (0..=56).map(|step| 10_f64.powf(f64::from(step) / 8.0).round() as u64)
}

/// A line of a plot: a value for each bill.
struct Curve {
    name: &'static str,
    values: Vec<f64>,
}

impl Curve {
    fn new(name: &'static str, bills: &[Bill], value: fn(&Bill) -> f64) -> Self {
        Self { name, values: bills.iter().map(value).collect() }
    }
}

/// Returns a plot of dollars a month.
pub fn cost(bills: &[Bill]) -> String {
    let all = Curve::new("all", bills, |bill| bill.total(true));
    let not_kept = Curve::new("without what is kept", bills, |bill| bill.total(false));
    draw(bills, "Dollars a month", &[all, not_kept])
}

/// Returns a plot of functions that work at once.
pub fn concurrency(bills: &[Bill]) -> String {
    let all = Curve::new("all", bills, |bill| bill.peak.concurrency);
    let connected =
        Curve::new("with connections to the databases", bills, |bill| bill.peak.connected);
    let quota = Curve::new("quota of a new account", bills, |_| 1000.0);
    draw(bills, "Functions at once, at the peak", &[all, connected, quota])
}

/// Logarithmic axes: powers of ten at their ends.
struct Axes {
    left: f64,
    right: f64,
    bottom: f64,
    top: f64,
}

impl Axes {
    /// Returns axes that have room for these numbers of users and these lines.
    fn around(users: &[f64], curves: &[Curve]) -> Self {
        let mut low = f64::MAX;
        let mut high = f64::MIN;
        for curve in curves {
            for value in &curve.values {
                low = low.min(power(*value));
                high = high.max(power(*value));
            }
        }
        let left = users[0];
        let right = users[users.len() - 1];
        Self { left, right, bottom: low.floor(), top: high.ceil() }
    }

    /// Returns the pixel from the left of a power of ten.
    fn x(&self, power: f64) -> f64 {
        LEFT + (power - self.left) / (self.right - self.left) * (WIDTH - LEFT - RIGHT)
    }

    /// Returns the pixel from above of a power of ten.
    fn y(&self, power: f64) -> f64 {
        let height = HEIGHT - BOTTOM - TOP;
        HEIGHT - BOTTOM - (power - self.bottom) / (self.top - self.bottom) * height
    }

    fn draw(&self, svg: &mut String) {
        let end = WIDTH - RIGHT;
        let mut power = self.bottom;
        while power <= self.top {
            let y = self.y(power);
            let _ = write!(svg, "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"#ddd\"/>");
            let text_x = LEFT - 8.0;
            let text_y = y + 4.0;
            let tick = tick(power);
            let _ = writeln!(
                svg,
                "<text x=\"{text_x}\" y=\"{text_y:.1}\" text-anchor=\"end\">{tick}</text>"
            );
            power += 1.0;
        }
        let mut power = self.left;
        while power <= self.right {
            let x = self.x(power);
            let y = HEIGHT - BOTTOM + 20.0;
            let tick = tick(power);
            let _ =
                writeln!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{tick}</text>");
            power += 1.0;
        }
        let y = HEIGHT - 8.0;
        let _ = writeln!(svg, "<text x=\"{end}\" y=\"{y}\" text-anchor=\"end\">users</text>");
    }

    fn draw_curve(&self, svg: &mut String, users: &[f64], curve: &Curve, colour: &str) {
        let mut points = Vec::new();
        for (users, value) in users.iter().zip(&curve.values) {
            points.push(format!("{:.1},{:.1}", self.x(*users), self.y(power(*value))));
        }
        let points = points.join(" ");
        let _ = writeln!(
            svg,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        );
    }
}

/// Returns the power of ten that a value is; of nothing that of a tenth.
fn power(value: f64) -> f64 {
    value.max(0.1).log10()
}

#[expect(clippy::cast_precision_loss, reason = "to be seen")]
fn draw(bills: &[Bill], title: &str, curves: &[Curve]) -> String {
    let users: Vec<f64> = bills
        .iter()
        .map(|bill| (bill.scenario.users as f64).log10())
        .collect();
    let axes = Axes::around(&users, curves);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>{title}, against users</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"14\">{title}</text>\n"
    );
    axes.draw(&mut svg);
    let x = LEFT + 12.0;
    for (at, (curve, colour)) in curves.iter().zip(COLOURS).enumerate() {
        axes.draw_curve(&mut svg, &users, curve, colour);
        let y = TOP + 16.0 + 16.0 * at as f64;
        let name = curve.name;
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{name}</text>");
    }
    svg + "</svg>\n"
}

/// Returns the words under a power of ten.
fn tick(power: f64) -> String {
    if power < 0.0 {
        format!("{:.1}", 10_f64.powf(power))
    } else if power < 3.0 {
        format!("{:.0}", 10_f64.powf(power))
    } else if power < 6.0 {
        format!("{:.0} k", 10_f64.powf(power - 3.0))
    } else {
        format!("{:.0} M", 10_f64.powf(power - 6.0))
    }
}
