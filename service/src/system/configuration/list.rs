//! Pages of configurations.

use entity::configurations::{self, Column};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
};

use super::Configuration;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Page, PageRequest};

/// Which configurations to list; no prefix lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListConfigurations {
    /// Only those whose key begins so, letter by letter: nothing in it is a wildcard.
    pub prefix: String,
    /// Which page.
    pub page: PageRequest<String>,
}

/// Lists configurations by key, in the order of bytes.
///
/// One statement. A prefix is a range of keys, which `idx_configurations_key_bytes` serves.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListConfigurations,
) -> Result<Page<Configuration, String>, DatabaseError> {
    let db = &operation::named(db, "system.configuration.list");
    let limit = query.page.clamped();
    let ListConfigurations { prefix, page } = query;
    if !is_storable(&prefix) || page.after.as_deref().is_some_and(|after| !is_storable(after)) {
        return Ok(Page::empty());
    }
    let key = || key_in_bytes(db);
    let mut select = configurations::Entity::find()
        .order_by(key(), Order::Asc)
        .limit(limit + 1);
    if let Some(end) = end_of(&prefix) {
        select = select.filter(key().lt(end));
    }
    if !prefix.is_empty() {
        select = select.filter(key().gte(prefix));
    }
    if let Some(after) = page.after {
        select = select.filter(key().gt(after));
    }
    let rows = select.all(db).await?;
    let items = rows.into_iter().map(Configuration::from).collect();
    Ok(Page::cut(items, limit, |item: &Configuration| item.key.clone()))
}

/// SQLite compares bytes unless told otherwise, PostgreSQL in the language of the database.
fn key_in_bytes<C: ConnectionTrait>(db: &C) -> Expr {
    match db.get_database_backend() {
        DbBackend::Postgres => Column::Key
            .into_expr()
            .binary(BinOper::Custom("COLLATE"), Expr::col("C")),
        _ => Column::Key.into_expr(),
    }
}

/// The first text that is beyond everything with this prefix; `None` when nothing is, as for an empty one.
///
/// UTF-8 sorts like the numbers of its characters.
fn end_of(prefix: &str) -> Option<String> {
    let mut start = prefix.to_owned();
    while let Some(last) = start.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            _ => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            start.push(next);
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn a_prefix_ends_before_the_next_character_of_its_last() {
        assert_eq!(end_of("mail."), Some("mail/".into()));
        assert_eq!(end_of("a\u{7f}"), Some("a\u{80}".into()));
        assert_eq!(end_of("a\u{d7ff}"), Some("a\u{e000}".into()));
        assert_eq!(end_of("a\u{10ffff}"), Some("b".into()));
        assert_eq!(end_of("\u{10ffff}"), None);
        assert_eq!(end_of(""), None);
    }
}
