//! Parts that Albumen's functions share: the domain, its stores, HTTP, queues and telemetry.
//!
//! Arrows inside point one way: `domain` knows nothing; `error`, `env`, `freeze_detection` and
//! `activity` know the domain at most; `stores` know those; `http`, `queue` and `runtime` know the
//! stores. Nothing here knows a function.

pub mod activity;
pub mod domain;
pub mod env;
pub mod error;
pub mod freeze_detection;
pub mod http;
pub mod queue;
pub mod runtime;
pub mod stores;
pub mod telemetry;

pub use error::{Error, Result};
