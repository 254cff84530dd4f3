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
    Check::each(
        "budgets.spent",
        "A budget's spent amount is the sum of its expenses less its corrections.",
        [include_str!("../sql/budgets_spent.postgres.sql"), include_str!("../sql/budgets_spent.sqlite.sql")],
        Mend::Sql(
            "UPDATE budgets SET spent_amount = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE budgets.id = fault.id",
        ),
    ).in_cents(),
    Check::each(
        "campaigns.spent",
        "What a campaign has spent is the sum of its expenses less its corrections.",
        [include_str!("../sql/campaigns_spent.postgres.sql"), include_str!("../sql/campaigns_spent.sqlite.sql")],
        Mend::Sql(
            "UPDATE campaigns SET spent = CAST(fault.expected AS numeric) / 100.0 FROM (\n{faults}\n) AS fault WHERE campaigns.id = fault.id",
        ),
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
