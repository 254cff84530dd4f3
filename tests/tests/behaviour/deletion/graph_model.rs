//! What a deletion does, said once more in plain sets of rows, over what the database holds.

use std::collections::{BTreeMap, BTreeSet};

use migration::catalogue::{Action, Catalogue, Table, Type};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use service::deletion::{Blocker, Cleared, Reason, Removed};

/// A row by its table and its key.
pub(super) type Place = (String, Vec<String>);

/// Every row of every table: its keys, what it refers to, and what the rules look at; ids in hexadecimal.
pub(super) type Held = BTreeMap<Place, BTreeMap<String, Option<String>>>;

/// The columns that rules look at.
const TELLING: [(&str, &[&str]); 7] = [
    ("email_subscribers", &["status"]),
    ("inventory", &["quantity_reserved"]),
    (
        "order_items",
        &["location", "quantity", "quantity_cancelled", "quantity_fulfilled"],
    ),
    ("orders", &["status", "financial_status"]),
    ("system_events", &["event_type"]),
    ("tasks", &["status"]),
    ("transactions", &["type"]),
];

pub(super) async fn held(db: &DatabaseConnection, catalogue: &Catalogue) -> Held {
    let mut held = Held::new();
    for table in &catalogue.tables {
        let columns = columns(table);
        let read: Vec<_> = columns
            .iter()
            .map(
                |column| match (db.get_database_backend(), &table.column(column).unwrap().ty) {
                    (DbBackend::Postgres, Type::Uuid) => format!("replace({column}::text, '-', '')"),
                    (_, Type::Uuid) => {
                        format!("lower(CASE WHEN {column} IS NULL THEN NULL ELSE hex({column}) END)")
                    }
                    _ => format!("CAST({column} AS text)"),
                },
            )
            .collect();
        let sql = format!("SELECT {} FROM {}", read.join(", "), table.name);
        let statement = Statement::from_string(db.get_database_backend(), sql);
        for row in db.query_all_raw(statement).await.unwrap() {
            let row: BTreeMap<_, _> = columns
                .iter()
                .enumerate()
                .map(|(n, column)| (column.clone(), row.try_get_by_index::<Option<String>>(n).unwrap()))
                .collect();
            let key = table
                .primary_key
                .iter()
                .map(|column| row[column].clone().unwrap());
            held.insert((table.name.clone(), key.collect()), row);
        }
    }
    held
}

fn columns(table: &Table) -> Vec<String> {
    let telling = TELLING.iter().filter(|(name, _)| *name == table.name);
    let telling = telling.flat_map(|(_, columns)| columns.iter().map(|column| (*column).to_owned()));
    let refers = table.foreign_keys.iter().map(|key| key.columns[0].clone());
    let columns: BTreeSet<_> = table
        .primary_key
        .iter()
        .cloned()
        .chain(refers)
        .chain(telling)
        .collect();
    columns.into_iter().collect()
}

/// What should happen.
pub(super) struct Expected {
    pub(super) removed: BTreeMap<String, u64>,
    pub(super) cleared: BTreeMap<(String, String), u64>,
    pub(super) blockers: BTreeMap<(String, Reason), u64>,
    pub(super) after: Held,
}

pub(super) fn expected(catalogue: &Catalogue, held: &Held, root: &Place) -> Expected {
    let gone = gone(catalogue, held, root);
    let mut expected = Expected {
        removed: BTreeMap::new(),
        cleared: BTreeMap::new(),
        blockers: BTreeMap::new(),
        after: held.clone(),
    };
    expected.after.retain(|place, _| !gone.contains(place));
    for (table, _) in &gone {
        *expected.removed.entry(table.clone()).or_default() += 1;
    }
    for table in &catalogue.tables {
        for key in &table.foreign_keys {
            let column = &key.columns[0];
            for (place, row) in held.iter().filter(|((name, _), _)| *name == table.name) {
                let Some(parent) = &row[column] else { continue };
                if !gone.contains(&(key.parent.clone(), vec![parent.clone()])) {
                    continue;
                }
                let goes = gone.contains(place);
                match key.on_delete {
                    Action::SetNull if !goes => {
                        *expected
                            .cleared
                            .entry((table.name.clone(), column.clone()))
                            .or_default() += 1;
                        expected
                            .after
                            .get_mut(place)
                            .unwrap()
                            .insert(column.clone(), None);
                    }
                    Action::NoAction if goes => {}
                    Action::NoAction | Action::Restrict => {
                        let column = service_column(&table.name, column);
                        *expected
                            .blockers
                            .entry((table.name.clone(), Reason::Refers { column }))
                            .or_default() += 1;
                    }
                    _ => {}
                }
            }
        }
    }
    for place in &gone {
        if let Some(reason) = forbidden(held, place, place == root) {
            *expected.blockers.entry((place.0.clone(), reason)).or_default() += 1;
        }
    }
    expected
}

fn service_column(table: &str, column: &str) -> &'static str {
    let keys = service::deletion::keys().iter();
    let mut key = keys.filter(|key| key.table == table && key.column == column);
    &key.next().unwrap().column
}

/// Row by row, until there is no more.
fn gone(catalogue: &Catalogue, held: &Held, root: &Place) -> BTreeSet<Place> {
    let mut gone = BTreeSet::from([root.clone()]);
    loop {
        let before = gone.len();
        for table in &catalogue.tables {
            for key in table
                .foreign_keys
                .iter()
                .filter(|key| key.on_delete == Action::Cascade)
            {
                for (place, row) in held.iter().filter(|((name, _), _)| *name == table.name) {
                    if let Some(parent) = &row[&key.columns[0]]
                        && gone.contains(&(key.parent.clone(), vec![parent.clone()]))
                    {
                        gone.insert(place.clone());
                    }
                }
            }
        }
        if gone.len() == before {
            return gone;
        }
    }
}

fn forbidden(held: &Held, place: &Place, is_named: bool) -> Option<Reason> {
    let row = &held[place];
    let text = |column: &str| row[column].as_deref().unwrap_or_default();
    let number = |column: &str| text(column).parse::<i32>().unwrap();
    match place.0.as_str() {
        "email_subscribers" => (is_named && !["pending", "subscribed"].contains(&text("status")))
            .then_some(Reason::EndedSubscription),
        "inventory" => (number("quantity_reserved") > 0).then_some(Reason::ReservedStock),
        "order_items" => {
            let order = &held[&("orders".to_owned(), vec![text("order_id").to_owned()])];
            let open = ["pending", "confirmed"].contains(&order["status"].as_deref().unwrap());
            let reserved = row["location"].is_some()
                && row["product_variant_id"].is_some()
                && number("quantity_fulfilled") + number("quantity_cancelled") < number("quantity");
            (open && reserved).then_some(Reason::OpenReservation)
        }
        "orders" => {
            let payments = held.iter().filter(|((table, _), payment)| {
                table == "transactions"
                    && payment["order_id"].as_ref() == Some(&place.1[0])
                    && payment["type"].as_deref() == Some("revenue")
            });
            let paid = match text("financial_status") {
                "paid" | "partially_refunded" => true,
                "unpaid" => payments.count() > 0,
                _ => false,
            };
            paid.then_some(Reason::Paid)
        }
        "tasks" => (text("status") == "in_progress").then_some(Reason::InProgress),
        "transactions" if ["revenue", "refund"].contains(&text("type")) => {
            row["order_id"].is_some().then_some(Reason::BelongsToOrder)
        }
        "transactions" => held
            .get(&("system_events".to_owned(), place.1.clone()))
            .is_some_and(|event| event["event_type"].as_deref() == Some("budget.spent"))
            .then_some(Reason::Booked),
        _ => None,
    }
}

pub(super) fn removed(removed: &[Removed]) -> BTreeMap<String, u64> {
    removed
        .iter()
        .map(|removed| (removed.table.to_owned(), removed.rows))
        .collect()
}

pub(super) fn cleared(cleared: &[Cleared]) -> BTreeMap<(String, String), u64> {
    cleared
        .iter()
        .map(|cleared| {
            (
                (cleared.table.to_owned(), cleared.column.to_owned()),
                cleared.rows,
            )
        })
        .collect()
}

pub(super) fn blockers(blockers: &[Blocker]) -> BTreeMap<(String, Reason), u64> {
    for blocker in blockers {
        assert_eq!(blocker.examples.len() as u64, blocker.rows.min(10), "{blocker:?}");
        assert!(blocker.examples.iter().all(|row| row.table() == blocker.table));
    }
    blockers
        .iter()
        .map(|blocker| ((blocker.table.to_owned(), blocker.reason), blocker.rows))
        .collect()
}
