//! Which table stands in the way of a deletion, where the engine does not say.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityName, Statement};
use uuid::Uuid;

use super::DatabaseError;

/// The keys that refer to a table and keep its rows from being deleted.
const RESTRICTING_KEYS: &str = r#"
SELECT child.name AS "table", "key"."from" AS "column"
FROM sqlite_master AS child, pragma_foreign_key_list(child.name) AS "key"
WHERE child.type = 'table' AND "key"."table" = $1 AND "key".on_delete IN ('RESTRICT', 'NO ACTION')
ORDER BY child.name, "key"."from""#;

impl DatabaseError {
    /// Reads the error of a statement that deleted the row `id` of `entity`, and finds out what SQLite does not say: the first
    /// table, by name, whose rows refer to it, and the key by which they do.
    ///
    /// Sends two statements more, and only when a foreign key failed on SQLite. The rows can be gone by then; the table stays
    /// unknown in that case.
    pub async fn of_deletion_of<C, E>(db: &C, entity: E, id: impl Into<Uuid> + Send, error: DbErr) -> Self
    where
        C: ConnectionTrait,
        E: EntityName,
    {
        let id = id.into();
        match Self::of_deletion(error) {
            Self::Restricted { table: None, .. } if db.get_database_backend() == DbBackend::Sqlite => {
                match restricting(db, entity.table_name(), id).await {
                    Ok(Some((table, column))) => {
                        let constraint = Some(format!("fk_{table}_{column}"));
                        Self::Restricted {
                            table: Some(table),
                            constraint,
                        }
                    }
                    // The refusal stands, whatever came of asking for its reason.
                    _ => Self::Restricted {
                        table: None,
                        constraint: None,
                    },
                }
            }
            error => error,
        }
    }
}

async fn restricting<C: ConnectionTrait>(
    db: &C,
    parent: &str,
    id: Uuid,
) -> Result<Option<(String, String)>, DbErr> {
    let keys = Statement::from_sql_and_values(DbBackend::Sqlite, RESTRICTING_KEYS, [parent.into()]);
    let keys: Vec<(String, String)> = db
        .query_all_raw(keys)
        .await?
        .into_iter()
        .map(|row| Ok((row.try_get("", "table")?, row.try_get("", "column")?)))
        .collect::<Result<_, DbErr>>()?;
    if keys.is_empty() {
        return Ok(None);
    }
    let mut question = Query::select();
    for (n, (table, column)) in keys.iter().enumerate() {
        let rows = Query::select()
            .expr(Expr::value(1))
            .from(Alias::new(table))
            .and_where(Expr::col(Alias::new(column)).eq(id))
            .to_owned();
        question.expr_as(Expr::exists(rows), Alias::new(n.to_string()));
    }
    let Some(answer) = db.query_one(&question).await? else {
        return Ok(None);
    };
    for (n, key) in keys.into_iter().enumerate() {
        if answer.try_get("", &n.to_string())? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}
