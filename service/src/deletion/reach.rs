//! Which rows a deletion reaches, as conditions: their number does not matter.

use sea_orm::sea_query::{Alias, Cond, Condition, Expr, ExprTrait, Query, SelectStatement};

use super::key::{Key, OnDelete, keys};
use super::row::Row;

/// A deletion that begins at a row.
pub(super) struct Reach<'a> {
    row: &'a Row,
    /// The tables that lose rows, parents before children, the row's own first.
    tables: Vec<&'static str>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(row: &'a Row) -> Self {
        let root = row.table();
        let cascades = || keys().iter().filter(|key| key.on_delete == OnDelete::Cascade);
        let mut reached = vec![root];
        while let Some(key) =
            cascades().find(|key| reached.contains(&key.parent) && !reached.contains(&key.table))
        {
            reached.push(key.table);
        }
        // A table comes after every table of its parents.
        let mut tables = vec![root];
        while tables.len() < reached.len() {
            let ready = reached.iter().find(|table| {
                !tables.contains(table)
                    && cascades()
                        .filter(|key| key.table == **table && reached.contains(&key.parent))
                        .all(|key| tables.contains(&key.parent))
            });
            match ready {
                Some(table) => tables.push(table),
                None => break,
            }
        }
        Self { row, tables }
    }

    pub(super) fn tables(&self) -> &[&'static str] {
        &self.tables
    }

    /// The keys by which rows refer to rows that go, other than those that go by this key.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static Key> + '_ {
        keys()
            .iter()
            .filter(|key| key.on_delete != OnDelete::Cascade && self.tables.contains(&key.parent))
    }

    /// The rows of a table that go.
    pub(super) fn gone(&self, table: &str) -> Condition {
        if table == self.row.table() {
            let key = self.row.key().into_iter();
            return key.fold(Cond::all(), |all, (column, value)| {
                all.add(Expr::col((Alias::new(table), Alias::new(column))).eq(value))
            });
        }
        keys()
            .iter()
            .filter(|key| {
                key.table == table && key.on_delete == OnDelete::Cascade && self.tables.contains(&key.parent)
            })
            .fold(Cond::any(), |any, key| any.add(self.refers(key)))
    }

    /// The rows that refer by this key to rows that go, and do not go themselves; under RESTRICT, whether they go or not.
    pub(super) fn left_by(&self, key: &Key) -> Condition {
        let refers = Cond::all().add(self.refers(key));
        if key.on_delete != OnDelete::Restrict && self.tables.contains(&key.table) {
            refers.add(self.gone(key.table).not())
        } else {
            refers
        }
    }

    fn refers(&self, key: &Key) -> Expr {
        let column = Expr::col((Alias::new(key.table), Alias::new(&key.column)));
        if key.parent == self.row.table() {
            // Only tables whose key is an id are referred to.
            if let [(_, id)] = self.row.key().as_slice() {
                return column.eq(id.clone());
            }
        }
        column.in_subquery(self.ids(key.parent))
    }

    fn ids(&self, table: &str) -> SelectStatement {
        Query::select()
            .column((Alias::new(table), Alias::new("id")))
            .from(Alias::new(table))
            .cond_where(self.gone(table))
            .to_owned()
    }
}
