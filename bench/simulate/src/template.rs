//! The parts of a stage, as `template.yaml` and `infra/data.yaml` say: nothing is written twice.

use std::sync::LazyLock;

use saphyr::{LoadableYamlNode, ScalarOwned, YamlOwned};

/// Provisioned concurrency of a function.
#[derive(Clone, Copy, Debug)]
pub struct Warm {
    /// Always.
    pub least: f64,
    /// At least, between the two hours of the schedule.
    pub evening: f64,
    /// At most, by use.
    pub most: f64,
}

/// A stage and its parts.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Requests a second of a route, and its burst.
    pub requests: (f64, f64),
    /// Requests a second of a route that tries a password.
    pub log_ins: f64,
    /// Photos that are worked on at once.
    pub renditions: f64,
    /// `GetAlbum`, kept warm.
    pub warm_reads: Warm,
    /// `CreateSession`, kept warm.
    pub warm_log_ins: Warm,
    /// Seconds of the day at which the evening begins and ends, in UTC.
    pub evening: (f64, f64),
    /// Provisioned or warm units of the hot table: reading, writing.
    pub hot: (f64, f64),
    /// Least and most capacity units of an instance.
    pub acu: (f64, f64),
    /// Readers beside the writer.
    pub readers: f64,
    /// Connections of a database's user to an instance.
    pub connections: f64,
    /// Seconds that a function has which queries the databases.
    pub patience: f64,
    /// True if the database sleeps while nobody asks.
    pub sleeps: bool,
}

static ROOT: LazyLock<YamlOwned> = LazyLock::new(|| parse(include_str!("../../../template.yaml")));
static DATA: LazyLock<YamlOwned> =
    LazyLock::new(|| parse(include_str!("../../../infra/data.yaml")));

fn parse(text: &str) -> YamlOwned {
    let mut documents = YamlOwned::load_from_str(text).expect("the template is YAML");
    documents.swap_remove(0)
}

/// Returns what stands under a key, below any tag of CloudFormation's.
fn child<'a>(node: &'a YamlOwned, key: &str) -> Option<&'a YamlOwned> {
    match node {
        YamlOwned::Mapping(entries) => entries
            .iter()
            .find(|(name, _)| text(name) == Some(key))
            .map(|(_, value)| value),
        YamlOwned::Tagged(_, inner) => child(inner, key),
        _ => None,
    }
}

fn text(node: &YamlOwned) -> Option<&str> {
    match node {
        YamlOwned::Value(ScalarOwned::String(text)) => Some(text),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "settings are small")]
fn number(root: &YamlOwned, path: &[&str]) -> f64 {
    match at(root, path) {
        YamlOwned::Value(ScalarOwned::Integer(number)) => *number as f64,
        YamlOwned::Value(ScalarOwned::FloatingPoint(number)) => number.into_inner(),
        other => panic!("{path:?} is no number in the template: {other:?}"),
    }
}

fn at<'a>(root: &'a YamlOwned, path: &[&str]) -> &'a YamlOwned {
    let mut node = root;
    for key in path {
        node = child(node, key).unwrap_or_else(|| panic!("the template has no {path:?}"));
    }
    node
}

/// Returns the second of the day of each `cron(minute hour …)` below a node, in their order.
fn schedules(node: &YamlOwned) -> Vec<f64> {
    match node {
        YamlOwned::Mapping(entries) => entries
            .iter()
            .flat_map(|(_, value)| schedules(value))
            .collect(),
        YamlOwned::Sequence(items) => items.iter().flat_map(schedules).collect(),
        YamlOwned::Tagged(_, inner) => schedules(inner),
        _ => text(node).and_then(second_of_day).into_iter().collect(),
    }
}

fn second_of_day(cron: &str) -> Option<f64> {
    let mut fields = cron.strip_prefix("cron(")?.split(' ');
    let minute: f64 = fields.next()?.parse().ok()?;
    let hour: f64 = fields.next()?.parse().ok()?;
    Some(hour * 3600.0 + minute * 60.0)
}

/// Returns what a stage has.
///
/// # Panics
/// If the templates have lost a setting that is read here.
pub fn stage(name: &str) -> Stage {
    let of_root = |key: &str| number(&ROOT, &["Mappings", "Stage", name, key]);
    let of_aurora = |key: &str| number(&DATA, &["Mappings", "Aurora", name, key]);
    let warm = |kind: &str| {
        let of_kind = |part: &str| of_root(&format!("Warm{kind}{part}"));
        Warm { least: of_kind(""), evening: of_kind("Evening"), most: of_kind("Most") }
    };
    let evening = schedules(at(&ROOT, &["Resources", "ReadsWarm"]));
    let [begins, ends] = evening[..] else { panic!("ReadsWarm has two schedules") };
    Stage {
        requests: (of_root("Requests"), of_root("Burst")),
        log_ins: of_root("LogIns"),
        renditions: of_root("Renditions"),
        warm_reads: warm("Reads"),
        warm_log_ins: warm("LogIns"),
        evening: (begins, ends),
        hot: (of_root("HotReads"), of_root("HotWrites")),
        acu: (of_aurora("Min"), of_aurora("Max")),
        readers: of_aurora("Readers"),
        connections: of_aurora("OfUser"),
        patience: of_root("Patience"),
        sleeps: of_aurora("Min") <= 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_say_what_the_cost_model_says() {
        for known in capacity::stage::all() {
            let read = stage(&known.name);
            assert_eq!((read.acu, read.readers), (known.acu, known.readers), "{}", known.name);
            assert_eq!(read.sleeps, known.acu.0 <= 0.0);
        }
    }

    #[test]
    fn the_evening_is_when_the_schedule_says() {
        assert_eq!(second_of_day("cron(30 16 * * ? *)"), Some(59_400.0));
        let (begins, ends) = stage("users-5").evening;
        assert!(begins < ends, "{begins} to {ends}");
    }
}
