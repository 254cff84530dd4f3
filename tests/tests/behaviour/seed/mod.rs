//! A made-up shop: the same every time, and as the operations would have left it.

mod command;
mod consistent;
#[cfg(unix)]
mod interrupt;
mod refusals;
mod same;

use std::ops::ControlFlow;

use sea_orm::DatabaseConnection;
use service::seed::{Seed, Seeded, seed};

/// Some months that end shortly after Black Friday.
pub(crate) fn small(orders: u64) -> Seed {
    Seed {
        months: 8,
        until: "2025-12-15".parse().unwrap(),
        ..Seed::new(orders)
    }
}

pub(crate) async fn fill(db: &DatabaseConnection, command: Seed) -> Seeded {
    seed(db, command, |_| ControlFlow::Continue(())).await.unwrap()
}
