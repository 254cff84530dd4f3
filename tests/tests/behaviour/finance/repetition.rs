//! Money that is booked again after what it is about was deleted, or became part of something else.

use entity::{BudgetId, CustomerId};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::customers::{self, MergeCustomers};
use service::deletion::{self, Delete, Row};
use service::finance::budgets::{self, BudgetError, Correct, Spend};
use service::finance::transactions::{self as journal, NewTransaction, Record, RecordError};
use tests::{Engine, TestDatabase, rows};

use super::books::{budget, expense, revenue};
use crate::race::in_turn;
use crate::shop::amount;

async fn customer(db: &DatabaseConnection) -> CustomerId {
    rows::insert(db, "customers", []).await.id().into()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_customer_was_merged_is_still_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let [from, into, stranger] = [customer(db).await, customer(db).await, customer(db).await];
    let of = |customer, new: &NewTransaction| Record {
        transactions: vec![NewTransaction {
            customer: Some(customer),
            ..new.clone()
        }],
    };
    let new = revenue("100");
    journal::record(db, of(from, &new)).await.unwrap();
    let error = journal::record(db, of(into, &new)).await.unwrap_err();
    assert!(matches!(error, RecordError::Conflict(_)), "{error:?}");
    customers::merge(db, MergeCustomers::new(from, into))
        .await
        .unwrap();
    for customer in [from, into] {
        let again = journal::record(db, of(customer, &new))
            .await
            .unwrap()
            .transactions;
        assert_eq!((again[0].id, again[0].customer_id), (new.id, Some(into)));
    }
    let dearer = NewTransaction {
        amount: amount("101"),
        ..new.clone()
    };
    for other in [of(stranger, &new), of(from, &dearer)] {
        let error = journal::record(db, other).await.unwrap_err();
        assert!(matches!(error, RecordError::Conflict(_)), "{error:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_booked_on_a_budget_that_is_gone_is_told_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "100").await;
    let spend = Spend::new(ads, amount("30"));
    let correct = Correct::new(ads, amount("10"), "billed twice");
    let spent = budgets::spend(db, spend.clone()).await.unwrap();
    let corrected = budgets::correct(db, correct.clone()).await.unwrap();
    let row = Row::Budget(ads);
    deletion::delete(db, Delete { row }).await.unwrap();
    assert_eq!(budgets::spend(db, spend.clone()).await.unwrap(), spent);
    assert_eq!(budgets::correct(db, correct).await.unwrap(), corrected);
    let refused = |error| matches!(error, BudgetError::NotFound { budgets } if budgets == [ads]);
    assert!(refused(
        budgets::spend(db, Spend::new(ads, amount("30")))
            .await
            .unwrap_err()
    ));
    let elsewhere = Spend {
        budget: BudgetId::new(),
        ..spend
    };
    let error = budgets::spend(db, elsewhere).await.unwrap_err();
    assert!(matches!(error, BudgetError::Conflict(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_one_batch_in_two_orders_at_once_each_transaction_is_recorded_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut batch: Vec<_> = (0..20).map(|_| expense("rent", "5")).collect();
    batch.sort_by_key(|new| new.id);
    // Those who wrote them as they were given would come to this one from both sides.
    let middle = batch[10].id;
    let gate = match engine {
        Engine::Postgres => format!(
            "INSERT INTO transactions (id, type, category, amount) VALUES ('{middle}', 'expense', 'rent', 5)"
        ),
        Engine::Sqlite => "UPDATE transactions SET category = category".to_owned(),
    };
    let outcomes = in_turn(db, &gate, 4, |n| {
        let (db, mut transactions) = (db.clone(), batch.clone());
        if n % 2 == 0 {
            transactions.reverse();
        }
        async move { journal::record(&db, Record { transactions }).await.unwrap() }
    })
    .await;
    for outcome in outcomes {
        assert_eq!(outcome.transactions.len(), 20);
    }
}
