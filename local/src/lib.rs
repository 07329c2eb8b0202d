//! Albumen on one machine: the engines that stand in for AWS, and the host that runs the functions.

mod administrator_code;
pub mod archive;
pub mod calls;
pub mod cli;
pub mod console;
pub mod database;
pub mod demo;
pub mod dynamodb;
pub mod events;
pub mod export;
pub mod faults;
pub mod gateway;
pub mod host;
pub mod s3;
pub mod ses;
pub mod sqs;
pub mod supervision;
pub mod system;
pub mod template;
pub mod warehouse;
