//! The shop's work from end to end, for whoever is connected.

mod office;
mod sales;

pub(super) use office::{books, figures, machinery, work};
pub(super) use sales::{customers, marketing, shop};
