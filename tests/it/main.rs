//! End-to-end tests: whole flows over HTTP, against the running local system. `./dev test` starts
//! one for them.

mod accounts;
mod albums;
mod api;
mod architecture;
mod browser;
mod changes;
mod crash;
mod editing;
mod finding;
mod limits;
mod me;
mod photos;
mod plans;
mod projection;
mod refused;
mod repeats;
mod search;
mod social;
mod trips;
mod uploads;
