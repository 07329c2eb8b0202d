//! Photographs made in code, through the whole library. What is written is read by another decoder.
#![allow(clippy::unwrap_used)] // a test fails where it panics

mod colour;
mod directories;
mod encodings;
mod exif_of_cameras;
mod facts;
mod fixtures;
mod heif;
mod heif_fixtures;
mod hostile;
mod ink;
mod jpeg;
mod large;
mod metadata;
mod orientation;
mod png;
mod raw;
mod renditions;
mod still;
mod tiff;
mod tiff_variants;
mod webp;
