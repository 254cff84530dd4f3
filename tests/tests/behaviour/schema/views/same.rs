//! The engines compute the same figures from the same rows, whatever they are, down to the millisecond: PostgreSQL keeps
//! microseconds, SQLite what was written and computes with milliseconds.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::show;

/// An order: its customer of three, its total in cents, whether it counts, its age in hours; its lines, each of one of
/// four variants, units, units returned, and their total in cents.
type Order = (usize, i64, bool, i64, Vec<(usize, i32, i32, i64)>);
/// A task: its agent of three, its status, its duration in milliseconds, its SLA in minutes.
type Task = (usize, &'static str, i64, i32);
/// A credit: its agent, the transaction's type, its amount in cents, hundredths of a percent.
type Credit = (usize, &'static str, i64, i64);

#[tokio::test(flavor = "multi_thread")]
async fn the_engines_agree_on_the_figures_of_random_shops() {
    let Some(postgres) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let sqlite = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let mut runner = TestRunner::deterministic();
    for _ in 0..16 {
        let orders = prop::collection::vec(order(), 12)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let tasks = prop::collection::vec(task(), 24)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let credits = prop::collection::vec(credit(), 8)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let shop = Shop {
            orders,
            tasks,
            credits,
            now: Utc::now().trunc_subsecs(3),
            names: std::array::from_fn(|_| Uuid::now_v7()),
        };
        shop.open(&postgres).await;
        shop.open(&sqlite).await;
        let (one, other) = (show(&postgres).await, show(&sqlite).await);
        assert_eq!(
            one, other,
            "{:?} {:?} {:?}",
            shop.orders, shop.tasks, shop.credits
        );
    }
}

fn order() -> impl Strategy<Value = Order> {
    let line = (0..4_usize, 1..9_i32, 0..9_i32, 0..1_000_000_i64)
        .prop_map(|(variant, units, returned, cents)| (variant, units, returned.min(units), cents));
    (
        0..3_usize,
        0..1_000_000_i64,
        any::<bool>(),
        0..2_000_i64,
        prop::collection::vec(line, 0..4),
    )
}

fn task() -> impl Strategy<Value = Task> {
    let status = prop::sample::select(vec![
        "pending",
        "in_progress",
        "completed",
        "completed",
        "failed",
        "cancelled",
    ]);
    (0..3_usize, status, 0..9_000_000_i64, 1..200_i32)
}

fn credit() -> impl Strategy<Value = Credit> {
    let kind = prop::sample::select(vec!["revenue", "refund", "adjustment"]);
    (0..3_usize, kind, 0..1_000_000_i64, 0..=10_000_i64)
}

struct Shop {
    orders: Vec<Order>,
    tasks: Vec<Task>,
    credits: Vec<Credit>,
    now: DateTime<Utc>,
    /// Ids that both engines use: three customers, three agents, two products, four variants.
    names: [Uuid; 12],
}

impl Shop {
    async fn open(&self, database: &TestDatabase) {
        let db = database.connection();
        for (at, id) in self.names.iter().enumerate() {
            let id = ("id", (*id).into());
            match at {
                0..3 => rows::insert(db, "customers", [id]).await,
                3..6 => rows::insert(db, "agents", [id]).await,
                6..8 => rows::insert(db, "products", [id]).await,
                _ => {
                    rows::insert(
                        db,
                        "product_variants",
                        [id, ("product_id", self.names[6 + at % 2].into())],
                    )
                    .await
                }
            };
        }
        for order in &self.orders {
            self.place(database, order).await;
        }
        let execution = self.run(database).await;
        for task in &self.tasks {
            self.work(database, execution, task).await;
        }
        for credit in &self.credits {
            self.credit(database, credit).await;
        }
    }

    async fn place(&self, database: &TestDatabase, (customer, cents, counts, hours, lines): &Order) {
        let given = [
            ("customer_id", self.names[*customer].into()),
            ("total_amount", Decimal::new(*cents, 2).into()),
            ("status", if *counts { "confirmed" } else { "cancelled" }.into()),
            ("created_at", (self.now - Duration::hours(*hours)).into()),
        ];
        let order = rows::insert(database.connection(), "orders", given).await.id();
        for (variant, units, returned, cents) in lines {
            let given = [
                ("order_id", order.into()),
                ("product_variant_id", self.names[8 + variant].into()),
                ("quantity", (*units).into()),
                ("quantity_returned", (*returned).into()),
                ("total_amount", Decimal::new(*cents, 2).into()),
            ];
            rows::insert(database.connection(), "order_items", given).await;
        }
    }

    /// An execution whose workflow belongs to the first agent, so that the views have no row for another.
    async fn run(&self, database: &TestDatabase) -> Uuid {
        let owner = [("owner_agent_id", self.names[3].into())];
        let workflow = rows::insert(database.connection(), "workflows", owner).await.id();
        rows::insert(
            database.connection(),
            "workflow_executions",
            [("workflow_id", workflow.into())],
        )
        .await
        .id()
    }

    async fn work(
        &self,
        database: &TestDatabase,
        execution: Uuid,
        (agent, status, milliseconds, sla): &Task,
    ) {
        let end = self.now + Duration::milliseconds(*milliseconds);
        let given = [
            ("workflow_execution_id", execution.into()),
            ("assigned_agent_id", self.names[3 + agent].into()),
            ("status", (*status).into()),
            ("sla_minutes", (*sla).into()),
            ("created_at", self.now.into()),
            ("started_at", self.now.into()),
            ("completed_at", end.into()),
        ];
        rows::insert(database.connection(), "tasks", given).await;
    }

    async fn credit(&self, database: &TestDatabase, (agent, kind, cents, percentage): &Credit) {
        let given = [
            ("type", (*kind).into()),
            ("amount", Decimal::new(*cents, 2).into()),
            ("customer_id", self.names[*agent].into()),
        ];
        let transaction = rows::insert(database.connection(), "transactions", given)
            .await
            .id();
        let given = [
            ("transaction_id", transaction.into()),
            ("agent_id", self.names[3 + agent].into()),
            ("attribution_percentage", Decimal::new(*percentage, 2).into()),
        ];
        rows::insert(database.connection(), "revenue_attribution", given).await;
    }
}
