//! Periods, dates, ids, JSON and what refers to rows without a key.

use super::super::registry::{Check, Engines, Mend, Over};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "rows.references",
        "Every foreign key refers to a row.",
        include_str!("../sql/rows_references.sql"),
        Mend::Decision(
            "restore the rows that are referred to from a backup; or do what the key would have done: DELETE the row where it says ON DELETE CASCADE, UPDATE … SET the column = NULL where it says SET NULL; other keys leave only the restoring",
        ),
    ).for_each(Over::Keys).only_on(Engines::Postgres),
    Check::rows(
        "rows.amounts",
        "Every amount is a number.",
        include_str!("../sql/rows_amounts.sql"),
        Mend::Decision(
            "find out by the invoice, the payment provider's records or the journal what the amount is, and write it: UPDATE … SET … = … WHERE id = …; until then the other checks say nothing of what is reckoned with it",
        ),
    ).for_each(Over::Amounts).only_on(Engines::Postgres),
    Check::rows(
        "metrics.overlaps",
        "The measured periods of a product share no days.",
        include_str!("../sql/metrics_overlaps.sql"),
        Mend::Decision(
            "delete the period that is wrong: DELETE FROM product_metrics WHERE id = …, and record the other again by catalogue::record_metrics",
        ),
    ),
    Check::rows(
        "dates.order",
        "Nothing ends before it begins.",
        include_str!("../sql/dates_order.sql"),
        Mend::Decision(
            "correct the date that is wrong, in the column that found names",
        ),
    ),
    Check::rows(
        "content.published",
        "What is published says since when.",
        include_str!("../sql/content_published.sql"),
        Mend::Sql(
            "UPDATE content SET published_at = created_at FROM (\n{faults}\n) AS fault WHERE content.id = fault.id",
        ),
    ),
    Check::rows(
        "subscriptions.ended",
        "A subscription that has ended says when, and no other does.",
        include_str!("../sql/subscriptions_ended.sql"),
        Mend::Operation(
            "marketing::lists::unsubscribe, which ends it now, or marketing::lists::subscribe with a newer consent",
        ),
    ),
    Check::rows(
        "subscriptions.unlinked",
        "A subscription of a customer's address is the customer's.",
        include_str!("../sql/subscriptions_unlinked.sql"),
        Mend::Operation(
            "marketing::lists::link of the customer",
        ),
    ).warns(),
    Check::each(
        "numbers.orders",
        "The shop's own order numbers go on after the highest one.",
        [include_str!("../sql/numbers_orders.postgres.sql"), include_str!("../sql/numbers_orders.sqlite.sql")],
        Mend::EachRow,
    ).warns(),
    Check::each(
        "ids.times",
        "The id of an execution, a transaction and an event carries the month of the row's own time.",
        [include_str!("../sql/ids_times.postgres.sql"), include_str!("../sql/ids_times.sqlite.sql")],
        Mend::Decision(
            "give the row an id of its time, and what refers to it: see TransactionId::at; on PostgreSQL detach nothing, the windows refuse such rows",
        ),
    ),
    Check::each(
        "json.lists",
        "Tags, tools and recipients are lists of texts.",
        [include_str!("../sql/json_lists.postgres.sql"), include_str!("../sql/json_lists.sqlite.sql")],
        Mend::Decision(
            "write the list as the operations do: a JSON array of strings",
        ),
    ),
    Check::each(
        "json.objects",
        "Criteria, consents, touches and details of events are objects.",
        [include_str!("../sql/json_objects.postgres.sql"), include_str!("../sql/json_objects.sqlite.sql")],
        Mend::Decision(
            "write the object as the operations do: segments::update, marketing::lists::subscribe, finance::attribution::reattribute",
        ),
    ),
    Check::rows(
        "json.valid",
        "Every JSON column holds JSON.",
        include_str!("../sql/json_valid.sql"),
        Mend::Decision(
            "replace the text by the JSON that it was meant to be",
        ),
    ).only_on(Engines::Sqlite),
    Check::each(
        "reports.recipients",
        "The recipients of a report that is still to be sent are agents.",
        [include_str!("../sql/reports_recipients.postgres.sql"), include_str!("../sql/reports_recipients.sqlite.sql")],
        Mend::Decision(
            "name others: UPDATE reports SET recipient_agents = … WHERE id = …, or mark it as sent by analytics::reports::mark_sent",
        ),
    ).warns(),
];
