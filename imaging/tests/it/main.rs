//! Photographs made in code, through the whole library. What is written is read by another decoder.
#![allow(clippy::unwrap_used)] // a test fails where it panics

mod bmp;
mod colour;
mod directories;
mod encodings;
mod exif_of_cameras;
mod facts;
mod fax;
mod fixtures;
mod gif;
mod gps;
mod heif;
mod heif_alpha;
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
mod seen;
mod tiff;
mod tiff_fixtures;
mod tiff_numbers;
mod tiff_variants;
mod webp;
