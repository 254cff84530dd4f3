//! The live schema, in two statements.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::ddl::file_table;
use super::name::identifier;
use super::object::{Kind, Objects};

const POSTGRES: &str = include_str!("postgres.sql");
const SQLITE: &str = include_str!("sqlite.sql");
const MIGRATIONS: &str = include_str!("migrations.sql");

/// The migrator's own table.
const TRACKING: &str = "seaql_migrations";

pub(super) async fn read<C: ConnectionTrait>(db: &C) -> Result<Objects, DbErr> {
    let mut objects = Objects::new();
    let tracked = match db.get_database_backend() {
        DbBackend::Postgres => postgres(&mut objects, &query(db, POSTGRES).await?)?,
        _ => sqlite(&mut objects, &query(db, SQLITE).await?)?,
    };
    if tracked {
        for row in query(db, MIGRATIONS).await? {
            objects.insert((Kind::Migration, row.try_get("", "version")?), String::new());
        }
    }
    Ok(objects)
}

async fn query<C: ConnectionTrait>(db: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
}

/// Files what is there, and says whether the migrator was.
fn postgres(objects: &mut Objects, rows: &[QueryResult]) -> Result<bool, DbErr> {
    let mut tracked = false;
    for row in rows {
        let kind: String = row.try_get("", "kind")?;
        match Kind::of(&kind) {
            Some(kind) => {
                let definition: String = row.try_get("", "definition")?;
                let lines: Vec<_> = definition.lines().map(str::trim_end).collect();
                objects.insert((kind, row.try_get("", "name")?), lines.join("\n"));
            }
            None => tracked = true,
        }
    }
    Ok(tracked)
}

fn sqlite(objects: &mut Objects, rows: &[QueryResult]) -> Result<bool, DbErr> {
    let mut tracked = false;
    for row in rows {
        let owner: String = row.try_get("", "owner")?;
        let name = identifier(&row.try_get::<String>("", "name")?);
        let definition: String = row.try_get("", "definition")?;
        match row.try_get::<String>("", "kind")?.as_str() {
            _ if owner == TRACKING => tracked = true,
            "table" => file_table(objects, &name, &definition),
            "view" => {
                objects.insert((Kind::View, name), definition);
            }
            kind => {
                if let Some(kind) = Kind::of(kind) {
                    objects.insert((kind, format!("{}.{name}", identifier(&owner))), definition);
                }
            }
        }
    }
    Ok(tracked)
}
