//! Rows that were lost: what is left of them is evidence, which no repair may overwrite.

use rstest::rstest;
use service::maintenance::doctor::{self, Examination, Finding, Repair, Selection};
use tests::Engine;

use super::bed::{Bed, names};
use super::plants::Past;
use super::trade::trade;

pub(super) async fn orders(bed: &Bed) -> Examination {
    let selection = Selection::only(["orders", "payments"]).unwrap();
    doctor::examine(&bed.db, &selection).await.unwrap()
}

pub(super) fn is_decision(finding: &Finding) -> bool {
    matches!(finding.repairs.as_slice(), [Repair::Decision(_)])
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_lines_were_lost_is_left_as_it_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    // All of its lines, or one of two.
    #[values(true, false)] all: bool,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let done = "order_id IN (SELECT id FROM orders WHERE status = 'completed')";
    if !all {
        bed.run(
            "INSERT INTO order_items (order_id, sku, title, quantity, price, total_amount, quantity_fulfilled) \
             SELECT id, 'x', 'x', 1, 9, 9, 1 FROM orders WHERE status = 'completed'; \
             UPDATE orders SET subtotal_amount = subtotal_amount + 9, shipping_amount = shipping_amount - 9 \
             WHERE status = 'completed'",
        )
        .await;
        let examination = orders(&bed).await;
        assert!(examination.is_healthy(), "{examination:#?}");
    }
    let which = if all { "" } else { " AND title <> 'x'" };
    bed.past(
        Past::Triggers("order_items"),
        &format!("DELETE FROM order_items WHERE {done}{which}"),
    )
    .await;
    let examination = orders(&bed).await;
    let expected: &[_] = if all {
        &["orders.subtotals", "orders.fulfillment_status"]
    } else {
        &["orders.subtotals"]
    };
    assert_eq!(names(&examination), expected, "{examination:#?}");
    assert!(examination.findings.iter().all(is_decision), "{examination:#?}");
    let found = &examination.findings[0].faults[0].found;
    let said = if all {
        "without lines"
    } else {
        "as the total has it"
    };
    assert!(found.ends_with(said), "{found}");
}

/// The lines and the rest of the header agree on what the subtotal was.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_subtotal_that_all_the_rest_contradicts_is_set_right(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run(
        "UPDATE orders SET subtotal_amount = subtotal_amount + 1 WHERE status IN ('completed', 'pending')",
    )
    .await;
    let examination = orders(&bed).await;
    assert_eq!(names(&examination), ["orders.subtotals", "orders.totals"]);
    let [subtotals, totals] = examination.findings.as_slice() else {
        panic!("{examination:#?}");
    };
    assert!(is_decision(totals), "the total is right: {totals:#?}");
    let [Repair::Sql(sql)] = subtotals.repairs.as_slice() else {
        panic!("{subtotals:#?}");
    };
    bed.run(sql).await;
    let examination = orders(&bed).await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_was_paid_is_left_as_it_is(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run("UPDATE orders SET shipping_amount = shipping_amount + 5 WHERE status = 'completed'")
        .await;
    let examination = orders(&bed).await;
    assert_eq!(names(&examination), ["orders.totals"]);
    assert!(is_decision(&examination.findings[0]), "{examination:#?}");
}

/// Nothing was paid yet, the payment went with its month, or half of it did.
#[rstest]
#[case("pending", "SELECT 1", "without payments")]
#[case("completed", "DELETE FROM transactions WHERE", "without payments")]
#[case(
    "completed",
    "UPDATE transactions SET amount = amount / 2 WHERE",
    "and other payments"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_the_payments_say_nothing_of_is_left_as_it_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] status: &str,
    #[case] lost: &str,
    #[case] said: &str,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    if let Some(lost) = lost.strip_suffix("WHERE") {
        bed.run(&format!(
            "{lost} WHERE type = 'revenue' AND order_id IN (SELECT id FROM orders WHERE status = '{status}')"
        ))
        .await;
    }
    bed.run(&format!(
        "UPDATE orders SET shipping_amount = shipping_amount + 5 WHERE status = '{status}'"
    ))
    .await;
    let examination = orders(&bed).await;
    let finding = examination.finding("orders.totals").unwrap();
    assert!(finding.faults[0].found.ends_with(said), "{finding:#?}");
    assert!(is_decision(finding), "{finding:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_lost_payment_of_a_completed_order_is_found(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let done = "order_id IN (SELECT id FROM orders WHERE status = 'completed')";
    let row = bed.id("SELECT id FROM orders WHERE status = 'completed'").await;
    bed.run(&format!("DELETE FROM transactions WHERE {done}")).await;
    bed.run("UPDATE orders SET financial_status = 'paid' WHERE status = 'completed'")
        .await;
    let examination = orders(&bed).await;
    assert_eq!(names(&examination), ["payments.financial_status"]);
    let finding = &examination.findings[0];
    assert_eq!(finding.faults[0].row, row.to_string());
    assert_eq!(finding.faults[0].found, "paid without payments");
    assert!(is_decision(finding), "{finding:#?}");

    // Of an order that is older than the known months nobody can tell.
    bed.run("UPDATE orders SET created_at = '2020-06-01T00:00:00.000+00:00' WHERE status = 'completed'")
        .await;
    let examination = orders(&bed).await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// What is left of the money looks as if all of it had been given back.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_payments_were_lost_does_not_become_refunded(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    // All of them, or so many that as much is left as was refunded, or less.
    #[values("", "r.amount", "r.amount - 1")] left: &str,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let paid = "type = 'revenue' AND order_id IN (SELECT id FROM orders WHERE status = 'completed')";
    let lost = if left.is_empty() {
        format!("DELETE FROM transactions WHERE {paid}")
    } else {
        format!(
            "UPDATE transactions SET amount = (SELECT {left} FROM transactions r \
             WHERE r.order_id = transactions.order_id AND r.type = 'refund') WHERE {paid}"
        )
    };
    bed.run(&lost).await;
    let examination = orders(&bed).await;
    let finding = examination.finding("payments.financial_status").unwrap();
    let fault = &finding.faults[0];
    assert_eq!(fault.expected, "refunded");
    assert!(fault.found.starts_with("partially_refunded"), "{fault:?}");
    assert!(
        examination.findings.iter().all(is_decision),
        "{lost}: {examination:#?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_lags_behind_the_refund_of_everything_is_set_right(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run(
        "UPDATE transactions SET amount = (SELECT o.total_amount FROM orders o WHERE o.id = transactions.order_id) \
         WHERE type = 'refund' AND order_id IN (SELECT id FROM orders WHERE status = 'completed')",
    )
    .await;
    bed.mend(&bed.only("payments.financial_status").await).await;
}

/// When the newest month that has money is over, the next may have been dropped: only the current one never is.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn orders_of_months_that_were_dropped_are_no_fault(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run("DELETE FROM revenue_attribution; DELETE FROM transactions")
        .await;
    bed.run(
        "UPDATE orders SET created_at = '2020-06-01T00:00:00.000+00:00'; \
         UPDATE orders SET status = 'cancelled', financial_status = 'refunded', fulfillment_status = 'unfulfilled' \
         WHERE status = 'confirmed'",
    )
    .await;
    let selection = Selection::only(["payments"]).unwrap();
    let examination = doctor::examine(&bed.db, &selection).await.unwrap();
    assert!(examination.is_healthy(), "{examination:#?}");
}
