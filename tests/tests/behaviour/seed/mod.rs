//! A made-up shop: the same every time, and as the operations would have left it.

mod command;
mod consistent;
#[cfg(unix)]
mod interrupt;
mod money;
mod refusals;
mod same;
mod small;
mod work;

use std::ops::ControlFlow;

use sea_orm::{DatabaseConnection, EntityTrait};
use service::seed::{Seed, Seeded, seed};

async fn all<E: EntityTrait>(db: &DatabaseConnection) -> Vec<E::Model> {
    E::find().all(db).await.unwrap()
}

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
