//! The databases' tables and users, as a step of each deployment.

#[cfg(test)]
mod algorithms;
mod answer;
mod migrate;
mod tables;
pub mod warehouse;

pub use answer::MigrationAnswer;
pub use migrate::Migrate;
