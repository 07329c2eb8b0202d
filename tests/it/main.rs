//! End-to-end tests: whole flows over HTTP, against the running local system. `./dev test` starts
//! one for them.

mod accounts;
mod activity;
mod album_changes;
mod albums;
mod api;
mod architecture;
mod batch;
mod browser;
mod captions;
mod changes;
mod crash;
mod editing;
mod finding;
mod formats;
mod guests;
mod limits;
mod me;
mod me_activity;
mod members;
mod names;
mod photos;
mod plans;
mod projection;
mod refused;
mod repeats;
mod reporting;
mod search;
mod shares;
mod social;
mod stack;
mod statistics;
mod tags;
mod trips;
mod uploads;
mod warehouse;
