//! Orders against their lines.

use super::super::registry::{Check, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "orders.quantities",
        "Of a line no more is sent and cancelled than was ordered, and no more returned than was sent or cancelled.",
        include_str!("../sql/orders_quantities.sql"),
        Mend::Decision(
            "compare the line with its order's events (order.fulfilled, order.refunded) and correct its quantities: UPDATE order_items SET quantity_fulfilled = …, quantity_returned = …, quantity_cancelled = … WHERE id = …",
        ),
    ),
    Check::rows(
        "orders.line_totals",
        "A line comes to its price by its quantity, less its discount, plus its tax, to the cent.",
        include_str!("../sql/orders_line_totals.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE order_items SET total_amount = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE order_items.id = fault.id",
            otherwise: "correct whichever of the line's price, quantity, discount, tax and total is wrong, by the invoice or the order's events: what was agreed may be the total",
        },
    ).in_cents(),
    Check::rows(
        "orders.subtotals",
        "An order's subtotal is what its lines cost by price and quantity.",
        include_str!("../sql/orders_subtotals.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE orders SET subtotal_amount = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE orders.id = fault.id",
            otherwise: "restore the lines that are missing, or correct those that are wrong, by the invoice or the order's events; an order that agrees with itself is more likely right than its lines",
        },
    ).in_cents(),
    Check::rows(
        "orders.totals",
        "An order's total is its subtotal less discount, plus tax and shipping, to the cent.",
        include_str!("../sql/orders_totals.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE orders SET total_amount = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE orders.id = fault.id",
            otherwise: "correct whichever of the order's amounts is wrong, by the invoice: a total that was paid is more likely right than the rest",
        },
    ).in_cents(),
    Check::rows(
        "orders.shares",
        "An order's discount and tax are at least those of its lines.",
        include_str!("../sql/orders_shares.sql"),
        Mend::Decision(
            "correct the order's discount_amount and tax_amount, or those of its lines, by the invoice; then the totals",
        ),
    ),
    Check::rows(
        "orders.fulfillment_status",
        "An order's fulfilment status says what its lines do.",
        include_str!("../sql/orders_fulfillment.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE orders SET fulfillment_status = fault.expected FROM (\n{faults}\n) AS fault WHERE orders.id = fault.id",
            otherwise: "restore the lines that are missing, or correct their quantities by the order's events (order.fulfilled, order.refunded); the status is what those lines say",
        },
    ),
    Check::rows(
        "orders.status",
        "Of a cancelled order nothing was sent or is owed, of a completed one all is sent and paid.",
        include_str!("../sql/orders_status.sql"),
        Mend::Decision(
            "give the order the status that its lines have: UPDATE orders SET status = 'confirmed' WHERE id = …, and let orders::cancel or orders::complete close it again",
        ),
    ),
];
