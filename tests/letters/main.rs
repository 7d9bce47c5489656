//! Letters as pairs of files: a short scenario beside the whole mail that it gives, a wrong template beside the words
//! that refuse it. `BLESS=1 cargo test --test letters` writes the expectations anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod pairs;
mod properties;
mod readable;
mod samples;
mod scenario;
mod wrong;
