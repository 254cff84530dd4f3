//! The columns of a table, and what kind of value they hold.

use entity::{revenue_attribution, system_events, tasks, transactions, workflow_executions};
use sea_orm::{ColumnTrait, ColumnType, IdenStatic, Iterable};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Column {
    pub(in super::super) name: &'static str,
    pub(in super::super) kind: Kind,
}

/// What a value is, as far as the engines write it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Uuid,
    /// With so many digits after the point.
    Decimal(u32),
    Integer,
    Timestamp,
    Json,
    /// Texts and dates, which are the same characters everywhere.
    Text,
}

/// The columns of one of the tables that lose rows with a month.
pub(in super::super) fn columns(table: &str) -> Vec<Column> {
    macro_rules! of {
        ($($name:ident)*) => {
            match table {
                $(stringify!($name) => $name::Column::iter().map(column).collect(),)*
                _ => Vec::new(),
            }
        };
    }
    of!(revenue_attribution system_events tasks transactions workflow_executions)
}

fn column<C: ColumnTrait + IdenStatic>(column: C) -> Column {
    Column {
        name: column.as_str(),
        kind: match column.def().get_column_type() {
            ColumnType::Uuid => Kind::Uuid,
            ColumnType::Decimal(size) => Kind::Decimal(size.map_or(0, |(_, scale)| scale)),
            ColumnType::Integer | ColumnType::BigInteger => Kind::Integer,
            ColumnType::TimestampWithTimeZone => Kind::Timestamp,
            ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
            _ => Kind::Text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maintenance::partitions::family::parts;

    #[test]
    fn every_table_of_a_month_has_its_columns() {
        for part in parts() {
            let columns = columns(part.table);
            assert!(columns.contains(&Column {
                name: "id",
                kind: Kind::Uuid
            }));
            assert!(columns.iter().any(|column| column.name == part.column));
        }
        let amount = columns("transactions")
            .into_iter()
            .find(|column| column.name == "amount");
        assert_eq!(amount.map(|column| column.kind), Some(Kind::Decimal(2)));
    }
}
