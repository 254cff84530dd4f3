//! The numbers of statements that the README of `service` states.

use entity::TransactionType::{Refund, Revenue};
use rstest::rstest;
use service::finance::attribution::{self, AttributionModel, Earnings, attribute, reattribute, report};
use service::finance::budgets::{
    self, Allocate, Correct, HandOver, ListBudgets, Period, SetAllocation, Spend, Transfer, Variances,
};
use service::finance::transactions::{self as journal, ListTransactions, Record, TotalBy, Totals};
use tests::{Engine, TestDatabase};

use super::books::{self, agent, agents, campaign, day, expense, noon, of_order, order, recorded, revenue};
use crate::shop::{amount, counting};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_journal_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    for number in [1, 100] {
        let transactions = vec![(); number].iter().map(|()| expense("rent", "1")).collect();
        let command = Record { transactions };
        journal::record(&db, command.clone()).await.unwrap();
        assert_eq!(statements.sent(), 1, "record {number}");
        journal::record(&db, command).await.unwrap();
        assert_eq!(statements.sent(), 2, "record {number} again");
    }
    let page = journal::list(&db, ListTransactions::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");
    journal::get(&db, page.items[0].id).await.unwrap();
    assert_eq!(statements.sent(), 1, "get");
    let period = Totals::new(day("2026-01-01"), day("2026-12-31"), TotalBy::Quarter);
    journal::totals(&db, period).await.unwrap();
    assert_eq!(statements.sent(), 1, "totals");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn attribution_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let on = |postgres, sqlite| {
        if engine == Engine::Postgres {
            postgres
        } else {
            sqlite
        }
    };
    let agents = agents(&db, 9).await;
    let campaign = campaign(&db).await;
    let plain = recorded(&db, revenue("9")).await;
    let linear = AttributionModel::Linear;
    statements.sent();
    attribute(&db, books::attribute(plain, linear, &agents))
        .await
        .unwrap();
    assert_eq!(statements.sent(), on(2, 4), "attribute");
    attribute(&db, books::attribute(plain, linear, &agents))
        .await
        .unwrap();
    assert_eq!(statements.sent(), on(3, 2), "attribute again");
    reattribute(&db, books::attribute(plain, linear, &agents[1..]))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 5, "reattribute");
    let order = order(&db).await;
    let payment = of_order(&db, order, Revenue, "9", noon("2026-11-10")).await;
    statements.sent();
    let mut command = books::attribute(payment, linear, &agents);
    command.touches[0] = command.touches[0].by(campaign);
    attribute(&db, command.clone()).await.unwrap();
    assert_eq!(
        statements.sent(),
        on(3, 6),
        "attribute, with an order and a campaign"
    );
    for _ in 0..3 {
        of_order(&db, order, Refund, "1", noon("2026-11-11")).await;
    }
    statements.sent();
    command.model = AttributionModel::PositionBased;
    reattribute(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 11, "reattribute, with refunds");
    attribution::find(&db, payment).await.unwrap();
    assert_eq!(statements.sent(), 1, "find");
    report(&db, Earnings::new(day("2026-01-01"), day("2026-12-31")))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "report");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn budgets_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let owner = Some(agent(&db).await);
    statements.sent();
    let month = |category| Allocate::new(category, (2026, 11), amount("100"));
    let ads = budgets::allocate(&db, month("ads")).await.unwrap().budget.id;
    assert_eq!(statements.sent(), 4, "allocate");
    let rent = Allocate {
        owner,
        ..month("rent")
    };
    let rent = budgets::allocate(&db, rent).await.unwrap().budget.id;
    assert_eq!(statements.sent(), 5, "allocate, with an owner");
    budgets::allocate(&db, month("ads")).await.unwrap();
    assert_eq!(statements.sent(), 5, "allocate anew");
    let spend = Spend::new(ads, amount("5"));
    budgets::spend(&db, spend.clone()).await.unwrap();
    assert_eq!(statements.sent(), 4, "spend");
    budgets::spend(&db, spend).await.unwrap();
    assert_eq!(statements.sent(), 4, "spend again");
    budgets::spend(&db, Spend::new(ads, amount("500")))
        .await
        .unwrap_err();
    assert_eq!(statements.sent(), 4, "spend, refused");
    budgets::correct(&db, Correct::new(ads, amount("5"), "no"))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 4, "correct");
    budgets::set_allocation(&db, SetAllocation::new(ads, amount("50")))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "set_allocation");
    budgets::transfer(&db, Transfer::new(ads, rent, amount("5")))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 4, "transfer");
    let hand_over = HandOver {
        budgets: vec![ads, rent],
        to: owner,
    };
    budgets::hand_over(&db, hand_over).await.unwrap();
    assert_eq!(statements.sent(), 3, "hand_over");
    budgets::get(&db, ads).await.unwrap();
    budgets::find(&db, "ads", (2026, 11)).await.unwrap();
    budgets::list(&db, ListBudgets::default()).await.unwrap();
    budgets::variances(&db, Variances::of(2026, Period::Quarter))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 4, "get, find, list and variances");
}
