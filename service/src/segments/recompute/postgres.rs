//! The difference in one statement, whose parts all see the members as they were; SeaQuery has the words for it.
//!
//! The portable twin is [`portable`](super::portable); the same tests hold both to the same outcomes.

use entity::customer_segment_members::{self, Column};
use sea_orm::sea_query::{Alias, CommonTableExpression, Expr, ExprTrait, OnConflict, Query, WithClause};
use sea_orm::{ConnectionTrait, DbErr};

use super::{RecomputeSegment, Recomputed, member, of_segment};
use crate::error::DatabaseError;
use crate::segments::criteria::Criteria;
use crate::segments::selection::{self, CUSTOMER, SCORE};

const WANTED: &str = "wanted";

pub(super) async fn apply<C: ConnectionTrait>(
    db: &C,
    command: RecomputeSegment,
    criteria: &Criteria,
) -> Result<Recomputed, DatabaseError> {
    let wanted = selection::members(db.get_database_backend(), criteria, command.now);
    let mut with = WithClause::new();
    let mut part = |name: &'static str, query: CommonTableExpression| {
        let mut query = query;
        with.cte(query.table_name(Alias::new(name)).to_owned());
    };
    let mut materialized = CommonTableExpression::new();
    materialized.query(wanted).materialized(true);
    part(WANTED, materialized);
    let mut left = CommonTableExpression::new();
    left.query(removal(command));
    part("gone", left);
    let mut rescored = CommonTableExpression::new();
    rescored.query(rescoring(command));
    part("rescored", rescored);
    let mut joined = CommonTableExpression::new();
    joined.query(addition(command)?);
    part("joined", joined);
    let mut counts = Query::select();
    for (name, of) in [
        ("joined", "joined"),
        ("gone", "gone"),
        ("rescored", "rescored"),
        ("members", WANTED),
    ] {
        let count = Query::select()
            .expr(Expr::val(1).count())
            .from(Alias::new(of))
            .take();
        counts.expr_as(Expr::from(count), Alias::new(name));
    }
    let row = db.query_one(&counts.with(with)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("counts".into()))?;
    let count = |name| row.try_get::<i64>("", name).map(i64::unsigned_abs);
    Ok(Recomputed {
        joined: count("joined")?,
        left: count("gone")?,
        rescored: count("rescored")?,
        members: count("members")?,
    })
}

fn wanted(column: &'static str) -> Expr {
    Expr::col((Alias::new(WANTED), Alias::new(column)))
}

fn removal(command: RecomputeSegment) -> sea_orm::sea_query::DeleteStatement {
    let still_wanted = Query::select()
        .expr(Expr::val(1))
        .from(Alias::new(WANTED))
        .and_where(wanted(CUSTOMER).eq(member(Column::CustomerId)))
        .take();
    Query::delete()
        .from_table(customer_segment_members::Entity)
        .and_where(of_segment(command.id))
        .and_where(Expr::not_exists(still_wanted))
        .returning_col(Column::CustomerId)
        .to_owned()
}

fn rescoring(command: RecomputeSegment) -> sea_orm::sea_query::UpdateStatement {
    Query::update()
        .table(customer_segment_members::Entity)
        .value(Column::Score, wanted(SCORE))
        .from(Alias::new(WANTED))
        .and_where(of_segment(command.id))
        .and_where(member(Column::CustomerId).eq(wanted(CUSTOMER)))
        .and_where(member(Column::Score).ne(wanted(SCORE)))
        .returning_col((customer_segment_members::Entity, Column::CustomerId))
        .to_owned()
}

fn addition(command: RecomputeSegment) -> Result<sea_orm::sea_query::InsertStatement, DatabaseError> {
    let already = Query::select()
        .expr(Expr::val(1))
        .from(customer_segment_members::Entity)
        .and_where(of_segment(command.id))
        .and_where(member(Column::CustomerId).eq(wanted(CUSTOMER)))
        .take();
    let new = Query::select()
        .expr(wanted(CUSTOMER))
        .expr(Expr::val(command.id))
        .expr(wanted(SCORE))
        .expr(Expr::val(command.now))
        .from(Alias::new(WANTED))
        .and_where(Expr::not_exists(already))
        .take();
    super::insertion(new).map(|mut insert| {
        insert
            .on_conflict(
                OnConflict::columns([Column::CustomerId, Column::SegmentId])
                    .do_nothing()
                    .to_owned(),
            )
            .returning_col(Column::CustomerId)
            .to_owned()
    })
}
