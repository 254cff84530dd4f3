//! Giving money back, and taking goods back.

mod command;
mod goods;

use entity::{SystemEventId, TransactionType, orders, transactions};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set, TransactionTrait};

pub use command::{ExcessGoods, Goods, RefundError, RefundLine, RefundOrder, RefundedOrder};

use super::held;
use crate::error::DatabaseError;
use crate::finance::attribution::take_back;
use crate::idempotency::{self, Conflict};
use crate::inventory::{movement, row};
use crate::operation;
use crate::transaction;
use goods::Return;

const KIND: &str = "order.refunded";

/// Gives money back as a refund transaction of the order and of its customer, and says what becomes of the pieces it is for.
///
/// Without an amount it is what the pieces cost, their part of the order's total without shipping: refunds of all pieces come to
/// exactly that. Never more is refunded than was paid, and never more pieces than were bought, also when refunds come at the same
/// moment. The attribution of the order's payments is taken back in proportion. Any order can be refunded; of a cancelled one all
/// pieces are [`Goods::Unsent`], and their stock is free already.
///
/// Safe to repeat: the same command under the same id returns the first outcome. Nine statements for an amount, at most twenty with
/// pieces; three for a repetition. Keeps the customer from being deleted, locks the order, keeps the variants that are
/// restocked (by id), locks the stock by variant and location, and the payments by id.
///
/// # Errors
///
/// [`RefundError::TooMuch`], [`RefundError::TooMany`], [`RefundError::UnknownLines`], [`RefundError::NoVariant`],
/// [`RefundError::NothingToRefund`], [`RefundError::NotFound`], [`RefundError::UnknownAgent`], [`RefundError::Conflict`],
/// [`RefundError::Invalid`]; [`RefundError::Stock`] when somebody released the reservations by hand.
pub async fn refund<C>(db: &C, mut command: RefundOrder) -> Result<RefundedOrder, RefundError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.refund");
    command.check()?;
    // Commands are compared as they are written down, and 5 is 5.00.
    if let Some(amount) = &mut command.amount {
        amount.rescale(2);
    }
    let mut tries = 1;
    loop {
        let transaction = transaction::begin(db).await?;
        let outcome = write(&transaction, &command).await;
        match transaction::finish(transaction, outcome).await {
            Err(RefundError::Database(error)) if held::is_passed_on(&error, tries) => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &RefundOrder) -> Result<RefundedOrder, RefundError> {
    let id = command.order;
    let order = held::order_and_customer(db, id).await?;
    let event = SystemEventId::from(command.id.as_uuid());
    // Under the order's lock, so that of two that send the same command the second finds what the first did.
    if let Some(first) = idempotency::replay(db, event, KIND, command).await? {
        return Ok(first);
    }
    let order = order.ok_or(RefundError::NotFound { id })?;
    let mut items = held::items(db, id).await?;
    let mut payments = held::payments(db, id).await?;
    let plan = goods::plan(&order, &items, &command.lines)?;
    let refundable = payments.paid - payments.refunded;
    let amount = command.amount.unwrap_or(plan.value);
    if amount.is_zero() {
        return Err(RefundError::NothingToRefund);
    }
    if amount > refundable {
        return Err(RefundError::TooMuch { refundable, amount });
    }
    move_stock(db, &plan).await?;
    held::change_items(db, &mut items, &plan.changes).await?;
    let transaction = insert(db, command, &order, amount).await?;
    take_back(db, command.id, &payments.ids).await?;
    payments.refunded += amount;
    let order = held::follow(db, order, Some(&payments), Some(&items)).await?;
    let outcome = RefundedOrder {
        transaction,
        financial_status: order.financial_status,
        fulfillment_status: order.fulfillment_status,
        refundable: refundable - amount,
    };
    idempotency::remember(db, event, KIND, command, &outcome).await?;
    Ok(outcome)
}

async fn move_stock<C: ConnectionTrait>(db: &C, plan: &Return) -> Result<(), RefundError> {
    if !plan.made.is_empty() {
        row::make(db, plan.made.clone()).await?;
    }
    if !plan.stock.0.is_empty() {
        movement::apply(db, &plan.stock).await?;
    }
    Ok(())
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    command: &RefundOrder,
    order: &orders::Model,
    amount: Decimal,
) -> Result<transactions::Model, RefundError> {
    let row = transactions::ActiveModel {
        id: Set(command.id),
        r#type: Set(TransactionType::Refund),
        category: Set(command.category.clone()),
        amount: Set(amount),
        currency: Set(order.currency.clone()),
        description: Set(command.description.clone()),
        order_id: Set(Some(order.id)),
        customer_id: Set(order.customer_id),
        agent_id: Set(command.agent),
        payment_method: Set(command.payment_method.clone()),
        ..Default::default()
    };
    match (row.insert(db).await.map_err(DatabaseError::from), command.agent) {
        // The order is locked and its customer kept.
        (Err(DatabaseError::MissingReference { .. }), Some(id)) => Err(RefundError::UnknownAgent { id }),
        (Err(DatabaseError::Duplicate { .. }), _) => Err(Conflict {
            id: command.id.into(),
        }
        .into()),
        (outcome, _) => Ok(outcome?),
    }
}
