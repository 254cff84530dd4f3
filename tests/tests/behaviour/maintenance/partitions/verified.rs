//! What is there when writers have gone on while months were made.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use service::maintenance::partitions::{Month, Partitioned};
use tests::{Engine, TestDatabase};
use uuid::Uuid;

use super::number;
use super::writers::{FIXED, MONTHS};

/// What a writer has left: the state of each row, or `None` where it deleted the row again.
pub(super) type Written = BTreeMap<Uuid, Option<&'static str>>;

/// Every row is where it belongs, as it was left, once.
pub(super) async fn verify(database: &TestDatabase, table: Partitioned, written: Written) {
    let sql = format!(
        "SELECT id, {} AS state, tableoid::regclass::text AS partition FROM {table} WHERE {0} <> 'fixed'",
        state_column(table)
    );
    let rows = database
        .connection()
        .query_all_raw(Statement::from_string(Engine::Postgres.backend(), sql))
        .await
        .unwrap();
    let mut found = Written::new();
    for row in rows {
        let id: Uuid = row.try_get("", "id").unwrap();
        let state = match row.try_get::<String>("", "state").unwrap().as_str() {
            "new" => "new",
            "changed" => "changed",
            other => panic!("{other}"),
        };
        let time = entity::SystemEventId::from(id).instant().unwrap();
        let partition: String = row.try_get("", "partition").unwrap();
        assert_eq!(partition, Month::of(time).partition_of(table));
        assert_eq!(found.insert(id, Some(state)), None, "{id} twice");
    }
    let kept: Written = written.into_iter().filter(|(_, state)| state.is_some()).collect();
    assert!(
        found == kept,
        "{table}: {} rows instead of {}",
        found.len(),
        kept.len()
    );
    let default = format!("SELECT count(*) FROM ONLY {}", table.default_partition());
    assert_eq!(number(database, &default).await, 0);
    if let Some((_, child, key)) = super::CHILDREN.iter().find(|(parent, ..)| *parent == table) {
        let joined = format!("SELECT count(*) FROM {child} JOIN {table} ON {table}.id = {child}.{key}");
        let all = i64::try_from(kept.len()).unwrap() + i64::from(MONTHS) * FIXED;
        assert_eq!(number(database, &joined).await, all);
        assert_eq!(
            number(database, &format!("SELECT count(*) FROM {child}")).await,
            all
        );
    }
}

/// The column that the writers change.
pub(super) fn state_column(table: Partitioned) -> &'static str {
    match table {
        Partitioned::WorkflowExecutions => "execution_id",
        Partitioned::Transactions => "description",
        Partitioned::SystemEvents => "message",
    }
}
