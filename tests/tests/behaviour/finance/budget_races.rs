//! Many connections, one budget.

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::finance::budgets::{self, Allocate, BudgetError, HandOver, Spend, Transfer};
use tests::{Engine, TestDatabase};

use super::books::{agent, amounts, budget};
use crate::race::behind;
use crate::shop::amount;

const GATE: &str = "UPDATE budgets SET name = name";

/// Counts who succeeded; the others were told that there is not enough left.
fn winners<T: std::fmt::Debug>(outcomes: &[Result<T, BudgetError>]) -> usize {
    for outcome in outcomes {
        assert!(
            matches!(outcome, Ok(_) | Err(BudgetError::Exceeded { .. })),
            "{outcome:?}"
        );
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_budget_is_spent_and_nobody_is_turned_away_too_early(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "1.10").await;
    let outcomes = behind(db, GATE, 24, |_| {
        let db = db.clone();
        async move { budgets::spend(&db, Spend::new(ads, amount("0.10"))).await }
    })
    .await;
    assert_eq!(winners(&outcomes), 11);
    assert_eq!(amounts(db, ads).await, [amount("1.10"), amount("1.10")]);
    assert_eq!(entity::transactions::Entity::find().count(db).await.unwrap(), 11);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_many_times_at_once_spends_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (ads, rent) = (budget(db, "ads", "10").await, budget(db, "rent", "10").await);
    let spend = Spend::new(ads, amount("6"));
    let booked = behind(db, GATE, 8, |_| {
        let (db, spend) = (db.clone(), spend.clone());
        async move { budgets::spend(&db, spend).await.unwrap() }
    })
    .await;
    assert!(booked.iter().all(|outcome| *outcome == booked[0]));
    let transfer = Transfer::new(rent, ads, amount("6"));
    let moved = behind(db, GATE, 8, |_| {
        let db = db.clone();
        async move { budgets::transfer(&db, transfer).await.unwrap() }
    })
    .await;
    assert!(moved.iter().all(|outcome| *outcome == moved[0]));
    assert_eq!(amounts(db, ads).await, [amount("16"), amount("6")]);
    let allocate = Allocate::new("books", (2026, 11), amount("5"));
    let made = behind(db, GATE, 8, |_| {
        let (db, allocate) = (db.clone(), allocate.clone());
        async move { budgets::allocate(&db, allocate).await.unwrap() }
    })
    .await;
    assert!(made.iter().all(|outcome| *outcome == made[0]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn transfers_to_and_fro_amid_spending_lose_and_invent_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut places = Vec::new();
    for category in ["ads", "books", "rent"] {
        places.push(budget(db, category, "10").await);
    }
    let outcomes = behind(db, GATE, 45, |n| {
        let db = db.clone();
        let (from, to) = (places[n % 3], places[(n + 1 + n / 3 % 2) % 3]);
        async move {
            if n % 5 == 4 {
                // A transfer may make room between a refusal and the look at what was left: that is to be sent again.
                let command = Spend::new(from, amount("1.01"));
                let spend = || budgets::spend(&db, command.clone());
                service::retry(Default::default(), tokio::time::sleep, spend)
                    .await
                    .map(drop)
            } else {
                let value = amount(["0.10", "2.20", "3.33"][n % 3]);
                budgets::transfer(&db, Transfer::new(from, to, value))
                    .await
                    .map(drop)
            }
        }
    })
    .await;
    assert!(winners(&outcomes) > 10);
    let mut total = amount("0");
    for place in places {
        let [allocated, spent] = amounts(db, place).await;
        assert!(spent <= allocated);
        total += allocated;
    }
    assert_eq!(total, amount("30"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_is_being_archived_gets_no_budget(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (to, ads) = (agent(db).await, budget(db, "ads", "10").await);
    let outcomes = behind(db, "UPDATE agents SET status = 'archived'", 2, |n| {
        let db = db.clone();
        let owner = Some(to);
        async move {
            if n == 0 {
                let budgets = vec![ads];
                budgets::hand_over(&db, HandOver { budgets, to: owner })
                    .await
                    .map(drop)
            } else {
                let new = Allocate::new("books", (2026, 11), amount("5"));
                budgets::allocate(&db, Allocate { owner, ..new }).await.map(drop)
            }
        }
    })
    .await;
    for outcome in outcomes {
        assert!(
            matches!(outcome, Err(BudgetError::ArchivedOwner { agent }) if agent == to),
            "{outcome:?}"
        );
    }
}
