//! The partitions that there are.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::super::Month;
use super::super::family::PARTITIONED;
use crate::error::DatabaseError;

/// A partition of one of the tables; the default one has no bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Partition {
    pub(super) table: &'static str,
    /// As it is written in a statement.
    pub(super) name: String,
    pub(super) bounds: Option<(Uuid, Uuid)>,
}

impl Partition {
    /// The month that it holds, when its bounds are those of one.
    pub(super) fn month(&self) -> Option<Month> {
        let (from, to) = self.bounds?;
        Month::of_id(from).filter(|month| month.ids() == [from, to])
    }
}

/// The partitions of the three tables, without those that are being detached: what those hold is not read through their table any
/// more. One statement.
pub(super) async fn partitions<C: ConnectionTrait>(db: &C) -> Result<Vec<Partition>, DatabaseError> {
    const PARTITIONS: &str = "\
        SELECT parent.relname::text, child.oid::regclass::text, pg_get_expr(child.relpartbound, child.oid) \
        FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent \
        JOIN pg_class child ON child.oid = i.inhrelid \
        WHERE parent.relkind = 'p' AND NOT i.inhdetachpending AND parent.relnamespace = current_schema()::regnamespace";
    let mut partitions = Vec::new();
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, PARTITIONS))
        .await?;
    for row in rows {
        let (parent, name, bound): (String, String, String) = (
            row.try_get_by_index(0)?,
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
        );
        if let Some(table) = PARTITIONED.into_iter().find(|table| *table == parent) {
            let bounds = bounds_of(&bound);
            partitions.push(Partition { table, name, bounds });
        }
    }
    Ok(partitions)
}

/// `FOR VALUES FROM ('…') TO ('…')`.
fn bounds_of(text: &str) -> Option<(Uuid, Uuid)> {
    let mut ids = text.split('\'').skip(1).step_by(2);
    Some((ids.next()?.parse().ok()?, ids.next()?.parse().ok()?))
}
