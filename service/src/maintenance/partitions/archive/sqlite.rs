//! Reading a month of SQLite, a page at a time, as PostgreSQL's COPY would write it.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::super::Month;
use super::super::family::{Part, parts};
use super::KeepError;
use super::columns::{Column, Kind, columns};
use super::directory::Draft;
use super::file::NewFile;
use super::manifest::ArchivedFile;
use super::record::{self, Record};
use crate::error::DatabaseError;

/// How many rows are read at once.
const PAGE: u64 = 1_000;

/// A row as a line of its file.
pub(in super::super) struct Row {
    /// The month's key and the id, by which rows and lines are sorted.
    pub(in super::super) key: (Uuid, Uuid),
    pub(in super::super) line: Vec<u8>,
}

/// Writes a file for each table as one transaction sees them.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    draft: &Draft,
    month: Month,
) -> Result<Vec<ArchivedFile>, KeepError> {
    let mut files = Vec::new();
    for part in parts() {
        let mut file = NewFile::create(draft.directory(), part.table)?;
        file.header()?;
        let mut after = None;
        loop {
            let rows = page(db, &part, month, after, PAGE).await?;
            for row in &rows {
                file.row(&row.line)?;
            }
            match rows.last() {
                Some(last) if rows.len() as u64 == PAGE => after = Some(last.key),
                _ => break,
            }
        }
        files.push(file.finish(month)?);
    }
    Ok(files)
}

/// The next rows of the month after a key.
pub(in super::super) async fn page<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    month: Month,
    after: Option<(Uuid, Uuid)>,
    limit: u64,
) -> Result<Vec<Row>, DatabaseError> {
    let columns = columns(part.table);
    let mut select = select(part, &columns);
    select.cond_where(part.of(month)).limit(limit);
    for key in [part.column, "id"] {
        select.order_by((Alias::new(part.table), Alias::new(key)), Order::Asc);
    }
    if let Some((key, id)) = after {
        let last = Expr::tuple([Expr::value(key), Expr::value(id)]);
        select.and_where(Expr::tuple(keys(part)).gt(last));
    }
    let rows = db.query_all(&select).await?;
    rows.iter()
        .map(|row| {
            let (key, fields) = read(row, &columns)?;
            let mut line = Vec::new();
            record::push(&mut line, fields.iter().map(Option::as_deref));
            Ok(Row { key, line })
        })
        .collect()
}

/// The fields of rows by their ids.
pub(in super::super) async fn fields<C: ConnectionTrait>(
    db: &C,
    part: &Part,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Record>, DatabaseError> {
    let columns = columns(part.table);
    let mut select = select(part, &columns);
    select.and_where(Expr::col((Alias::new(part.table), Alias::new("id"))).is_in(ids.iter().copied()));
    let rows = db.query_all(&select).await?;
    rows.iter()
        .map(|row| read(row, &columns).map(|((_, id), fields)| (id, fields)))
        .collect()
}

fn keys(part: &Part) -> [Expr; 2] {
    [part.column, "id"].map(|name| Expr::col((Alias::new(part.table), Alias::new(name))))
}

/// The key and the id, and then every column as a text.
fn select(part: &Part, columns: &[Column]) -> SelectStatement {
    Query::select()
        .exprs(keys(part))
        .exprs(columns.iter().map(|column| Expr::cust(text_of(column))))
        .from(Alias::new(part.table))
        .to_owned()
}

/// Every value as a text.
fn text_of(column: &Column) -> String {
    let name = column.name;
    match column.kind {
        Kind::Uuid => format!("hex(\"{name}\")"),
        Kind::Decimal(scale) => format!("printf('%.{scale}f', \"{name}\")"),
        Kind::Integer | Kind::Timestamp | Kind::Json | Kind::Text => format!("CAST(\"{name}\" AS TEXT)"),
    }
}

fn read(row: &QueryResult, columns: &[Column]) -> Result<((Uuid, Uuid), Record), DatabaseError> {
    let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let mut fields = Vec::with_capacity(columns.len());
    for (n, column) in columns.iter().enumerate() {
        let text: Option<String> = row.try_get_by_index(n + 2)?;
        fields.push(match column.kind {
            // The hexadecimal form of NULL is the empty text.
            Kind::Uuid => text
                .filter(|text| !text.is_empty())
                .map(|text| Uuid::parse_str(&text).map_or(text, |id| id.to_string())),
            _ => text,
        });
    }
    Ok((key, fields))
}
