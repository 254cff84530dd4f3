//! The difference in four statements: those who leave, those who stay otherwise, those who join, and a count.
//!
//! SQLite takes this path; its transaction began IMMEDIATE, so that the statements see the same customers.

use entity::customer_segment_members::{self, Column};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{RecomputeSegment, Recomputed, insertion, member, of_segment};
use crate::error::DatabaseError;
use crate::segments::criteria::Criteria;
use crate::segments::selection::{self, CUSTOMER, SCORE};

const WANTED: &str = "wanted";

pub(super) async fn apply<C: ConnectionTrait>(
    db: &C,
    command: RecomputeSegment,
    criteria: &Criteria,
) -> Result<Recomputed, DatabaseError> {
    let selection = || selection::members(db.get_database_backend(), criteria, command.now);
    let wanted = |column: &'static str| Expr::col((Alias::new(WANTED), Alias::new(column)));
    let ids = Query::select()
        .column(Alias::new(CUSTOMER))
        .from_subquery(selection(), Alias::new(WANTED))
        .take();
    let leave = Query::delete()
        .from_table(customer_segment_members::Entity)
        .and_where(of_segment(command.id))
        .and_where(member(Column::CustomerId).not_in_subquery(ids))
        .to_owned();
    let left = db.execute(&leave).await?.rows_affected();
    let rescore = Query::update()
        .table(customer_segment_members::Entity)
        .value(Column::Score, wanted(SCORE))
        .from(sea_orm::sea_query::TableRef::SubQuery(
            Box::new(selection()),
            Alias::new(WANTED).into(),
        ))
        .and_where(of_segment(command.id))
        .and_where(member(Column::CustomerId).eq(wanted(CUSTOMER)))
        .and_where(member(Column::Score).ne(wanted(SCORE)))
        .to_owned();
    let rescored = db.execute(&rescore).await?.rows_affected();
    let join = insertion(those_who_join(command, selection(), wanted))?;
    let joined = db.execute(&join).await?.rows_affected();
    let members = customer_segment_members::Entity::find()
        .filter(Column::SegmentId.eq(command.id))
        .count(db)
        .await?;
    Ok(Recomputed {
        joined,
        left,
        rescored,
        members,
    })
}

fn those_who_join(
    command: RecomputeSegment,
    selection: SelectStatement,
    wanted: impl Fn(&'static str) -> Expr,
) -> SelectStatement {
    let present = Query::select()
        .column(Column::CustomerId)
        .from(customer_segment_members::Entity)
        .and_where(of_segment(command.id))
        .take();
    Query::select()
        .expr(wanted(CUSTOMER))
        .expr(Expr::val(command.id))
        .expr(wanted(SCORE))
        .expr(Expr::val(command.now))
        .from_subquery(selection, Alias::new(WANTED))
        .and_where(wanted(CUSTOMER).not_in_subquery(present))
        .take()
}
