//! What is held against the journal: only as far as it reaches, and never so that a counter is lost.

use chrono::{Datelike, Utc};
use entity::{BudgetId, CampaignId, TransactionId};
use rstest::rstest;
use service::finance::budgets::{self, Allocate, Spend};
use service::maintenance::doctor::{self, Examination, Repair, Selection};
use service::marketing::campaigns::{self, SpendOnCampaign};
use tests::Engine;

use super::bed::{Bed, names};
use super::trade::trade;
use crate::shop::amount;

/// Books 100.00 on a new budget and on a new campaign, dated into a month that has no other events.
async fn backdated(bed: &Bed) -> (BudgetId, CampaignId) {
    let today = Utc::now().date_naive();
    let period = (today.year(), today.month().cast_signed());
    let at = || TransactionId::at("2020-06-15T12:00:00Z".parse().unwrap());
    let budget = budgets::allocate(&bed.db, Allocate::new("travel", period, amount("500")))
        .await
        .unwrap()
        .budget
        .id;
    let spend = Spend {
        id: at(),
        ..Spend::new(budget, amount("100"))
    };
    budgets::spend(&bed.db, spend).await.unwrap();
    let campaign = tests::rows::insert(&bed.db, "campaigns", [("status", "active".into())]);
    let campaign = campaign.await.id().into();
    let spend = SpendOnCampaign {
        id: at(),
        ..SpendOnCampaign::new(campaign, amount("100"))
    };
    campaigns::spend(&bed.db, spend).await.unwrap();
    (budget, campaign)
}

async fn counters(bed: &Bed) -> Examination {
    let selection = Selection::only(["budgets.spent", "campaigns.spent"]).unwrap();
    doctor::examine(&bed.db, &selection).await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_expense_that_was_dated_back_counts_as_long_as_it_is_there(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    backdated(&bed).await;
    let examination = counters(&bed).await;
    assert!(examination.is_healthy(), "{examination:#?}");

    bed.run("UPDATE budgets SET spent_amount = 0 WHERE category = 'travel'; UPDATE campaigns SET spent = 0 WHERE spent = 100")
        .await;
    let examination = counters(&bed).await;
    assert_eq!(names(&examination), ["budgets.spent", "campaigns.spent"]);
    for finding in &examination.findings {
        assert_eq!(
            (finding.total, finding.faults[0].expected.as_str()),
            (1, "100.00")
        );
        let [Repair::Sql(sql)] = finding.repairs.as_slice() else {
            panic!("{finding:#?}");
        };
        bed.run(sql).await;
    }
    let examination = counters(&bed).await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_booking_whose_transaction_is_not_there_leaves_open_how_much_was_spent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    backdated(&bed).await;
    // As when a month of transactions was detached, and its events were not.
    bed.run("DELETE FROM transactions WHERE transaction_date < '2021-01-01'")
        .await;
    let examination = counters(&bed).await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// Nothing tells of the month that it was there.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn once_a_month_was_dropped_a_counter_may_be_more_than_what_is_left(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run("UPDATE seaql_migrations SET applied_at = 1577880000")
        .await;
    trade(&bed.db).await;
    backdated(&bed).await;
    bed.run(
        "DELETE FROM transactions WHERE transaction_date < '2021-01-01'; \
         DELETE FROM system_events WHERE created_at < '2021-01-01'",
    )
    .await;
    let examination = counters(&bed).await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_is_too_high_is_never_lowered_by_sql(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    bed.run("UPDATE budgets SET spent_amount = spent_amount + 5; UPDATE campaigns SET spent = spent + 5")
        .await;
    let examination = counters(&bed).await;
    assert_eq!(names(&examination), ["budgets.spent", "campaigns.spent"]);
    for finding in &examination.findings {
        assert!(
            matches!(finding.repairs.as_slice(), [Repair::Decision(_)]),
            "{finding:#?}"
        );
    }
}
