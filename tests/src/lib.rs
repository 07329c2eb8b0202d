//! Parts of the end-to-end tests: the system under test, people who use it, photographs.
//!
//! The system is a running `local run`; `./dev test` starts one and says in `ALBUMEN_SYSTEM` where
//! its `system.json` is. Tests share it and run side by side: each signs up people of its own.

pub mod albumen;
pub mod authenticator;
pub mod contract;
mod descriptions;
pub mod identity_provider;
pub mod in_process;
pub mod kill_points;
pub mod library;
pub mod links;
pub mod lying_provider;
pub mod mailbox;
pub mod openapi;
pub mod passkey;
pub mod person;
pub mod photograph;
pub mod round_trips;
pub mod route_list;
pub mod routes;
pub mod statement_counter;
pub mod store_search;
pub mod system;
pub mod tile_server;
pub mod unions;

pub use albumen::Albumen;
pub use person::{ApiResponse, Person};
pub use system::{OwnSystem, System};
