//! What agents and campaigns brought.

use entity::TransactionId;
use entity::TransactionType::{Refund, Revenue};
use rstest::rstest;
use service::finance::attribution::{AttributionModel, Credited, Earnings, attribute, report};
use service::finance::transactions::NewTransaction;
use tests::{Engine, TestDatabase};

use super::books::{self, agents, campaign, day, noon, of_order, order, recorded, revenue};
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_report_subtracts_refunds_and_adds_up_to_the_cent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 3).await;
    let campaign = campaign(db).await;
    let order = order(db).await;
    let linear = AttributionModel::Linear;
    let payment = of_order(db, order, Revenue, "100.01", noon("2026-09-30")).await;
    of_order(db, order, Refund, "10", noon("2026-10-01")).await;
    attribute(db, books::attribute(payment, linear, &agents))
        .await
        .unwrap();
    let euros = NewTransaction {
        id: TransactionId::at(noon("2026-09-01")),
        currency: "EUR".into(),
        ..revenue("7")
    };
    let euros = recorded(db, euros).await;
    let mut command = books::attribute(euros, linear, &agents[..1]);
    command.touches[0] = command.touches[0].by(campaign);
    attribute(db, command).await.unwrap();
    let row = |n: usize, currency: &str, revenue: &str, refunded: &str, transactions| Credited {
        agent: agents[n],
        campaign: (currency == "EUR").then_some(campaign),
        currency: currency.into(),
        revenue: amount(revenue),
        refunded: amount(refunded),
        net: amount(revenue) - amount(refunded),
        transactions,
    };
    let quarters = Earnings::new(day("2026-09-01"), day("2026-10-31"));
    assert_eq!(
        report(db, quarters).await.unwrap(),
        [
            row(0, "USD", "33.35", "3.34", 2),
            row(0, "EUR", "7", "0", 1),
            row(1, "USD", "33.33", "3.33", 2),
            row(2, "USD", "33.33", "3.33", 2)
        ]
    );
    let october = Earnings::new(day("2026-10-01"), day("2026-10-31"));
    let refunds = report(db, october).await.unwrap();
    assert_eq!(
        refunds.iter().map(|row| row.net).sum::<rust_decimal::Decimal>(),
        amount("-10")
    );
    let agent = Some(agents[1]);
    assert_eq!(report(db, Earnings { agent, ..quarters }).await.unwrap().len(), 1);
    let campaign = Some(campaign);
    assert_eq!(
        report(db, Earnings { campaign, ..quarters }).await.unwrap().len(),
        1
    );
}
