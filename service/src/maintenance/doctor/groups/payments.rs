//! Orders against their money.

use super::super::registry::{Check, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "payments.financial_status",
        "An order's financial status says what its payments and refunds do.",
        include_str!("../sql/payments_status.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE orders SET financial_status = fault.expected FROM (\n{faults}\n) AS fault WHERE orders.id = fault.id",
            otherwise: "find out by the payment provider's records whether the money arrived: if so, record the payment or refund that is missing in transactions, else correct the status: UPDATE orders SET financial_status = … WHERE id = …",
        },
    ),
    Check::rows(
        "payments.refunded",
        "No more is refunded of an order than was paid for it.",
        include_str!("../sql/payments_refunded.sql"),
        Mend::Decision(
            "find out by the payment provider's records which payment is missing or which refund never happened, and correct transactions",
        ),
    ),
    Check::rows(
        "payments.due",
        "No more is paid for an order than it comes to, but what was given back.",
        include_str!("../sql/payments_due.sql"),
        Mend::Operation("orders::refund of what was paid too much, if the money did arrive"),
    ),
    Check::rows(
        "payments.currency",
        "Payments and refunds of an order are in its currency.",
        include_str!("../sql/payments_currency.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE transactions SET currency = fault.expected FROM (\n{faults}\n) AS fault WHERE transactions.id = fault.id",
            otherwise: "find out by the invoice and the payment provider's records which currency is right, and correct the other: UPDATE transactions SET currency = … WHERE id = …, or UPDATE orders SET currency = … WHERE id = …",
        },
    ),
];
