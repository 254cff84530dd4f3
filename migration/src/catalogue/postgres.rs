//! PostgreSQL's catalogue.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::closed_sets::closed_set;
use super::lexer::tokens;
use super::{
    Action, Catalogue, CatalogueError, Column, DefaultKind, ForeignKey, Index, TRACKING_TABLE, Table, Type,
    View,
};

const COLUMNS: &str = include_str!("../sql/catalogue_columns.postgres.sql");
const CONSTRAINTS: &str = include_str!("../sql/catalogue_constraints.postgres.sql");
const INDEXES: &str = include_str!("../sql/catalogue_indexes.postgres.sql");

pub(super) async fn read<C: ConnectionTrait>(db: &C) -> Result<Catalogue, CatalogueError> {
    let mut tables = BTreeMap::new();
    let mut views = BTreeMap::new();
    for row in query(db, COLUMNS).await? {
        let relation: String = row.try_get("", "relation")?;
        let column = column(&relation, &row)?;
        if row.try_get("", "is_view")? {
            let view = views.entry(relation).or_insert_with_key(|name| View::new(name));
            view.columns.push(column);
        } else if relation != TRACKING_TABLE {
            let table = tables.entry(relation).or_insert_with_key(|name| Table::new(name));
            table.columns.push(column);
        }
    }
    for row in query(db, CONSTRAINTS).await? {
        if let Some(table) = tables.get_mut(&row.try_get::<String>("", "relation")?) {
            constraint(table, &row)?;
        }
    }
    for row in query(db, INDEXES).await? {
        if let Some(table) = tables.get_mut(&row.try_get::<String>("", "relation")?) {
            table.indexes.push(Index {
                name: row.try_get("", "name")?,
                columns: names(&row, "columns")?,
                unique: row.try_get("", "is_unique")?,
                partial: row.try_get("", "is_partial")?,
            });
        }
    }
    Ok(Catalogue::sorted(tables.into_values(), views.into_values()))
}

async fn query<C: ConnectionTrait>(db: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
}

fn column(relation: &str, row: &QueryResult) -> Result<Column, CatalogueError> {
    let name: String = row.try_get("", "name")?;
    let ty = if relation == TRACKING_TABLE {
        Type::Text
    } else {
        Type::parse(relation, &name, &row.try_get::<String>("", "declared")?)?
    };
    let default: Option<String> = row.try_get("", "default_expression")?;
    Ok(Column {
        name,
        ty,
        nullable: !row.try_get::<bool>("", "required")?,
        default: default.map(|expression| DefaultKind::parse(ty, &expression)),
    })
}

fn constraint(table: &mut Table, row: &QueryResult) -> Result<(), DbErr> {
    let name: String = row.try_get("", "name")?;
    match row.try_get::<String>("", "kind")?.as_str() {
        "p" => table.primary_key = names(row, "columns")?,
        "f" => table.foreign_keys.push(ForeignKey {
            name,
            columns: names(row, "columns")?,
            parent: row.try_get("", "parent")?,
            parent_columns: names(row, "parent_columns")?,
            on_delete: action(&row.try_get::<String>("", "on_delete")?),
        }),
        _ => {
            table.checks.push(name);
            let condition: String = row.try_get("", "condition")?;
            table.closed_sets.extend(closed_set(&tokens(&condition)));
        }
    }
    Ok(())
}

fn names(row: &QueryResult, column: &str) -> Result<Vec<String>, DbErr> {
    let joined: String = row.try_get("", column)?;
    Ok(joined.split(',').map(str::to_owned).collect())
}

fn action(code: &str) -> Action {
    match code {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
