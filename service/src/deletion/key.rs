//! The foreign keys as data.

use std::sync::LazyLock;

use sea_orm::sea_query::{ForeignKeyAction, TableName, TableRef};
use sea_orm::{Identity, Iterable, RelationDef, RelationTrait};

/// What a deletion does to the rows that refer to the deleted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnDelete {
    /// They go with it.
    Cascade,
    /// They stay and refer to nothing any more.
    SetNull,
    /// They keep it from being deleted, unless they go in the same deletion.
    NoAction,
    /// They keep it from being deleted.
    Restrict,
}

/// A foreign key: `table.column` refers to the `id` of `parent`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The constraint's name.
    pub name: String,
    /// The table whose rows refer.
    pub table: &'static str,
    /// Its column.
    pub column: String,
    /// The table that they refer to.
    pub parent: &'static str,
    /// What a deletion there does here.
    pub on_delete: OnDelete,
}

/// Every foreign key of the schema, by table and column, as the entities' relations have them.
#[must_use]
pub fn keys() -> &'static [Key] {
    static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
        let mut keys = Vec::with_capacity(40);
        macro_rules! collect {
            ($($table:ident)*) => {$(
                keys.extend(
                    entity::$table::Relation::iter()
                        .filter_map(|relation| key(stringify!($table), relation.def())),
                );
            )*};
        }
        entity::for_each_table!(collect);
        keys.sort_by(|a: &Key, b| (a.table, &a.column).cmp(&(b.table, &b.column)));
        keys
    });
    &KEYS
}

/// The key of a relation, when it is this table's and not that of a table which refers here.
fn key(table: &'static str, relation: RelationDef) -> Option<Key> {
    let (Some(name), TableRef::Table(TableName(_, parent), _), Identity::Unary(column)) =
        (relation.fk_name, relation.to_tbl, relation.from_col)
    else {
        return None;
    };
    if relation.is_owner {
        return None;
    }
    Some(Key {
        name,
        table,
        column: column.to_string(),
        parent: table_named(&parent.to_string())?,
        on_delete: match relation.on_delete {
            Some(ForeignKeyAction::Cascade) => OnDelete::Cascade,
            Some(ForeignKeyAction::SetNull) => OnDelete::SetNull,
            Some(ForeignKeyAction::Restrict) => OnDelete::Restrict,
            _ => OnDelete::NoAction,
        },
    })
}

fn table_named(name: &str) -> Option<&'static str> {
    macro_rules! find {
        ($($table:ident)*) => {
            [$(stringify!($table)),*].into_iter().find(|table| *table == name)
        };
    }
    entity::for_each_table!(find)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_forty_keys() {
        assert_eq!(keys().len(), 40);
        for key in keys() {
            assert_eq!(key.name, format!("fk_{}_{}", key.table, key.column));
        }
    }

    /// What a deletion at `root` takes with it, by tables.
    fn reached(root: &'static str) -> BTreeSet<&'static str> {
        let mut tables = BTreeSet::from([root]);
        while let Some(more) = keys().iter().find(|key| {
            key.on_delete == OnDelete::Cascade && tables.contains(key.parent) && !tables.contains(key.table)
        }) {
            tables.insert(more.table);
        }
        tables
    }

    /// The keys as they are leave no room for NO ACTION and RESTRICT to differ, and none for a row that goes and is cleared.
    #[test]
    fn no_deletion_reaches_a_row_by_a_cascade_and_by_another_action() {
        for root in keys().iter().map(|key| key.parent) {
            let tables = reached(root);
            for key in keys() {
                let taken_along = tables.contains(key.table) && key.table != root;
                assert!(
                    !(taken_along && tables.contains(key.parent)) || key.on_delete == OnDelete::Cascade,
                    "{root}: {key:?}"
                );
            }
        }
    }

    #[test]
    fn cascades_run_in_no_circle() {
        for key in keys().iter().filter(|key| key.on_delete == OnDelete::Cascade) {
            assert!(!reached(key.table).contains(key.parent), "{key:?}");
        }
    }
}
