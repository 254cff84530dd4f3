//! Attribution, budgets and campaigns against the transactions.

use super::super::registry::{Check, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "attribution.totals",
        "A payment that is attributed is attributed at exactly 100.00, so its shares come to its amount; a refund at most at that.",
        include_str!("../sql/attribution_totals.sql"),
        Mend::Operation(
            "finance::attribution::reattribute of the payment, which its refunds follow; what is neither payment nor refund: DELETE FROM revenue_attribution WHERE transaction_id = …",
        ),
    ).in_cents(),
    Check::rows(
        "attribution.parties",
        "A transaction is attributed to an agent and campaign once.",
        include_str!("../sql/attribution_parties.sql"),
        Mend::Operation(
            "finance::attribution::reattribute of the payment, which its refunds follow",
        ),
    ),
    Check::rows(
        "budgets.spent",
        "A budget's spent amount is the sum of its expenses less its corrections.",
        include_str!("../sql/budgets_spent.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE budgets SET spent_amount = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE budgets.id = fault.id",
            otherwise: "find out which expense or correction the journal lacks, for instance one that was written past the operations or whose month was dropped, and restore it; only if there was none, set the counter: UPDATE budgets SET spent_amount = … WHERE id = …",
        },
    ).in_cents(),
    Check::rows(
        "campaigns.spent",
        "What a campaign has spent is the sum of its expenses less its corrections.",
        include_str!("../sql/campaigns_spent.sql"),
        Mend::SqlWhereCertain {
            sql: "UPDATE campaigns SET spent = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE campaigns.id = fault.id",
            otherwise: "find out which expense or correction the journal lacks, for instance one that was written past the operations or whose month was dropped, and restore it; only if there was none, set the counter: UPDATE campaigns SET spent = … WHERE id = …",
        },
    ).in_cents(),
    Check::rows(
        "campaigns.budget",
        "No campaign has spent more than its budget.",
        include_str!("../sql/campaigns_budget.sql"),
        Mend::Operation(
            "marketing::campaigns::set_budget to what is spent at least",
        ),
    ),
];
