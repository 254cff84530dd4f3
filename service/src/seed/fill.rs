//! Filling the database, day after day.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use sea_orm::{DatabaseConnection, DbBackend};
use serde_json::json;

use super::calendar::Calendar;
use super::command::{Progress, Seed, SeedError, Seeded};
use super::dice::Source;
use super::months::Next;
use super::rows::Rows;
use super::shop::{Sales, Shop, Takings};
use super::write::Writer;
use super::{books, campaigns, catalogue, figures, months, orders, people, settle, system, work};
use crate::error::DatabaseError;
use crate::segments::{Criteria, RecomputeSegment, filling};

/// So many rows are written at once, more or less.
const BATCH: usize = 10_000;

/// Fills an empty database with a made-up shop, in one transaction: all of it or nothing.
///
/// Before, the months that are missing get their partitions (PostgreSQL), which stay when it is stopped; a role that may not make tables
/// fills the default partitions instead.
/// Afterwards the views are filled, the statistics brought up to date and new pages marked, so that upkeep has nothing to do; that
/// this fails undoes nothing.
///
/// `watch` hears how far it is after every month that is made and every batch of some ten thousand rows, and may stop it: then
/// everything is rolled back. By COPY on PostgreSQL, by INSERT of many rows on SQLite; a statement for each table and batch. A pool
/// is taken and no caller's transaction, because COPY is not among SeaORM's words. Locks nothing but what it writes, and keeps out
/// whoever would seed as well. On PostgreSQL the shop's own order numbers go on after the last one, which needs the right to set the
/// sequence `order_numbers`; rights are looked at first.
///
/// # Errors
///
/// [`SeedError::NotEmpty`] when there are rows besides events and what upkeep noted for itself (`maintenance.` in the configurations);
/// [`SeedError::NotPermitted`]; [`SeedError::Busy`]; [`SeedError::Organisation`]; [`SeedError::Invalid`]; [`SeedError::Stopped`].
pub async fn seed(
    db: &DatabaseConnection,
    command: Seed,
    mut watch: impl FnMut(Progress) -> ControlFlow<()> + Send,
) -> Result<Seeded, SeedError> {
    const ACTION: &str = "seed.seed";
    let from = command.from()?;
    let mut rows = Rows::default();
    let source = Source::new(command.rng);
    let calendar = Calendar::new(&source, command.orders, from, command.until);
    let agents = command.agents.clone();
    let shop = Shop::open(source, calendar, command.orders, agents, &mut rows)
        .map_err(|lines| SeedError::Organisation { lines })?;
    let mark = json!({
        "orders": command.orders,
        "months": command.months,
        "rng": command.rng,
        "until": command.until,
    });
    system::configurations(&shop, db.get_database_backend(), command.orders, mark, &mut rows);
    if db.get_database_backend() == DbBackend::Postgres {
        // Nobody gets months who is refused. They are committed one by one, so it begins anew after them.
        Writer::begin(db, ACTION).await?.give_up().await;
        months(db, &shop, command.orders, &mut watch).await?;
    }
    let mut filling = Filling {
        writer: Writer::begin(db, ACTION).await?,
        counts: BTreeMap::new(),
        rows,
        orders: command.orders,
    };
    match filling.all(&shop, &mut watch).await {
        Ok(()) => {
            filling.writer.commit().await?;
            Ok(Seeded {
                upkeep: settle::settle(db).await,
                rows: filling.counts,
                from,
                until: command.until,
            })
        }
        Err(error) => {
            filling.writer.give_up().await;
            Err(error)
        }
    }
}

/// Makes the months that are missing.
async fn months(
    db: &DatabaseConnection,
    shop: &Shop,
    orders: u64,
    watch: &mut (impl FnMut(Progress) -> ControlFlow<()> + Send),
) -> Result<(), SeedError> {
    let missing = months::missing(db, &shop.calendar).await?;
    let all = missing.len() as u64;
    for (n, month) in (1..).zip(missing) {
        if matches!(months::prepare(db, month).await?, Next::LeaveThem) {
            break;
        }
        ask(
            watch,
            Progress {
                months: Some((n, all)),
                orders: 0,
                of: orders,
                rows: 0,
            },
        )?;
    }
    Ok(())
}

/// Whether to go on.
fn ask(
    watch: &mut (impl FnMut(Progress) -> ControlFlow<()> + Send),
    progress: Progress,
) -> Result<(), SeedError> {
    match watch(progress) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(SeedError::Stopped {
            orders: progress.orders,
            of: progress.of,
        }),
    }
}

struct Filling {
    writer: Writer,
    counts: BTreeMap<&'static str, u64>,
    rows: Rows,
    orders: u64,
}

impl Filling {
    async fn all(
        &mut self,
        shop: &Shop,
        watch: &mut (impl FnMut(Progress) -> ControlFlow<()> + Send),
    ) -> Result<(), SeedError> {
        let mut sales = Sales::default();
        for (n, days) in shop.calendar.months().into_iter().enumerate() {
            let days = &shop.calendar.days[days];
            let (Some(first), Some(last)) = (days.first(), days.last()) else {
                continue;
            };
            // Those of the last month may still be running, and touches go back a week.
            let older = sales.campaigns.len().saturating_sub(3);
            sales.campaigns.drain(..older);
            let orders = days.iter().map(|day| day.orders).sum();
            let (from, to) = (first.date, last.date);
            let new = campaigns::month(shop, n, (from, to), orders, &mut self.rows);
            sales.campaigns.extend(new);
            books::month(shop, n, (from, to), orders, &mut self.rows);
            sales.products.clear();
            sales.month = Takings::default();
            for day in days {
                people::register(&shop.source, &shop.calendar, day, &shop.lists, &mut self.rows);
                sales.day = Takings::default();
                for j in 0..day.orders {
                    orders::order(shop, day, j, &mut sales, &mut self.rows);
                    if self.rows.len() >= BATCH && j + 1 < day.orders {
                        self.flush(watch).await?;
                    }
                }
                work::day(shop, day, &mut self.rows);
                system::day(shop, day, &mut self.rows);
                figures::day(shop, day, sales.day, &mut self.rows);
                sales.month.add(sales.day);
                if self.rows.len() >= BATCH {
                    self.flush(watch).await?;
                }
            }
            figures::month(shop, n, (from, to), &sales, &mut self.rows);
        }
        catalogue::shelves(
            &shop.source,
            &shop.calendar,
            &shop.catalogue,
            &sales.reserved,
            &mut self.rows,
        );
        self.flush(watch).await?;
        self.segments(shop).await?;
        self.writer.go_on_after(orders::number(self.orders - 1)).await?;
        Ok(())
    }

    async fn flush(
        &mut self,
        watch: &mut (impl FnMut(Progress) -> ControlFlow<()> + Send),
    ) -> Result<(), SeedError> {
        self.rows.write(&mut self.writer, &mut self.counts).await?;
        ask(
            watch,
            Progress {
                months: None,
                orders: self.counts.get("orders").copied().unwrap_or(0),
                of: self.orders,
                rows: self.counts.values().sum(),
            },
        )
    }

    /// The members of the segments, computed from what was written.
    async fn segments(&mut self, shop: &Shop) -> Result<(), SeedError> {
        let engine = match self.writer {
            Writer::Postgres(_) => DbBackend::Postgres,
            Writer::Sqlite(_) => DbBackend::Sqlite,
        };
        let mut members = 0;
        for audience in &shop.audiences {
            let criteria = Criteria::parse(&audience.criteria)
                .map_err(|error| DatabaseError::from(sea_orm::DbErr::Custom(error.to_string())))?;
            let command = RecomputeSegment {
                id: audience.id,
                now: shop.calendar.last_instant(),
            };
            members += self.writer.execute(filling(engine, command, &criteria)?).await?;
        }
        self.counts.insert("customer_segment_members", members);
        Ok(())
    }
}
