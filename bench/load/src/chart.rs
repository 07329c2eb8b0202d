//! Lines over time, as SVG.

use std::fmt::Write;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 230.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 34.0;
/// Colours that are told apart without seeing red or green (Okabe and Ito).
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"];

/// A line: a value for each interval, or none.
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<Option<f64>>,
}

impl Line {
    /// Creates a line without gaps.
    pub fn whole(name: &str, values: &[f64]) -> Self {
        Self { name: name.to_owned(), values: values.iter().copied().map(Some).collect() }
    }
}

/// Returns a plot of lines over a time of intervals of so many seconds.
pub fn chart(title: &str, unit: &str, interval: f64, lines: &[Line]) -> String {
    let axes = Axes::around(interval, lines);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>{title}</title>\n\
         <text x=\"{LEFT}\" y=\"18\" font-size=\"14\">{title}</text>\n"
    );
    axes.draw(&mut svg, unit);
    for (at, line) in lines.iter().enumerate() {
        let colour = COLOURS[at % COLOURS.len()];
        axes.draw_line(&mut svg, line, colour);
        let x = WIDTH - RIGHT + 12.0;
        let y = TOP + 12.0 + 16.0 * f64::from(u32::try_from(at).unwrap_or(0));
        let name = escape(&line.name);
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{name}</text>");
    }
    svg + "</svg>\n"
}

/// Returns a text in which no sign means anything to HTML.
pub fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Axes from zero.
struct Axes {
    interval: f64,
    seconds: f64,
    top: f64,
}

impl Axes {
    fn around(interval: f64, lines: &[Line]) -> Self {
        let mut highest = 0.0_f64;
        let mut intervals = 1;
        for line in lines {
            intervals = intervals.max(line.values.len());
            for value in line.values.iter().flatten() {
                highest = highest.max(*value);
            }
        }
        let seconds = interval * f64::from(u32::try_from(intervals).unwrap_or(u32::MAX));
        Self { interval, seconds, top: round_up(highest) }
    }

    fn x(&self, seconds: f64) -> f64 {
        LEFT + seconds / self.seconds * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - value / self.top * (HEIGHT - BOTTOM - TOP)
    }

    fn draw(&self, svg: &mut String, unit: &str) {
        let end = WIDTH - RIGHT;
        for quarter in 0..=4 {
            let part = f64::from(quarter) / 4.0;
            let y = self.y(self.top * part);
            let value = short(self.top * part);
            let text_x = LEFT - 6.0;
            let text_y = y + 4.0;
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"#ddd\"/><text x=\"{text_x}\" \
                 y=\"{text_y:.1}\" text-anchor=\"end\">{value}</text>"
            );
            let x = self.x(self.seconds * part);
            let y = HEIGHT - BOTTOM + 18.0;
            let seconds = short(self.seconds * part);
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{seconds} s</text>"
            );
        }
        let y = TOP - 4.0;
        let _ = writeln!(svg, "<text x=\"{end}\" y=\"{y}\" text-anchor=\"end\">{unit}</text>");
    }

    /// Draws a line with a gap where there is no value, and a dot where a value stands alone.
    fn draw_line(&self, svg: &mut String, line: &Line, colour: &str) {
        for (first, run) in runs(&line.values) {
            let mut points = Vec::new();
            let mut at = f64::from(u32::try_from(first).unwrap_or(0)) + 0.5;
            for value in run {
                points.push(format!("{:.1},{:.1}", self.x(at * self.interval), self.y(value)));
                at += 1.0;
            }
            if let [point] = &points[..] {
                let (x, y) = point.split_once(',').unwrap_or_default();
                let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"2\" fill=\"{colour}\"/>");
                continue;
            }
            let points = points.join(" ");
            let _ = writeln!(
                svg,
                "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" \
                 stroke-width=\"1.5\"/>"
            );
        }
    }
}

/// Returns the values that stand side by side, and the place of the first of them.
fn runs(values: &[Option<f64>]) -> Vec<(usize, Vec<f64>)> {
    let mut runs: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut is_open = false;
    for (at, value) in values.iter().enumerate() {
        match value {
            Some(value) if is_open => {
                if let Some((_, run)) = runs.last_mut() {
                    run.push(*value);
                }
            }
            Some(value) => runs.push((at, vec![*value])),
            None => {}
        }
        is_open = value.is_some();
    }
    runs
}

/// Returns the next round number: 1, 2 or 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    for times in [1.0, 2.0, 5.0] {
        if value <= times * power {
            return times * power;
        }
    }
    10.0 * power
}

fn short(value: f64) -> String {
    if value >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_above_all_values() {
        for (value, top) in [(0.0, 1.0), (0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (730.0, 1000.0)] {
            assert!((round_up(value) - top).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn a_line_has_a_gap_where_there_is_no_value() {
        let values = [Some(1.0), Some(2.0), None, Some(3.0)];
        assert_eq!(runs(&values), [(0, vec![1.0, 2.0]), (3, vec![3.0])]);
        let line = Line { name: "a<b".to_owned(), values: values.to_vec() };
        let svg = chart("Latency", "ms", 1.0, &[line]);
        assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (1, 1));
        assert!(svg.contains("a&lt;b"), "{svg}");
    }
}
