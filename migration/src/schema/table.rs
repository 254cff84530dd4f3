//! A table of the contract: its columns, its named constraints, its indexes and, where it has one, its `updated_at`.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

use super::column::{now, random_uuid, time_uuid, timestamp, uuid};
use super::touch::touch_on_update;

pub(crate) struct NewTable {
    engine: DbBackend,
    name: &'static str,
    statement: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
    touched: bool,
}

impl NewTable {
    pub(crate) fn new(manager: &SchemaManager<'_>, name: &'static str) -> Self {
        let mut statement = Table::create();
        statement.table(name);
        Self {
            engine: manager.get_database_backend(),
            name,
            statement,
            indexes: Vec::new(),
            touched: false,
        }
    }

    /// `id`, a random UUID unless the writer brings one.
    pub(crate) fn id(self) -> Self {
        let default = random_uuid(self.engine);
        self.col(uuid("id").default(default).primary_key())
    }

    /// `id`, a time-ordered UUID: for the tables that are partitioned by month on PostgreSQL.
    pub(crate) fn time_id(mut self) -> Self {
        let default = time_uuid(self.engine);
        if self.engine == DbBackend::Postgres {
            self.statement.partition_by_range(["id"]);
        }
        self.col(uuid("id").default(default).primary_key())
    }

    pub(crate) fn col(mut self, column: impl IntoColumnDef) -> Self {
        self.statement.col(column);
        self
    }

    /// `created_at`, now unless the writer says otherwise.
    pub(crate) fn created_at(self) -> Self {
        let default = now(self.engine);
        self.col(timestamp("created_at").default(default))
    }

    /// `updated_at`, which every later UPDATE moves forward, whoever writes it.
    pub(crate) fn updated_at(mut self) -> Self {
        self.touched = true;
        let default = now(self.engine);
        self.col(timestamp("updated_at").default(default))
    }

    /// A primary key of several columns.
    pub(crate) fn primary_key<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        let mut key = Index::create();
        for column in columns {
            key.col(column);
        }
        self.statement.primary_key(&mut key);
        self
    }

    /// A foreign key to `parent.id`, and the index that keeps its checks and cascades cheap.
    pub(crate) fn references(
        mut self,
        column: &'static str,
        parent: &'static str,
        on_delete: ForeignKeyAction,
    ) -> Self {
        self.statement.foreign_key(
            ForeignKey::create()
                .name(format!("fk_{}_{column}", self.name))
                .from(self.name, column)
                .to(parent, "id")
                .on_delete(on_delete),
        );
        self.index([column])
    }

    /// A closed set: `CHECK (column IN (…))`.
    pub(crate) fn one_of<const N: usize>(self, column: &'static str, values: [&'static str; N]) -> Self {
        self.check(column, Expr::col(column).is_in(values))
    }

    /// A named CHECK, `chk_<table>_<what>`.
    pub(crate) fn check(mut self, what: &str, rule: Expr) -> Self {
        self.statement.check((format!("chk_{}_{what}", self.name), rule));
        self
    }

    pub(crate) fn at_least(self, column: &'static str, lowest: i32) -> Self {
        self.check(column, Expr::col(column).gte(lowest))
    }

    pub(crate) fn between(self, column: &'static str, lowest: i32, highest: i32) -> Self {
        self.check(column, Expr::col(column).between(lowest, highest))
    }

    pub(crate) fn unique<const N: usize>(self, columns: [&'static str; N]) -> Self {
        let name = format!("idx_{}_{}", self.name, columns.join("_"));
        self.indexed(name, true, columns)
    }

    pub(crate) fn unique_named<const N: usize>(self, name: &str, columns: [&'static str; N]) -> Self {
        self.indexed(name.to_owned(), true, columns)
    }

    pub(crate) fn index<const N: usize>(self, columns: [&'static str; N]) -> Self {
        let name = format!("idx_{}_{}", self.name, columns.join("_"));
        self.indexed(name, false, columns)
    }

    pub(crate) fn index_named<const N: usize>(self, name: &str, columns: [&'static str; N]) -> Self {
        self.indexed(name.to_owned(), false, columns)
    }

    /// An index as SeaQuery builds it, for orders and predicates.
    pub(crate) fn index_as(mut self, name: &str, index: &mut IndexCreateStatement) -> Self {
        self.indexes.push(index.name(name).table(self.name).take());
        self
    }

    fn indexed<const N: usize>(mut self, name: String, unique: bool, columns: [&'static str; N]) -> Self {
        let mut index = Index::create();
        index.name(name).table(self.name);
        if unique {
            index.unique();
        }
        for column in columns {
            index.col(column);
        }
        self.indexes.push(index);
        self
    }

    pub(crate) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        match self.engine {
            DbBackend::Sqlite => {
                let statement = with_named_keys(&self.statement);
                manager.get_connection().execute_unprepared(&statement).await?;
            }
            _ => manager.create_table(self.statement).await?,
        }
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        if self.touched {
            touch_on_update(manager, self.name).await?;
        }
        Ok(())
    }
}

/// The statement for SQLite, its foreign keys named as on PostgreSQL: SeaQuery leaves their names out there.
fn with_named_keys(statement: &TableCreateStatement) -> String {
    let mut sql = statement.to_string(SqliteQueryBuilder);
    for key in statement.get_foreign_key_create_stmts() {
        let key = key.get_foreign_key();
        if let (Some(name), [column]) = (key.get_name(), key.get_columns().as_slice()) {
            let anonymous = format!("FOREIGN KEY (\"{column}\")");
            sql = sql.replace(&anonymous, &format!("CONSTRAINT \"{name}\" {anonymous}"));
        }
    }
    sql
}

/// Drops tables in the order given: children first. Their indexes, triggers and partitions go with them.
pub(crate) async fn drop_tables<const N: usize>(
    manager: &SchemaManager<'_>,
    names: [&'static str; N],
) -> Result<(), DbErr> {
    for name in names {
        manager.drop_table(Table::drop().table(name).take()).await?;
    }
    Ok(())
}
