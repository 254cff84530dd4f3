//! Where an order stands: which moves are legal, and what its money and its parcels say about it.

use entity::{OrderFinancialStatus, OrderFulfillmentStatus, OrderStatus, order_items};
use rust_decimal::Decimal;

/// Whether an order may go from one status to the other. Staying where it is, is no move.
pub(super) const fn may_become(from: OrderStatus, to: OrderStatus) -> bool {
    use OrderStatus::{Cancelled, Completed, Confirmed, Pending};
    match (from, to) {
        (Pending, Confirmed | Cancelled) | (Confirmed, Completed | Cancelled) => true,
        (Pending, Pending | Completed)
        | (Confirmed, Pending | Confirmed)
        | (Completed | Cancelled, Pending | Confirmed | Completed | Cancelled) => false,
    }
}

/// What an order's payments and refunds make of it. A payment that does not cover the total leaves it unpaid.
pub(super) fn financial_status(total: Decimal, paid: Decimal, refunded: Decimal) -> OrderFinancialStatus {
    if refunded > Decimal::ZERO {
        if refunded >= paid {
            OrderFinancialStatus::Refunded
        } else {
            OrderFinancialStatus::PartiallyRefunded
        }
    } else if paid >= total {
        OrderFinancialStatus::Paid
    } else {
        OrderFinancialStatus::Unpaid
    }
}

/// The pieces of a line that are still owed: not sent, and not cancelled.
pub(super) const fn open(item: &order_items::Model) -> i32 {
    item.quantity - item.quantity_fulfilled - item.quantity_cancelled
}

/// The pieces of a line that were sent and have not come back. On a cancelled order none was sent.
pub(super) const fn away(item: &order_items::Model) -> i32 {
    // Of a line that lives, what was cancelled was refunded, and so counts as returned.
    let came_back = item.quantity_returned - item.quantity_cancelled;
    item.quantity_fulfilled - if came_back > 0 { came_back } else { 0 }
}

/// What an order's lines make of it: unfulfilled until a piece is sent, fulfilled when none is owed any more.
pub(super) fn fulfillment_status<'a>(
    items: impl Iterator<Item = &'a order_items::Model> + Clone,
) -> OrderFulfillmentStatus {
    if items.clone().all(|item| item.quantity_fulfilled == 0) {
        OrderFulfillmentStatus::Unfulfilled
    } else if items.clone().all(|item| open(item) == 0) {
        OrderFulfillmentStatus::Fulfilled
    } else {
        OrderFulfillmentStatus::Partial
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn an_order_moves_forward_and_is_cancelled_before_it_is_completed() {
        use OrderStatus::{Cancelled, Completed, Confirmed, Pending};
        let legal = [
            (Pending, Confirmed),
            (Pending, Cancelled),
            (Confirmed, Completed),
            (Confirmed, Cancelled),
        ];
        for from in OrderStatus::iter() {
            for to in OrderStatus::iter() {
                assert_eq!(
                    may_become(from, to),
                    legal.contains(&(from, to)),
                    "{from} to {to}"
                );
            }
        }
    }

    #[test]
    fn money_decides_the_financial_status() {
        use OrderFinancialStatus::{Paid, PartiallyRefunded, Refunded, Unpaid};
        for (total, paid, refunded, status) in [
            (100, 0, 0, Unpaid),
            (100, 99, 0, Unpaid),
            (100, 100, 0, Paid),
            (0, 0, 0, Paid),
            (100, 100, 1, PartiallyRefunded),
            (100, 60, 1, PartiallyRefunded),
            (100, 60, 60, Refunded),
            (100, 100, 100, Refunded),
        ] {
            let amounts = [total, paid, refunded].map(Decimal::from);
            let [total, paid, refunded] = amounts;
            assert_eq!(financial_status(total, paid, refunded), status, "{amounts:?}");
        }
    }
}
