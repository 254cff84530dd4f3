//! What makes an object what the migrations build.
//!
//! Names are identifiers as SQL writes them, so they go into statements as they are.

mod column;
mod extra;
mod partition;
mod postgres;
mod sqlite;
mod table;

use sea_orm::DbBackend;

use super::compare::Difference;
use super::home::Home;
use super::object::{Kind, Objects};
use crate::maintenance::doctor::examination::Repair;

const UP: &str = "cargo run -p migration -- up";

/// What a repair depends on besides the object.
pub(super) struct Context<'a> {
    pub(super) engine: DbBackend,
    pub(super) home: &'a Home,
    pub(super) expected: &'a Objects,
    pub(super) live: &'a Objects,
    /// Whether migrations are still to be applied.
    pub(super) is_pending: bool,
}

impl Context<'_> {
    fn expects(&self, kind: Kind, name: &str) -> Option<&str> {
        self.expected.get(&(kind, name.to_owned())).map(String::as_str)
    }

    /// A table of the migrations that has no partitions.
    fn is_plain(&self, table: &str) -> bool {
        self.expects(Kind::Table, table)
            .is_some_and(|definition| !definition.starts_with("partition"))
    }

    fn has(&self, kind: Kind, name: &str) -> bool {
        self.live.contains_key(&(kind, name.to_owned()))
    }
}

/// What mends a difference.
pub(super) fn repair(context: &Context<'_>, difference: &Difference) -> Repair {
    let repair = match (difference.kind, difference.expected.as_deref()) {
        (Kind::Migration, None) => Repair::Decision("use the release that applied it".to_owned()),
        _ if context.is_pending => context.home.migrate(UP),
        (Kind::Partition, _) => partition::repair(context, difference),
        (_, None) => extra::repair(context, difference),
        (Kind::Table, Some(expected)) => table::repair(context, difference, expected),
        (_, Some(expected)) if context.engine == DbBackend::Postgres => {
            postgres::repair(context, difference, expected)
        }
        (_, Some(expected)) => sqlite::repair(difference, expected),
    };
    match repair {
        Repair::Sql(sql) => Repair::Sql(context.home.script(sql)),
        repair => repair,
    }
}
