//! Chance that a seed decides, and the laws that it follows: for what imitates people.

mod random;
mod zipf;

pub use random::{Random, whole};
pub use zipf::Zipf;
