//! The settings of a server that decide what statements mean. Aurora's cluster has the same, by the
//! parameter group in `infra/cluster.yaml`, so that what passes here does not fail or change there.

/// The settings by MySQL's names, each with its value. None is left to a default: that of Aurora's
/// `sql_mode` is not strict, and MySQL, MariaDB and Aurora differ in others.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html>
pub const SETTINGS: [(&str, &str); 13] = [
    ("character_set_server", "utf8mb4"),
    ("collation_server", "utf8mb4_bin"),
    ("innodb_ft_enable_stopword", "1"),
    ("innodb_ft_max_token_size", "84"),
    ("innodb_ft_min_token_size", "3"),
    ("innodb_lock_wait_timeout", "50"),
    ("interactive_timeout", "300"),
    ("local_infile", "0"),
    ("max_allowed_packet", "67108864"),
    (
        "sql_mode",
        "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,\
         ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
    ),
    ("time_zone", "UTC"),
    ("transaction_isolation", "REPEATABLE-READ"),
    ("wait_timeout", "300"),
];

/// Returns the options that start a server with these settings.
pub fn options() -> impl Iterator<Item = String> {
    SETTINGS.into_iter().map(|(name, value)| match name {
        // A server knows a time zone by its name only if it was given the tables of time zones.
        "time_zone" => "--default-time-zone=+00:00".to_owned(),
        _ => format!("--{}={value}", name.replace('_', "-")),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::SETTINGS;

    /// Settings that only Aurora has, or that change no answer: TLS, logs, and how many may
    /// connect.
    const AURORA: [&str; 6] = [
        "innodb_print_all_deadlocks",
        "long_query_time",
        "max_user_connections",
        "require_secure_transport",
        "slow_query_log",
        "tls_version",
    ];

    /// Reads the parameters of Aurora's cluster in its template.
    fn parameter_group() -> BTreeMap<&'static str, &'static str> {
        let template = include_str!("../../../infra/cluster.yaml");
        let (_, group) = template
            .split_once("AWS::RDS::DBClusterParameterGroup")
            .expect("the group");
        let (_, parameters) = group
            .split_once("      Parameters:\n")
            .expect("its parameters");
        let mut values = BTreeMap::new();
        for line in parameters.lines().take_while(|line| !line.is_empty()) {
            let parameter = line.trim();
            if !parameter.starts_with('#')
                && let Some((name, value)) = parameter.split_once(": ")
            {
                values.insert(name, value.trim_matches('"'));
            }
        }
        values
    }

    #[test]
    fn aurora_has_the_settings_of_the_local_server() {
        let mut group = parameter_group();
        for (name, value) in SETTINGS {
            assert_eq!(group.remove(name), Some(value), "{name} in infra/cluster.yaml");
        }
        group.retain(|name, _| !AURORA.contains(name));
        assert!(group.is_empty(), "only Aurora has {group:?}");
    }
}
