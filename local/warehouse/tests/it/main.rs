//! The warehouse as AWS's own SDK sees it.

mod copying;
mod statements;
mod support;
