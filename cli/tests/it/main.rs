//! The program as its users run it.

mod command_line;
mod immich;
mod immich_server;
mod mirror;
mod service;
mod upload;
