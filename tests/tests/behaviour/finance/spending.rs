//! Spending from budgets.

use entity::{AgentId, BudgetId, OrderId, TransactionId, TransactionType, transactions};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::finance::budgets::{self, BudgetError, Correct, Spend};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase};

use super::books::{agent, amounts, budget, day, expense, noon, order, recorded};
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn spending_books_an_expense_of_the_budgets_category(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "100").await;
    let (agent, order) = (agent(db).await, order(db).await);
    let command = Spend {
        id: TransactionId::at(noon("2026-11-05")),
        description: Some("banner".into()),
        agent: Some(agent),
        order: Some(order),
        payment_method: Some("invoice".into()),
        ..Spend::new(ads, amount("33.33"))
    };
    let booked = budgets::spend(db, command.clone()).await.unwrap();
    let row = &booked.transaction;
    assert_eq!(
        (row.id, row.r#type, row.category.as_str()),
        (command.id, TransactionType::Expense, "ads")
    );
    assert_eq!(
        (row.agent_id, row.order_id, row.transaction_date),
        (Some(agent), Some(order), day("2026-11-05"))
    );
    assert_eq!(
        (row.amount, row.currency.as_str()),
        (amount("33.33"), budgets::CURRENCY)
    );
    assert_eq!(booked.budget.spent_amount, amount("33.33"));
    budgets::spend(db, Spend::new(ads, amount("1"))).await.unwrap();
    assert_eq!(budgets::spend(db, command.clone()).await.unwrap(), booked);
    assert_eq!(amounts(db, ads).await[1], amount("34.33"));
    let rent = budget(db, "rent", "100").await;
    let others: [fn(&mut Spend); 3] = [
        |spend| spend.amount = amount("33.34"),
        |spend| spend.agent = None,
        |spend| spend.allow_overrun = true,
    ];
    for change in others {
        let mut other = command.clone();
        change(&mut other);
        assert!(matches!(
            budgets::spend(db, other).await,
            Err(BudgetError::Conflict(_))
        ));
    }
    let elsewhere = Spend {
        budget: rent,
        ..command
    };
    assert!(matches!(
        budgets::spend(db, elsewhere).await,
        Err(BudgetError::Conflict(_))
    ));
    let of_the_journal = Spend {
        id: recorded(db, expense("rent", "5")).await,
        ..Spend::new(rent, amount("5"))
    };
    assert!(matches!(
        budgets::spend(db, of_the_journal).await,
        Err(BudgetError::Conflict(_))
    ));
    assert_eq!(amounts(db, rent).await[1], amount("0"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_spent_than_is_allocated_unless_told(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "0.30").await;
    budgets::spend(db, Spend::new(ads, amount("0.10"))).await.unwrap();
    let too_much = Spend::new(ads, amount("0.21"));
    let together = transaction::begin(db).await.unwrap();
    let error = budgets::spend(&together, too_much.clone()).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(
        matches!(error, BudgetError::Exceeded { budget, allocated, spent, asked }
        if budget == ads && [allocated, spent, asked] == [amount("0.30"), amount("0.10"), amount("0.21")])
    );
    // The caller's transaction goes on, and what happens in it goes with it.
    budgets::spend(&together, Spend::new(ads, amount("0.20")))
        .await
        .unwrap();
    together.rollback().await.unwrap();
    assert_eq!(amounts(db, ads).await, [amount("0.30"), amount("0.10")]);
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 1);
    budgets::spend(db, Spend::new(ads, amount("0.20"))).await.unwrap();
    let allow_overrun = true;
    budgets::spend(
        db,
        Spend {
            allow_overrun,
            ..too_much
        },
    )
    .await
    .unwrap();
    assert_eq!(amounts(db, ads).await, [amount("0.30"), amount("0.51")]);
    let most = Spend {
        allow_overrun,
        ..Spend::new(ads, amount("9999999999.99"))
    };
    assert!(
        matches!(budgets::spend(db, most).await, Err(BudgetError::TooMuch { budget, .. }) if budget == ads)
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn spending_names_what_does_not_exist(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "10").await;
    let (no_agent, no_order, no_budget) = (AgentId::new(), OrderId::new(), BudgetId::new());
    let command = Spend {
        agent: Some(no_agent),
        order: Some(no_order),
        ..Spend::new(ads, amount("1"))
    };
    let error = budgets::spend(db, command).await.unwrap_err();
    assert!(matches!(error, BudgetError::UnknownReferences { order, agent }
        if (order, agent) == (Some(no_order), Some(no_agent))));
    let error = budgets::spend(db, Spend::new(no_budget, amount("1")))
        .await
        .unwrap_err();
    assert!(matches!(error, BudgetError::NotFound { budgets } if budgets == [no_budget]));
    for value in ["0", "-1", "0.001"] {
        let error = budgets::spend(db, Spend::new(ads, amount(value)))
            .await
            .unwrap_err();
        assert!(matches!(error, BudgetError::Invalid(_)), "{value}");
    }
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_gives_back_what_was_spent_and_says_why(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "10").await;
    budgets::spend(db, Spend::new(ads, amount("9.90"))).await.unwrap();
    let command = Correct::new(ads, amount("0.90"), "billed twice");
    let booked = budgets::correct(db, command.clone()).await.unwrap();
    assert_eq!(booked.transaction.r#type, TransactionType::Adjustment);
    assert_eq!(booked.transaction.description.as_deref(), Some("billed twice"));
    assert_eq!(booked.budget.spent_amount, amount("9"));
    assert_eq!(budgets::correct(db, command.clone()).await.unwrap(), booked);
    let other = Correct {
        reason: "billed thrice".into(),
        ..command
    };
    assert!(matches!(
        budgets::correct(db, other).await,
        Err(BudgetError::Conflict(_))
    ));
    let error = budgets::correct(db, Correct::new(ads, amount("9.01"), "all"))
        .await
        .unwrap_err();
    assert!(matches!(error, BudgetError::MoreThanSpent { spent, asked, .. }
        if [spent, asked] == [amount("9"), amount("9.01")]));
    assert!(matches!(
        budgets::correct(db, Correct::new(ads, amount("1"), " ")).await,
        Err(BudgetError::Invalid(_))
    ));
    budgets::correct(db, Correct::new(ads, amount("9"), "all"))
        .await
        .unwrap();
    assert_eq!(amounts(db, ads).await, [amount("10"), amount("0")]);
}
