//! An order under its lock.
//!
//! Whoever changes an order locks its row first, and with it all that belongs to it: nobody else changes its lines' counters or adds
//! payments meanwhile. In full: the customer (kept from being deleted, where a transaction will name him), the order, the variants
//! (kept, where stock rows are made), the stock by variant and location, and only then the lines are written. Deleting a product
//! goes the same way, from variants over stock to lines, which both take by id.

use entity::{
    CustomerId, OrderId, TransactionId, TransactionType, customers, order_items, orders, transactions,
};
use rust_decimal::Decimal;
use sea_orm::sea_query::{ExprTrait, LockType, Query, Value};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};

use super::state::{financial_status, fulfillment_status};
use crate::batch::{among, nth, rows};
use crate::error::DatabaseError;

/// Somebody merged the order's customer into another between the two locks.
const PASSED_ON: DatabaseError = DatabaseError::Changed { table: "orders" };

/// How often who finds an order passed on begins again before the caller is told.
const TRIES: u8 = 4;

/// Whether an operation that has been tried so often failed because the order was passed on, and is worth another try.
pub(super) fn is_passed_on(error: &DatabaseError, tries: u8) -> bool {
    matches!(error, DatabaseError::Changed { table: "orders" }) && tries < TRIES
}

/// Keeps the order's customer from being deleted until the transaction ends, and locks the order: in this order, since who deletes or
/// merges the customer comes from him to his orders. Two statements.
///
/// # Errors
///
/// [`PASSED_ON`] when the order is another customer's by then. To keep that one as well would be the wrong way round.
pub(super) async fn order_and_customer<C: ConnectionTrait>(
    db: &C,
    id: OrderId,
) -> Result<Option<orders::Model>, DatabaseError> {
    let kept = keep_customer(db, id).await?;
    match order(db, id).await? {
        Some(order) if order.customer_id != kept => Err(PASSED_ON),
        order => Ok(order),
    }
}

async fn keep_customer<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<Option<CustomerId>, DatabaseError> {
    let buyer = orders::Entity::find_by_id(id)
        .select_only()
        .column(orders::Column::CustomerId)
        .into_query();
    Ok(customers::Entity::find()
        .select_only()
        .column(customers::Column::Id)
        .filter(customers::Column::Id.in_subquery(buyer))
        .lock(LockType::KeyShare)
        .into_tuple()
        .one(db)
        .await?)
}

/// The order, locked against every other change until the transaction ends. One statement.
pub(super) async fn order<C: ConnectionTrait>(
    db: &C,
    id: OrderId,
) -> Result<Option<orders::Model>, DatabaseError> {
    Ok(orders::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?)
}

/// The lines of a locked order, by id. One statement.
pub(super) async fn items<C: ConnectionTrait>(
    db: &C,
    id: OrderId,
) -> Result<Vec<order_items::Model>, DatabaseError> {
    Ok(order_items::Entity::find()
        .filter(order_items::Column::OrderId.eq(id))
        .order_by_asc(order_items::Column::Id)
        .all(db)
        .await?)
}

/// What was paid for an order and given back.
#[derive(Clone, Debug, Default)]
pub(super) struct Payments {
    pub(super) paid: Decimal,
    pub(super) refunded: Decimal,
    /// The transactions of what was paid.
    pub(super) ids: Vec<TransactionId>,
}

/// The payments and refunds of a locked order. One statement.
pub(super) async fn payments<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<Payments, DatabaseError> {
    use transactions::Column;
    let rows: Vec<(TransactionId, TransactionType, Decimal)> = transactions::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Type, Column::Amount])
        .filter(Column::OrderId.eq(id))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let mut payments = Payments::default();
    for (id, kind, amount) in rows {
        match kind {
            TransactionType::Revenue => {
                payments.paid += amount;
                payments.ids.push(id);
            }
            TransactionType::Refund => payments.refunded += amount,
            TransactionType::Expense | TransactionType::Adjustment => {}
        }
    }
    Ok(payments)
}

/// What is added to the counters of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Change {
    pub(super) fulfilled: i32,
    pub(super) returned: i32,
    pub(super) cancelled: i32,
}

/// Adds to the counters of lines and to `items`, which are those of the order. One statement, which locks them by id first; none
/// without changes.
pub(super) async fn change_items<C: ConnectionTrait>(
    db: &C,
    items: &mut [order_items::Model],
    changes: &std::collections::BTreeMap<entity::OrderItemId, Change>,
) -> Result<(), DatabaseError> {
    use order_items::Column;
    const BY: &str = "change";
    if changes.is_empty() {
        return Ok(());
    }
    for item in items {
        if let Some(change) = changes.get(&item.id) {
            item.quantity_fulfilled += change.fulfilled;
            item.quantity_returned += change.returned;
            item.quantity_cancelled += change.cancelled;
        }
    }
    let values: Vec<Vec<Value>> = changes
        .iter()
        .map(|(id, by)| {
            vec![
                (*id).into(),
                by.fulfilled.into(),
                by.returned.into(),
                by.cancelled.into(),
            ]
        })
        .collect();
    let locked = order_items::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(among(db, Column::Id, changes.keys().copied()))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_query();
    let mut statement = Query::update();
    statement
        .table(order_items::Entity)
        .from(rows(BY, values))
        .and_where(Column::Id.into_expr().eq(nth(BY, 1)))
        .and_where(Column::Id.in_subquery(locked));
    for (column, n) in [
        (Column::QuantityFulfilled, 2),
        (Column::QuantityReturned, 3),
        (Column::QuantityCancelled, 4),
    ] {
        statement.value(column, column.into_expr().add(nth(BY, n)));
    }
    let written = db.execute(&statement).await?;
    if written.rows_affected() == changes.len() as u64 {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table: "order_items" })
    }
}

/// Lets the order's statuses say what its payments and its lines do. Two statements, none when they say so already.
pub(super) async fn follow<C: ConnectionTrait>(
    db: &C,
    order: orders::Model,
    payments: Option<&Payments>,
    items: Option<&[order_items::Model]>,
) -> Result<orders::Model, DatabaseError> {
    let mut now = order.clone();
    if let Some(Payments { paid, refunded, .. }) = payments {
        now.financial_status = financial_status(order.total_amount, *paid, *refunded);
    }
    if let Some(items) = items {
        now.fulfillment_status = fulfillment_status(items.iter());
    }
    write(db, order, now).await
}

/// Writes the statuses of the order, and reads it back. Two statements, none when nothing changes.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    before: orders::Model,
    after: orders::Model,
) -> Result<orders::Model, DatabaseError> {
    use orders::Column;
    const CHANGED: DatabaseError = DatabaseError::Changed { table: "orders" };
    if before == after {
        return Ok(before);
    }
    let statuses = orders::ActiveModel {
        status: Set(after.status),
        financial_status: Set(after.financial_status),
        fulfillment_status: Set(after.fulfillment_status),
        ..Default::default()
    };
    let written = orders::Entity::update_many()
        .set(statuses)
        .filter(Column::Id.eq(before.id))
        .filter(Column::Status.eq(before.status))
        .filter(Column::FinancialStatus.eq(before.financial_status))
        .filter(Column::FulfillmentStatus.eq(before.fulfillment_status))
        .exec(db)
        .await?;
    if written.rows_affected != 1 {
        return Err(CHANGED);
    }
    orders::Entity::find_by_id(before.id)
        .one(db)
        .await?
        .ok_or(CHANGED)
}
