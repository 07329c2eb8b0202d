//! Texts that people and cameras wrote about a picture.

pub(crate) mod captions;
pub(crate) mod encoding;
