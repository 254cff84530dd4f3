//! SQLite's catalogue: the pragmas, and the text of CREATE TABLE for what they leave out.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::closed_sets::closed_set;
use super::lexer::{Token, tokens};
use super::sqlite_views::{ViewColumn, view_columns};
use super::{
    Action, Catalogue, CatalogueError, Column, DefaultKind, ForeignKey, Index, TRACKING_TABLE, Table, Type,
    View,
};

const RELATIONS: &str = include_str!("../sql/catalogue_relations.sqlite.sql");
const COLUMNS: &str = include_str!("../sql/catalogue_columns.sqlite.sql");
const FOREIGN_KEYS: &str = include_str!("../sql/catalogue_foreign_keys.sqlite.sql");
const INDEXES: &str = include_str!("../sql/catalogue_indexes.sqlite.sql");

pub(super) async fn read<C: ConnectionTrait>(db: &C) -> Result<Catalogue, CatalogueError> {
    let mut tables = BTreeMap::new();
    let mut views = BTreeMap::new();
    let mut definitions = BTreeMap::new();
    for row in query(db, RELATIONS).await? {
        let relation: String = row.try_get("", "relation")?;
        let definition = tokens(&row.try_get::<String>("", "definition")?);
        if row.try_get("", "is_view")? {
            views.insert(
                relation.clone(),
                (View::new(&relation), view_columns(&definition)),
            );
        } else if relation != TRACKING_TABLE {
            tables.insert(relation.clone(), Table::new(&relation));
            definitions.insert(relation, definition);
        }
    }
    // By position, which need not be the order of the columns.
    let mut keys: BTreeMap<(String, i32), String> = BTreeMap::new();
    for row in query(db, COLUMNS).await? {
        let relation: String = row.try_get("", "relation")?;
        if let Some(table) = tables.get_mut(&relation) {
            table_column(table, &row)?;
            let position: i32 = row.try_get("", "key_position")?;
            if position > 0 {
                keys.insert((relation, position), row.try_get("", "name")?);
            }
        } else if let Some((view, declared)) = views.get_mut(&relation) {
            view_column(view, declared, &row)?;
        }
    }
    for ((relation, _), column) in keys {
        if let Some(table) = tables.get_mut(&relation) {
            table.primary_key.push(column);
        }
    }
    foreign_keys(db, &mut tables).await?;
    indexes(db, &mut tables).await?;
    for (name, table) in &mut tables {
        if let Some(definition) = definitions.get(name) {
            named_constraints(table, definition);
        }
    }
    Ok(Catalogue::sorted(
        tables.into_values(),
        views.into_values().map(|(view, _)| view),
    ))
}

async fn query<C: ConnectionTrait>(db: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await
}

fn table_column(table: &mut Table, row: &QueryResult) -> Result<(), CatalogueError> {
    let name: String = row.try_get("", "name")?;
    let ty = Type::parse(&table.name, &name, &row.try_get::<String>("", "declared")?)?;
    let default: Option<String> = row.try_get("", "default_expression")?;
    table.columns.push(Column {
        name,
        ty,
        nullable: !row.try_get::<bool>("", "required")?,
        default: default.map(|expression| DefaultKind::parse(ty, &expression)),
    });
    Ok(())
}

fn view_column(view: &mut View, declared: &[ViewColumn], row: &QueryResult) -> Result<(), CatalogueError> {
    let name: String = row.try_get("", "name")?;
    let known = declared.iter().find(|column| column.name == name);
    let ty = match known.and_then(|column| column.cast.clone()) {
        Some(cast) => cast,
        None => row.try_get("", "declared")?,
    };
    view.columns.push(Column {
        ty: Type::parse(&view.name, &name, &ty)?,
        nullable: !known.is_some_and(|column| column.not_null),
        default: None,
        name,
    });
    Ok(())
}

/// The keys by their names of convention, for a table whose statement names none; what it names is read from its text.
async fn foreign_keys<C: ConnectionTrait>(db: &C, tables: &mut BTreeMap<String, Table>) -> Result<(), DbErr> {
    let mut last = None;
    for row in query(db, FOREIGN_KEYS).await? {
        let relation: String = row.try_get("", "relation")?;
        let id: i32 = row.try_get("", "id")?;
        let column: String = row.try_get("", "child_column")?;
        let parent_column = row.try_get::<Option<String>>("", "parent_column")?;
        let parent_column = parent_column.unwrap_or_else(|| "id".to_owned());
        let Some(table) = tables.get_mut(&relation) else {
            continue;
        };
        match table.foreign_keys.last_mut() {
            Some(key) if last == Some((relation.clone(), id)) => {
                key.columns.push(column);
                key.parent_columns.push(parent_column);
            }
            _ => table.foreign_keys.push(ForeignKey {
                name: format!("fk_{relation}_{column}"),
                columns: vec![column],
                parent: row.try_get("", "parent")?,
                parent_columns: vec![parent_column],
                on_delete: action(&row.try_get::<String>("", "on_delete")?),
            }),
        }
        last = Some((relation, id));
    }
    Ok(())
}

async fn indexes<C: ConnectionTrait>(db: &C, tables: &mut BTreeMap<String, Table>) -> Result<(), DbErr> {
    for row in query(db, INDEXES).await? {
        let name: String = row.try_get("", "name")?;
        let column: String = row.try_get("", "index_column")?;
        let Some(table) = tables.get_mut(&row.try_get::<String>("", "relation")?) else {
            continue;
        };
        match table.indexes.last_mut() {
            Some(index) if index.name == name => index.columns.push(column),
            _ => table.indexes.push(Index {
                name,
                columns: vec![column],
                unique: row.try_get("", "is_unique")?,
                partial: row.try_get("", "is_partial")?,
            }),
        }
    }
    Ok(())
}

/// Finds `CONSTRAINT name CHECK (…)`, and `CONSTRAINT name FOREIGN KEY (…)` where a key has a name: no pragma tells them.
fn named_constraints(table: &mut Table, definition: &[Token]) {
    for (at, token) in definition.iter().enumerate() {
        if !token.is("constraint") {
            continue;
        }
        let Some([name, kind, rest @ ..]) = definition.get(at + 1..) else {
            continue;
        };
        let Some(name) = name.name() else { continue };
        let group = parenthesized(rest);
        if kind.is("check") {
            table.checks.push(name.to_owned());
            table.closed_sets.extend(closed_set(group));
        } else if kind.is("foreign") {
            let columns: Vec<_> = group.iter().filter_map(Token::name).collect();
            if let Some(key) = table.foreign_keys.iter_mut().find(|key| key.columns == columns) {
                name.clone_into(&mut key.name);
            }
        }
    }
}

/// What stands inside the first pair of parentheses.
fn parenthesized(rest: &[Token]) -> &[Token] {
    let start = rest
        .iter()
        .position(|token| *token == Token::Symbol('('))
        .map_or(rest.len(), |at| at + 1);
    let mut depth = 1;
    for (at, token) in rest.iter().enumerate().skip(start) {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[start..at];
        }
    }
    &[]
}

fn action(rule: &str) -> Action {
    match rule {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
