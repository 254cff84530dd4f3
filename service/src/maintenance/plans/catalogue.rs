//! What PostgreSQL's catalogue knows of tables and indexes, partitions included.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

/// Tables and indexes, with what they are a part of, what they index and how many rows the planner takes them to have.
const RELATIONS: &str = "SELECT c.relname::text AS name, p.relname::text AS parent, t.relname::text AS on_table, \
     greatest(c.reltuples, 0)::bigint AS rows \
     FROM pg_class c \
     LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = h.inhparent \
     LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid \
     WHERE c.relnamespace = current_schema()::text::regnamespace AND c.relkind IN ('r', 'p', 'm', 'i', 'I')";

#[derive(FromQueryResult)]
struct Relation {
    name: String,
    parent: Option<String>,
    on_table: Option<String>,
    rows: i64,
}

/// The tables and indexes of the current schema.
#[derive(Default)]
pub(super) struct Catalogue {
    parents: HashMap<String, String>,
    indexed: HashMap<String, String>,
    rows: HashMap<String, u64>,
    /// The rows of all partitions of a table.
    parts: HashMap<String, u64>,
    own_rows: HashMap<String, u64>,
}

impl Catalogue {
    /// One statement.
    pub(super) async fn read<C: ConnectionTrait>(db: &C) -> Result<Self, DbErr> {
        let statement = Statement::from_string(db.get_database_backend(), RELATIONS);
        let mut catalogue = Self::default();
        for relation in Relation::find_by_statement(statement).all(db).await? {
            let rows = relation.rows.unsigned_abs();
            catalogue.own_rows.insert(relation.name.clone(), rows);
            match relation.on_table {
                Some(table) => {
                    catalogue.indexed.insert(relation.name.clone(), table);
                }
                None => match &relation.parent {
                    None => {
                        catalogue.rows.insert(relation.name.clone(), rows);
                    }
                    Some(parent) => *catalogue.parts.entry(parent.clone()).or_default() += rows,
                },
            }
            if let Some(parent) = relation.parent {
                catalogue.parents.insert(relation.name, parent);
            }
        }
        Ok(catalogue)
    }

    /// The partitioned table or index that this is a part of, or itself.
    pub(super) fn root<'n>(&'n self, name: &'n str) -> &'n str {
        self.parents.get(name).map_or(name, String::as_str)
    }

    /// Whether it is a part of another.
    pub(super) fn is_partition(&self, name: &str) -> bool {
        self.parents.contains_key(name)
    }

    /// About how many rows a table has.
    pub(super) fn rows(&self, table: &str) -> u64 {
        // An analyzed parent counts the rows of its partitions; without that they add up to as many.
        let [whole, parts] =
            [&self.rows, &self.parts].map(|rows| rows.get(table).copied().unwrap_or_default());
        whole.max(parts)
    }

    /// About how many rows a table or a single partition holds itself.
    pub(super) fn own_rows(&self, name: &str) -> u64 {
        self.own_rows.get(name).copied().unwrap_or_default()
    }

    /// The table that an index is on.
    pub(super) fn table_of(&self, index: &str) -> Option<&str> {
        self.indexed.get(index).map(String::as_str)
    }
}
