//! The stages of the parameter `Scale`: what of each is bought, as `infra/` has it.

/// A stage, as a row of a table.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table")]
pub struct Stage {
    /// The parameter's value.
    pub name: &'static str,
    /// The most users that it is meant for.
    pub most_users: u64,
    /// Least and most capacity units of an instance of Aurora.
    pub acu: (f64, f64),
    /// Readers beside the writer.
    pub readers: f64,
    /// Whether there is RDS Proxy.
    pub proxy: bool,
    /// Whether the hot table's capacity is provisioned.
    pub provisioned: bool,
    /// Execution environments that are kept warm, as a share of what the peak takes.
    pub warm: f64,
    /// Processing units of the warehouse; none without one.
    pub rpu: f64,
    /// Whether rows older than three months leave MySQL.
    pub archives: bool,
    /// Rules of WAF.
    pub waf_rules: f64,
    /// Whether WAF sees writes alone.
    pub waf_writes_only: bool,
    /// Whether Aurora is I/O-optimized.
    pub io_optimized: bool,
}

/// All of them, smallest first.
pub const ALL: [Stage; 6] = [
    Stage { name: "users", most_users: 10, ..FIRST },
    Stage { name: "users-1", most_users: 1_000, acu: (0.5, 4.0), ..FIRST },
    Stage { name: "users-2", most_users: 10_000, acu: (1.0, 16.0), readers: 1.0, waf_rules: 4.0, ..FIRST },
    Stage { name: "users-3", most_users: 100_000, acu: (2.0, 64.0), readers: 2.0, ..THIRD },
    Stage {
        name: "users-4",
        most_users: 1_000_000,
        acu: (8.0, 128.0),
        readers: 3.0,
        rpu: 4.0,
        io_optimized: true,
        ..THIRD
    },
    Stage {
        name: "users-5",
        most_users: 10_000_000,
        acu: (16.0, 256.0),
        readers: 5.0,
        rpu: 8.0,
        provisioned: true,
        waf_writes_only: true,
        io_optimized: true,
        ..THIRD
    },
];

const FIRST: Stage = Stage {
    name: "",
    most_users: 0,
    acu: (0.0, 2.0),
    readers: 0.0,
    proxy: false,
    provisioned: false,
    warm: 0.0,
    rpu: 0.0,
    archives: false,
    waf_rules: 1.0,
    waf_writes_only: false,
    io_optimized: false,
};

const THIRD: Stage = Stage { proxy: true, warm: 0.1, archives: true, waf_rules: 4.0, ..FIRST };

/// The smallest stage that is meant for so many users; the last one for more.
pub fn of(users: u64) -> &'static Stage {
    ALL.iter().find(|stage| users <= stage.most_users).unwrap_or(&ALL[ALL.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_the_smallest_that_suffices() {
        assert_eq!(
            [1, 10, 11, 100_000, 100_001, u64::MAX].map(|users| of(users).name),
            ["users", "users", "users-1", "users-3", "users-4", "users-5"]
        );
    }
}
