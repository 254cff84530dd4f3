//! The rows that go with a customer into another.

use entity::{
    CustomerId, CustomerSegmentId, customer_interactions, customer_segment_members, customer_segments,
    email_subscribers, orders, transactions,
};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, LockType, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::error::DatabaseError;

/// How many rows changed hands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Orders.
    pub orders: u64,
    /// Transactions.
    pub transactions: u64,
    /// Contacts.
    pub interactions: u64,
    /// Memberships of segments, those included that both had.
    pub memberships: u64,
    /// Subscriptions, whatever their status.
    pub subscriptions: u64,
}

/// Moves everything. Six statements.
pub(super) async fn move_all<C: ConnectionTrait>(
    db: &C,
    from: CustomerId,
    into: CustomerId,
) -> Result<Moved, DatabaseError> {
    macro_rules! moved {
        ($table:ident) => {
            $table::Entity::update_many()
                .col_expr($table::Column::CustomerId, Expr::value(into))
                .filter($table::Column::CustomerId.eq(from))
                .exec(db)
                .await?
                .rows_affected
        };
    }
    Ok(Moved {
        orders: moved!(orders),
        transactions: moved!(transactions),
        interactions: moved!(customer_interactions),
        subscriptions: moved!(email_subscribers),
        memberships: memberships(db, from, into).await?,
    })
}

/// Copies the memberships; the originals go with their customer. Two statements.
async fn memberships<C: ConnectionTrait>(
    db: &C,
    from: CustomerId,
    into: CustomerId,
) -> Result<u64, DatabaseError> {
    use customer_segment_members::{Column, Entity};
    // The copies' keys would keep the segments only after the memberships are locked, and who deletes a segment goes from it to them.
    let joined = Query::select()
        .column(Column::SegmentId)
        .from(Entity)
        .and_where(Column::CustomerId.eq(from))
        .take();
    let _kept: Vec<CustomerSegmentId> = customer_segments::Entity::find()
        .select_only()
        .column(customer_segments::Column::Id)
        .filter(customer_segments::Column::Id.in_subquery(joined))
        .order_by_asc(customer_segments::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple()
        .all(db)
        .await?;
    let source = Query::select()
        .expr(Expr::val(into))
        .columns([Column::SegmentId, Column::Score, Column::AssignedAt])
        .from(Entity)
        .and_where(Column::CustomerId.eq(from))
        .take();
    let new = |column: Column| Expr::col((Alias::new("excluded"), column));
    let old = |column: Column| Expr::col((Entity, column));
    let higher = CaseStatement::new()
        .case(new(Column::Score).gt(old(Column::Score)), new(Column::Score))
        .finally(old(Column::Score));
    let earlier = CaseStatement::new()
        .case(
            new(Column::AssignedAt).lt(old(Column::AssignedAt)),
            new(Column::AssignedAt),
        )
        .finally(old(Column::AssignedAt));
    let mut insert = Query::insert();
    insert
        .into_table(Entity)
        .columns([
            Column::CustomerId,
            Column::SegmentId,
            Column::Score,
            Column::AssignedAt,
        ])
        .select_from(source)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(
            OnConflict::columns([Column::CustomerId, Column::SegmentId])
                .value(Column::Score, higher)
                .value(Column::AssignedAt, earlier)
                .to_owned(),
        );
    Ok(db.execute(&insert).await?.rows_affected())
}
