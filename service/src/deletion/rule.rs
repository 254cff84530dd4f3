//! What may not go although no key forbids it.

use entity::{
    EmailSubscriberStatus, OrderFinancialStatus, OrderStatus, TaskStatus, TransactionType, email_subscribers,
    inventory, order_items, orders, system_events, tasks, transactions,
};
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::report::Reason;

/// Rows of a table that may not go.
pub(super) struct Rule {
    pub(super) table: &'static str,
    pub(super) scope: Scope,
    pub(super) reason: Reason,
    pub(super) condition: fn() -> Condition,
}

/// In which deletions a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In all that reach the row.
    Reached,
    /// In that of the row itself, and not in that of a row which takes it along.
    Named,
}

impl Rule {
    /// Whether it holds in a deletion that reaches these tables, of which the first has the row that is named.
    pub(super) fn holds(&self, tables: &[&str]) -> bool {
        match self.scope {
            Scope::Reached => tables.contains(&self.table),
            Scope::Named => tables.first() == Some(&self.table),
        }
    }
}

pub(super) const RULES: [Rule; 7] = [
    Rule {
        table: "email_subscribers",
        scope: Scope::Named,
        reason: Reason::EndedSubscription,
        condition: || {
            Cond::all().add(email_subscribers::Column::Status.is_in([
                EmailSubscriberStatus::Unsubscribed,
                EmailSubscriberStatus::Bounced,
                EmailSubscriberStatus::Complained,
            ]))
        },
    },
    Rule {
        table: "inventory",
        scope: Scope::Reached,
        reason: Reason::ReservedStock,
        condition: || Cond::all().add(inventory::Column::QuantityReserved.gt(0)),
    },
    Rule {
        table: "order_items",
        scope: Scope::Reached,
        reason: Reason::OpenReservation,
        condition: open_reservation,
    },
    Rule {
        table: "orders",
        scope: Scope::Reached,
        reason: Reason::Paid,
        condition: paid,
    },
    Rule {
        table: "tasks",
        scope: Scope::Reached,
        reason: Reason::InProgress,
        condition: || Cond::all().add(tasks::Column::Status.eq(TaskStatus::InProgress)),
    },
    Rule {
        table: "transactions",
        scope: Scope::Reached,
        reason: Reason::BelongsToOrder,
        condition: || {
            Cond::all()
                .add(transactions::Column::OrderId.is_not_null())
                .add(transactions::Column::Type.is_in([TransactionType::Revenue, TransactionType::Refund]))
        },
    },
    Rule {
        table: "transactions",
        scope: Scope::Reached,
        reason: Reason::Booked,
        condition: booked,
    },
];

/// What remembers that a transaction moved what is spent of a budget or on a campaign.
const BOOKINGS: [&str; 4] = [
    "budget.spent",
    "budget.corrected",
    "campaign.spent",
    "campaign.corrected",
];

/// The event that remembers a booking has the transaction's id.
fn booked() -> Condition {
    let bookings = system_events::Entity::find()
        .select_only()
        .column(system_events::Column::Id)
        .filter(system_events::Column::EventType.is_in(BOOKINGS))
        .filter(
            system_events::Column::Id
                .into_expr()
                .eq(transactions::Column::Id.into_expr()),
        )
        .into_query();
    Cond::all()
        .add(transactions::Column::Type.is_in([TransactionType::Expense, TransactionType::Adjustment]))
        .add(Expr::exists(bookings))
}

/// A line without a place was never reserved, and one without a variant has no stock any more.
fn open_reservation() -> Condition {
    use order_items::Column;
    let open_orders = orders::Entity::find()
        .select_only()
        .column(orders::Column::Id)
        .filter(orders::Column::Status.is_in([OrderStatus::Pending, OrderStatus::Confirmed]))
        .filter(orders::Column::Id.into_expr().eq(Column::OrderId.into_expr()))
        .into_query();
    Cond::all()
        .add(Column::Location.is_not_null())
        .add(Column::ProductVariantId.is_not_null())
        .add(
            Column::QuantityFulfilled
                .into_expr()
                .add(Column::QuantityCancelled.into_expr())
                .lt(Column::Quantity.into_expr()),
        )
        .add(Expr::exists(open_orders))
}

/// An order that was paid in part counts as unpaid, and is told by its payments. One that costs nothing is paid without any, and
/// has nothing to refund.
fn paid() -> Condition {
    let payments = transactions::Entity::find()
        .select_only()
        .column(transactions::Column::Id)
        .filter(transactions::Column::Type.eq(TransactionType::Revenue))
        .filter(
            transactions::Column::OrderId
                .into_expr()
                .eq(orders::Column::Id.into_expr()),
        )
        .into_query();
    let in_part = Cond::all()
        .add(orders::Column::FinancialStatus.eq(OrderFinancialStatus::Unpaid))
        .add(Expr::exists(payments));
    let paid = Cond::all()
        .add(orders::Column::FinancialStatus.is_in([
            OrderFinancialStatus::Paid,
            OrderFinancialStatus::PartiallyRefunded,
        ]))
        .add(orders::Column::TotalAmount.gt(0));
    Cond::any().add(paid).add(in_part)
}
