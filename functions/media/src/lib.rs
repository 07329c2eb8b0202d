//! Workers that make images of photos.

mod failure_code;
mod make_renditions;
mod original;
mod rerendering;
mod uploads;

pub use make_renditions::MakeRenditions;
