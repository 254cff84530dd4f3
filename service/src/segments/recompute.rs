//! Bringing a segment's members up to date, and asking who they would be.

mod portable;
mod postgres;

use chrono::{DateTime, Utc};
use entity::{CustomerSegmentId, customer_segment_members};
use sea_orm::sea_query::{Expr, ExprTrait, InsertStatement, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionTrait};
use serde_json::Value;

use super::criteria::Criteria;
use super::error::SegmentError;
use super::{segment, selection};
use crate::error::DatabaseError;
use crate::input::Checks;
use crate::operation;
use crate::transaction;

/// The segment to bring up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecomputeSegment {
    /// Which segment.
    pub id: CustomerSegmentId,
    /// The moment to which relative times of the criteria refer, and since when those who join belong.
    pub now: DateTime<Utc>,
}

/// What [`recompute`] changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// How many joined.
    pub joined: u64,
    /// How many left.
    pub left: u64,
    /// How many stayed with another score.
    pub rescored: u64,
    /// How many belong now.
    pub members: u64,
}

/// Makes the members of a segment those whom its criteria name at this moment, and writes only the difference.
///
/// Two statements on PostgreSQL: a lock, and one that finds the members, removes, changes and adds. Five on SQLite. Locks the segment,
/// so that two computations of it follow one another and the second finds nothing left to do; then the members that change.
///
/// Membership is computed, not kept by hand: who is to belong for another reason gets a tag that the criteria name.
///
/// # Errors
///
/// [`SegmentError::NotFound`]; [`SegmentError::Archived`]; [`SegmentError::Criteria`] when something else wrote criteria into the row
/// that are not understood. [`DatabaseError::Changed`], which is retryable, when a customer who was to join was deleted meanwhile.
pub async fn recompute<C>(db: &C, command: RecomputeSegment) -> Result<Recomputed, SegmentError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "segments.recompute");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: RecomputeSegment) -> Result<Recomputed, SegmentError> {
    let id = command.id;
    let segment = segment::lock(db, id)
        .await?
        .ok_or(SegmentError::NotFound { id })?;
    if !segment.is_active {
        return Err(SegmentError::Archived { id });
    }
    let criteria = Criteria::parse(&segment.criteria)?;
    let outcome = match db.get_database_backend() {
        DbBackend::Postgres => postgres::apply(db, command, &criteria).await,
        _ => portable::apply(db, command, &criteria).await,
    };
    outcome.map_err(|error| match error {
        DatabaseError::MissingReference { .. } => DatabaseError::Changed { table: "customers" }.into(),
        error => error.into(),
    })
}

/// A column of the members.
fn member(column: customer_segment_members::Column) -> Expr {
    Expr::col((customer_segment_members::Entity, column))
}

/// The members of this segment.
fn of_segment(id: CustomerSegmentId) -> Expr {
    member(customer_segment_members::Column::SegmentId).eq(id)
}

/// Adds the members that the query gives: customer, segment, score, since when.
fn insertion(members: SelectStatement) -> Result<InsertStatement, DatabaseError> {
    use customer_segment_members::Column;
    let mut insert = Query::insert();
    insert
        .into_table(customer_segment_members::Entity)
        .columns([
            Column::CustomerId,
            Column::SegmentId,
            Column::Score,
            Column::AssignedAt,
        ])
        .select_from(members)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(insert)
}

/// The statement that fills a segment which has no members yet with those whom its criteria name at this moment.
#[cfg(feature = "seed")]
pub(crate) fn filling(
    engine: DbBackend,
    command: RecomputeSegment,
    criteria: &Criteria,
) -> Result<InsertStatement, DatabaseError> {
    use sea_orm::sea_query::Alias;
    const WANTED: &str = "wanted";
    let wanted = |column: &'static str| Expr::col((Alias::new(WANTED), Alias::new(column)));
    let members = Query::select()
        .expr(wanted(selection::CUSTOMER))
        .expr(Expr::val(command.id))
        .expr(wanted(selection::SCORE))
        .expr(Expr::val(command.now))
        .from_subquery(
            selection::members(engine, criteria, command.now),
            Alias::new(WANTED),
        )
        .take();
    insertion(members)
}

/// How many customers criteria name, without a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The criteria.
    pub criteria: Value,
    /// The moment to which relative times refer.
    pub now: DateTime<Utc>,
}

/// What [`preview`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previewed {
    /// How many customers the criteria name.
    pub customers: u64,
}

/// Counts whom criteria name. One statement.
///
/// # Errors
///
/// [`SegmentError::Criteria`].
pub async fn preview<C: ConnectionTrait>(db: &C, query: Preview) -> Result<Previewed, SegmentError> {
    let db = &operation::named(db, "segments.preview");
    let mut checks = Checks::default();
    checks.json_object("criteria", &query.criteria);
    checks.finish()?;
    let criteria = Criteria::parse(&query.criteria)?;
    let count = selection::count(db.get_database_backend(), &criteria, query.now);
    let row = db.query_one(&count).await.map_err(DatabaseError::from)?;
    let customers: i64 = match row {
        Some(row) => row.try_get("", "customers").map_err(DatabaseError::from)?,
        None => 0,
    };
    Ok(Previewed {
        customers: customers.unsigned_abs(),
    })
}
