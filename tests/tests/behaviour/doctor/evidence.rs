//! Rows that contradict each other: what may be the only evidence of what was agreed is not overwritten.

use rstest::rstest;
use tests::Engine;

use super::bed::{Bed, names};
use super::lost::{is_decision, orders};
use super::trade::trade;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_line_whose_price_was_changed_keeps_its_total(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run("UPDATE order_items SET price = price + 1").await;
    let examination = orders(&bed).await;
    assert_eq!(names(&examination), ["orders.line_totals", "orders.subtotals"]);
    let found = &examination.findings[0].faults[0].found;
    assert!(found.ends_with("and another subtotal of the order"), "{found}");
    assert!(examination.findings.iter().all(is_decision), "{examination:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_would_come_to_less_than_nothing_keeps_its_total(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run("UPDATE order_items SET discount_amount = 99999").await;
    let examination = orders(&bed).await;
    let finding = examination.finding("orders.line_totals").unwrap();
    assert!(is_decision(finding), "{finding:#?}");
}

/// One of two payments is the plants' fault, which is mended.
#[rstest]
#[case::the_only_one("type = 'revenue' AND status = 'confirmed'")]
#[case::all("status IN ('completed', 'confirmed')")]
#[tokio::test(flavor = "multi_thread")]
async fn payments_that_agree_with_each_other_keep_their_currency(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] odd: &str,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run(
        "DELETE FROM transactions WHERE type = 'refund' \
         AND order_id IN (SELECT id FROM orders WHERE status = 'confirmed')",
    )
    .await;
    bed.run(&format!(
        "UPDATE transactions SET currency = 'EUR' WHERE id IN (SELECT t.id FROM transactions t \
         JOIN orders o ON o.id = t.order_id WHERE {odd})"
    ))
    .await;
    let examination = orders(&bed).await;
    let finding = examination.finding("payments.currency").unwrap();
    assert!(is_decision(finding), "{finding:#?}");
}
