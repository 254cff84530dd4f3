//! The stock against the orders that are to be sent from it.

use super::super::registry::{Check, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "stock.reserved",
        "What open orders still have to send is reserved where their lines say.",
        include_str!("../sql/stock_reserved.sql"),
        Mend::Operation(
            "inventory::reserve of the missing pieces at that place, after inventory::adjust when too few are available there",
        ),
    ),
    Check::each(
        "stock.unexplained",
        "What is reserved is reserved by an open order, or by a reservation that was neither released nor shipped.",
        [include_str!("../sql/stock_unexplained.postgres.sql"), include_str!("../sql/stock_unexplained.sqlite.sql")],
        // A release would be remembered as that of a reservation, and leave as many unexplained.
        Mend::Decision(
            "look for the order or the reservation that is not there any more, and restore it; if there was none, let the pieces be sold again: UPDATE inventory SET quantity_reserved = …, quantity_available = … WHERE product_variant_id = … AND location = …",
        ),
    ).warns(),
    Check::rows(
        "stock.counts",
        "No count of the stock is below zero.",
        include_str!("../sql/stock_counts.sql"),
        Mend::Operation(
            "inventory::set_counts with what lies there, for what is available; inventory::adjust, for what is incoming",
        ),
    ),
];
