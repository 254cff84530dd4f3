//! What may not go although no key forbids it.

use entity::{
    OrderFinancialStatus, OrderStatus, TaskStatus, TransactionType, inventory, order_items, orders, tasks,
    transactions,
};
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::report::Reason;

/// Rows of a table that may not go.
pub(super) struct Rule {
    pub(super) table: &'static str,
    pub(super) reason: Reason,
    pub(super) condition: fn() -> Condition,
}

pub(super) const RULES: [Rule; 5] = [
    Rule {
        table: "inventory",
        reason: Reason::ReservedStock,
        condition: || Cond::all().add(inventory::Column::QuantityReserved.gt(0)),
    },
    Rule {
        table: "order_items",
        reason: Reason::OpenReservation,
        condition: open_reservation,
    },
    Rule {
        table: "orders",
        reason: Reason::Paid,
        condition: paid,
    },
    Rule {
        table: "tasks",
        reason: Reason::InProgress,
        condition: || Cond::all().add(tasks::Column::Status.eq(TaskStatus::InProgress)),
    },
    Rule {
        table: "transactions",
        reason: Reason::BelongsToOrder,
        condition: || {
            Cond::all()
                .add(transactions::Column::OrderId.is_not_null())
                .add(transactions::Column::Type.is_in([TransactionType::Revenue, TransactionType::Refund]))
        },
    },
];

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
