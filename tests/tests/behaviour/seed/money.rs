//! Budgets, expenses and targets grow with the shop.

use entity::{TransactionType, budgets, campaigns, kpi_measurements, kpis, transactions};
use rust_decimal::Decimal;
use tests::{Engine, TestDatabase};

use super::{all, fill, small};

/// What a shop of so many orders took, spent, spent on marketing, and had planned to spend.
async fn books(orders: u64) -> [Decimal; 4] {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let db = database.connection();
    fill(db, small(orders)).await;
    let books = all::<transactions::Entity>(db).await;
    let sum = |is: &dyn Fn(&transactions::Model) -> bool| {
        let booked = books.iter().filter(|row| is(row));
        booked.map(|row| row.amount).sum::<Decimal>()
    };
    let refunds = sum(&|row| row.r#type == TransactionType::Refund);
    let revenue = sum(&|row| row.r#type == TransactionType::Revenue) - refunds;
    let expenses = sum(&|row| row.r#type == TransactionType::Expense);
    let marketing = sum(&|row| row.category == "marketing");
    let spent: Decimal = all::<campaigns::Entity>(db)
        .await
        .iter()
        .map(|row| row.spent)
        .sum();
    assert_eq!(marketing, spent);

    let kpis = all::<kpis::Entity>(db).await;
    let measured = all::<kpi_measurements::Entity>(db).await;
    for name in ["Daily orders", "Daily revenue"] {
        let kpi = kpis.iter().find(|kpi| kpi.name == name).unwrap();
        let values = measured.iter().filter(|row| row.kpi_id == kpi.id);
        let values: Vec<_> = values.map(|row| row.value).collect();
        let mean = values.iter().sum::<Decimal>() / Decimal::from(values.len());
        let ratio = kpi.target_value.unwrap() / mean;
        assert!(
            Decimal::new(9, 1) < ratio && ratio < Decimal::new(14, 1),
            "{name}: {ratio}"
        );
    }
    let planned = all::<budgets::Entity>(db).await;
    let planned = planned.iter().map(|row| row.allocated_amount).sum();
    [revenue, expenses, marketing, planned]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_larger_shop_spends_more_and_both_earn_something() {
    let (small, large) = (books(250).await, books(1_000).await);
    for [revenue, expenses, marketing, _] in [small, large] {
        let margin = (revenue - expenses) / revenue;
        let share = marketing / revenue;
        assert!(
            Decimal::new(5, 2) < margin && margin < Decimal::new(45, 2),
            "{margin}"
        );
        assert!(
            Decimal::new(8, 2) < share && share < Decimal::new(20, 2),
            "{share}"
        );
    }
    for (small, large) in small.iter().zip(large) {
        let ratio = large / small;
        assert!(Decimal::from(3) < ratio && ratio < Decimal::from(5), "{ratio}");
    }
}
