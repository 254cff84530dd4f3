//! Random graphs of rows over all tables, and rows deleted from them: the plan, the report and what the database then holds are
//! what the keys and the rules say of single rows.

use std::cell::Cell;
use std::collections::BTreeSet;

use migration::catalogue::{self, Catalogue, Type};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use sea_orm::sea_query::Value;
use service::deletion::{self, Delete, DeletionError, Row};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::graph_model::{self, Held, Place, blockers, cleared, expected, held, removed};

/// A table, and a number that decides about everything else.
type Step = (usize, u64);

/// Decides one thing after the other by the digits of a number.
struct Choices(u64);

impl Choices {
    fn of(&mut self, number: usize) -> usize {
        // Knuth's linear congruential generator; the upper half is random enough.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % number
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.of(values.len())]
    }
}

/// Adds a row that refers to rows which are there. A row that breaks a unique index stays out.
async fn add(db: &DatabaseConnection, catalogue: &Catalogue, there: &mut Vec<Place>, (table, seed): Step) {
    let table = &catalogue.tables[table % catalogue.tables.len()];
    let mut choices = Choices(seed);
    let mut given: Vec<(&'static str, Value)> = Vec::new();
    for key in &table.foreign_keys {
        let column = &key.columns[0];
        let parents: Vec<_> = there.iter().filter(|(name, _)| *name == key.parent).collect();
        let nullable = table.column(column).unwrap().nullable;
        if parents.is_empty() || (nullable && choices.of(3) == 0) {
            continue;
        }
        let parent = Uuid::parse_str(&parents[choices.of(parents.len())].1[0]).unwrap();
        given.push((column.clone().leak(), parent.into()));
    }
    match table.name.as_str() {
        "email_subscribers" => given.push((
            "status",
            choices
                .one_of(&["pending", "subscribed", "unsubscribed", "bounced", "complained"])
                .into(),
        )),
        "inventory" => {
            given.push(("location", format!("shelf {}", choices.of(9)).into()));
            given.push(("quantity_reserved", choices.one_of(&[0, 0, 2]).into()));
        }
        "order_items" => {
            given.push(("quantity", 2.into()));
            given.push(("quantity_fulfilled", choices.one_of(&[0, 1, 2, 2]).into()));
            given.push(("quantity_cancelled", choices.one_of(&[0, 0, 1]).into()));
            if choices.of(2) == 0 {
                given.push(("location", "main".into()));
            }
        }
        "orders" => {
            let status = choices.one_of(&["pending", "confirmed", "cancelled", "completed"]);
            let paid = choices.one_of(&["unpaid", "unpaid", "refunded", "paid", "partially_refunded"]);
            given.push(("status", status.into()));
            given.push(("financial_status", paid.into()));
        }
        "tasks" => given.push((
            "status",
            choices.one_of(&["pending", "completed", "in_progress"]).into(),
        )),
        "transactions" => {
            let kind = choices.one_of(&["revenue", "refund", "expense", "adjustment"]);
            given.push(("type", kind.into()));
        }
        _ => {}
    }
    let name = rows::tables().find(|name| *name == table.name).unwrap();
    // What is refused is a second of two equal rows.
    if let Ok(row) = rows::try_insert(db, name, given).await
        && table.primary_key == ["id"]
    {
        if name == "transactions" {
            remember(db, row.id(), &mut choices).await;
        }
        there.push((table.name.clone(), vec![row.id().simple().to_string()]));
    }
}

/// What remembers that an expense was booked has its id.
async fn remember(db: &DatabaseConnection, id: Uuid, choices: &mut Choices) {
    let kind = choices.one_of(&["budget.spent", "budget.spent", "stock.moved"]);
    let event = [("id", id.into()), ("event_type", kind.into())];
    rows::insert(db, "system_events", event).await;
}

fn as_row(catalogue: &Catalogue, (table, key): &Place) -> Row {
    let uuid = |n: usize| Uuid::parse_str(&key[n]).unwrap();
    let columns = &catalogue
        .tables
        .iter()
        .find(|t| t.name == *table)
        .unwrap()
        .primary_key;
    let at = |column: &str| columns.iter().position(|name| name == column).unwrap();
    match table.as_str() {
        "customer_segment_members" => Row::SegmentMember {
            customer: uuid(at("customer_id")).into(),
            segment: uuid(at("segment_id")).into(),
        },
        "email_subscribers" => Row::Subscriber {
            email: key[at("email")].clone(),
            list: uuid(at("list_id")).into(),
        },
        table => Row::with_id(table, uuid(0)).unwrap(),
    }
}

/// Deletes one row, and holds plan, report and database against the model. Returns what is left, and whether the row went.
async fn delete(db: &DatabaseConnection, catalogue: &Catalogue, before: &Held, root: &Place) -> (Held, bool) {
    let row = as_row(catalogue, root);
    let expected = expected(catalogue, before, root);
    let plan = deletion::plan(db, row.clone()).await.unwrap();
    assert_eq!(removed(&plan.removed), expected.removed, "{root:?}");
    assert_eq!(cleared(&plan.cleared), expected.cleared, "{root:?}");
    assert_eq!(blockers(&plan.blockers), expected.blockers, "{root:?}");
    assert_eq!(plan.is_blocked(), !expected.blockers.is_empty());
    let plan_blocks = plan.is_blocked();
    let outcome = deletion::delete(db, Delete { row: row.clone() }).await;
    let after = graph_model::held(db, catalogue).await;
    match outcome {
        Ok(report) => {
            assert_eq!(report, plan);
            assert!(!plan.is_blocked(), "{plan:?}");
            assert_eq!(after, expected.after, "{root:?}");
        }
        Err(DeletionError::Blocked {
            row: refused,
            blockers,
        }) => {
            assert_eq!((refused, blockers), (row, plan.blockers));
            assert_eq!(after, *before, "nothing happened");
        }
        Err(error) => panic!("{root:?}: {error:?}"),
    }
    (after, !plan_blocks)
}

async fn play(db: &DatabaseConnection, catalogue: &Catalogue, steps: Vec<Step>, seed: u64) -> usize {
    let mut deleted = 0;
    let mut there: Vec<Place> = held(db, catalogue).await.into_keys().collect();
    for step in steps {
        add(db, catalogue, &mut there, step).await;
    }
    let mut choices = Choices(seed);
    let mut left = held(db, catalogue).await;
    for _ in 0..6 {
        // A table first, so that the few rows of a table which everybody refers to have their turn.
        let tables: Vec<_> = left
            .keys()
            .map(|(table, _)| table)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let table = tables[choices.of(tables.len())];
        let rows: Vec<_> = left.keys().filter(|(name, _)| name == table).collect();
        let root = rows[choices.of(rows.len())].clone();
        let went;
        (left, went) = delete(db, catalogue, &left, &root).await;
        deleted += usize::from(went);
    }
    deleted
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_does_to_any_graph_of_rows_what_its_plan_and_the_keys_say(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let catalogue = catalogue::read(db).await.unwrap();
    assert_eq!(
        catalogue
            .tables
            .iter()
            .filter(|table| table.column("id").is_some_and(|id| id.ty == Type::Uuid))
            .count(),
        27
    );
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    });
    let runtime = tokio::runtime::Handle::current();
    let deleted = Cell::new(0);
    let graph = (
        prop::collection::vec((0..29_usize, any::<u64>()), 20..50),
        any::<u64>(),
    );
    let played = tokio::task::block_in_place(|| {
        runner.run(&graph, |(steps, seed)| {
            let went = runtime.block_on(play(db, &catalogue, steps, seed));
            deleted.set(deleted.get() + went);
            Ok(())
        })
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
    let tried = 24 * 6;
    assert!(
        (tried / 4..tried - tried / 10).contains(&deleted.get()),
        "{} of {tried} went",
        deleted.get()
    );
}
