//! Paying for an order.

use entity::{AgentId, OrderId, OrderStatus, TransactionId, TransactionType, orders, transactions};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, Set, TransactionTrait};
use thiserror::Error;

use super::held::{self, Payments};
use super::state::financial_status;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// A payment for an order, in the order's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayOrder {
    /// The transaction's id (UUIDv7), made before the call: the same command under the same id is one payment, at the id's instant.
    /// [`TransactionId::at`] dates it back.
    pub id: TransactionId,
    /// The order.
    pub order: OrderId,
    /// More than zero, with at most two decimals.
    pub amount: Decimal,
    /// At most 100 characters.
    pub category: String,
    /// At most 50 characters.
    pub payment_method: Option<String>,
    /// Any length.
    pub description: Option<String>,
    /// Who takes the money.
    pub agent: Option<AgentId>,
}

/// The category of payments and refunds when the caller says nothing else.
pub(super) const CATEGORY: &str = "order";

impl PayOrder {
    /// A payment of now, under a new id and of the category `order`.
    #[must_use]
    pub fn new(order: OrderId, amount: Decimal) -> Self {
        Self {
            id: TransactionId::new(),
            order,
            amount,
            category: CATEGORY.to_owned(),
            payment_method: None,
            description: None,
            agent: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        if self.amount.is_zero() {
            checks.refuse("amount", Rule::NotPositive);
        }
        checks.amount("amount", self.amount, (12, 2));
        check_texts(
            &mut checks,
            &self.category,
            &self.payment_method,
            &self.description,
        );
        checks.finish()
    }

    /// Whether the transaction is this payment, of an order that exists or was deleted since.
    fn made(&self, transaction: &transactions::Model, order: Option<&orders::Model>) -> bool {
        transaction.r#type == TransactionType::Revenue
            && transaction.order_id == order.map(|order| order.id)
            && transaction.amount == self.amount
            && transaction.category == self.category
            && transaction.payment_method == self.payment_method
            && transaction.description == self.description
            // An agent that was deleted since is gone from the row.
            && (transaction.agent_id == self.agent || transaction.agent_id.is_none())
    }
}

pub(super) fn check_texts(
    checks: &mut Checks,
    category: &str,
    payment_method: &Option<String>,
    description: &Option<String>,
) {
    checks.name("category", category, 100);
    if let Some(method) = payment_method {
        checks.name("payment_method", method, 50);
    }
    if let Some(description) = description {
        checks.text("description", description, usize::MAX);
    }
}

/// A payment that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOrder {
    /// The payment.
    pub transaction: transactions::Model,
    /// The order.
    pub order: orders::Model,
    /// What was paid for the order altogether.
    pub paid: Decimal,
    /// What is left to pay.
    pub due: Decimal,
}

/// Why no payment was recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PayError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to another transaction.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such order.
    #[error("there is no order {id}")]
    NotFound {
        /// What was asked for.
        id: OrderId,
    },
    /// Nobody pays for a cancelled order.
    #[error("the order is cancelled")]
    Cancelled,
    /// More than is left to pay.
    #[error("{amount} is more than the {due} that are left to pay")]
    TooMuch {
        /// What is left to pay.
        due: Decimal,
        /// What was to be paid.
        amount: Decimal,
    },
    /// There is no such agent.
    #[error("there is no agent {id}")]
    UnknownAgent {
        /// Who was named.
        id: AgentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for PayError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Records a payment as a revenue transaction of the order and of its customer. Several payments may add up to the order's total,
/// never to more, also when they come at the same moment; the order is paid once they do. What was refunded does not become due
/// again.
///
/// Safe to repeat: the same command under the same id is recorded once, and returns the order as it is by then. Five statements,
/// seven when the order's `financial_status` changes. Keeps the customer from being deleted, then locks the order.
///
/// # Errors
///
/// [`PayError::TooMuch`], [`PayError::Cancelled`], [`PayError::NotFound`], [`PayError::UnknownAgent`], [`PayError::Conflict`],
/// [`PayError::Invalid`].
pub async fn pay<C>(db: &C, command: PayOrder) -> Result<PaidOrder, PayError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.pay");
    command.check()?;
    let mut tries = 1;
    loop {
        let transaction = transaction::begin(db).await?;
        let outcome = write(&transaction, &command).await;
        match transaction::finish(transaction, outcome).await {
            Err(PayError::Database(error)) if held::is_passed_on(&error, tries) => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &PayOrder) -> Result<PaidOrder, PayError> {
    let id = command.order;
    let order = held::order_and_customer(db, id).await?;
    let first = transactions::Entity::find_by_id(command.id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    if first
        .as_ref()
        .is_some_and(|first| !command.made(first, order.as_ref()))
    {
        return Err(Conflict {
            id: command.id.into(),
        }
        .into());
    }
    let order = order.ok_or(PayError::NotFound { id })?;
    let mut payments = held::payments(db, id).await?;
    if let Some(transaction) = first {
        return Ok(outcome(transaction, order, &payments));
    }
    if order.status == OrderStatus::Cancelled {
        return Err(PayError::Cancelled);
    }
    let due = due(&order, &payments);
    let amount = command.amount;
    if amount > due {
        return Err(PayError::TooMuch { due, amount });
    }
    let transaction = insert(db, command, &order).await?;
    payments.paid += amount;
    let order = held::follow(db, order, Some(&payments), None).await?;
    Ok(outcome(transaction, order, &payments))
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    command: &PayOrder,
    order: &orders::Model,
) -> Result<transactions::Model, PayError> {
    let row = transactions::ActiveModel {
        id: Set(command.id),
        r#type: Set(TransactionType::Revenue),
        category: Set(command.category.clone()),
        amount: Set(command.amount),
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
        (Err(DatabaseError::MissingReference { .. }), Some(id)) => Err(PayError::UnknownAgent { id }),
        // Another order's payment took the id since.
        (Err(DatabaseError::Duplicate { .. }), _) => Err(Conflict {
            id: command.id.into(),
        }
        .into()),
        (outcome, _) => Ok(outcome?),
    }
}

/// What is left to pay. An order that says otherwise than its payments has some in a month that was dropped, and was settled then:
/// nothing is due of it any more.
fn due(order: &orders::Model, payments: &Payments) -> Decimal {
    let told = financial_status(order.total_amount, payments.paid, payments.refunded);
    if told == order.financial_status {
        order.total_amount - payments.paid
    } else {
        Decimal::ZERO
    }
}

fn outcome(transaction: transactions::Model, order: orders::Model, payments: &Payments) -> PaidOrder {
    PaidOrder {
        transaction,
        paid: payments.paid,
        due: due(&order, payments),
        order,
    }
}
