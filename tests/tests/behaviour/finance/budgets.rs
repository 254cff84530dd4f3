//! Planning budgets.

use entity::{AgentId, BudgetId};
use rstest::rstest;
use service::finance::budgets::{
    self, Allocate, BudgetError, HandOver, ListBudgets, SetAllocation, Spend, Transfer,
};
use service::{Class, Classified, PageRequest, transaction};
use tests::{Engine, TestDatabase};

use super::books::{agent, amounts, archive, budget};
use crate::shop::amount;

const NOVEMBER: (i32, i32) = (2026, 11);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_month_has_one_budget_which_is_planned_anew(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let owner = agent(db).await;
    let first = Allocate {
        owner: Some(owner),
        ..Allocate::new("ads", NOVEMBER, amount("500.50"))
    };
    let made = budgets::allocate(db, first.clone()).await.unwrap();
    assert_eq!((made.budget.id, &made.before), (first.id, &None));
    assert_eq!(
        (made.budget.allocated_amount, made.budget.owner_agent_id),
        (amount("500.50"), Some(owner))
    );
    budgets::spend(db, Spend::new(first.id, amount("100")))
        .await
        .unwrap();
    let second = Allocate {
        name: "Ads, autumn".into(),
        ..Allocate::new("ads", NOVEMBER, amount("100"))
    };
    let anew = budgets::allocate(db, second.clone()).await.unwrap();
    assert_eq!(
        (anew.budget.id, anew.budget.name.as_str()),
        (first.id, "Ads, autumn")
    );
    assert_eq!(anew.budget.owner_agent_id, Some(owner));
    assert_eq!(anew.before.as_ref().unwrap().allocated_amount, amount("500.50"));
    assert_eq!(amounts(db, first.id).await, [amount("100"), amount("100")]);
    // Both again, whatever has become of the budget; an amount counts by its value.
    let mut again = first.clone();
    again.amount = amount("500.5");
    assert_eq!(budgets::allocate(db, again).await.unwrap(), made);
    assert_eq!(budgets::allocate(db, second.clone()).await.unwrap(), anew);
    for other in [
        Allocate {
            fiscal_month: 12,
            ..first
        },
        Allocate {
            amount: amount("1"),
            ..second.clone()
        },
    ] {
        assert!(matches!(
            budgets::allocate(db, other).await,
            Err(BudgetError::Conflict(_))
        ));
    }
    let below = Allocate {
        id: BudgetId::new(),
        amount: amount("99.99"),
        ..second
    };
    let error = budgets::allocate(db, below.clone()).await.unwrap_err();
    assert!(matches!(error, BudgetError::BelowSpent { spent, .. } if spent == amount("100")));
    let allow_below_spent = true;
    budgets::allocate(
        db,
        Allocate {
            allow_below_spent,
            ..below
        },
    )
    .await
    .unwrap();
    assert_eq!(
        amounts(db, made.budget.id).await,
        [amount("99.99"), amount("100")]
    );
    let found = budgets::find(db, "ads", NOVEMBER).await.unwrap().unwrap();
    assert_eq!(found.id, made.budget.id);
    assert_eq!(budgets::find(db, "ads", (2026, 12)).await.unwrap(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_allocation_keeps_above_what_is_spent_unless_told(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ads = budget(db, "ads", "1").await;
    // Sums that floating point does not hit.
    for value in ["0.10", "0.20"] {
        budgets::spend(db, Spend::new(ads, amount(value))).await.unwrap();
    }
    let set = |value: &str, allow_below_spent| {
        let command = SetAllocation {
            allow_below_spent,
            ..SetAllocation::new(ads, amount(value))
        };
        budgets::set_allocation(db, command)
    };
    let error = set("0.29", false).await.unwrap_err();
    assert!(matches!(error, BudgetError::BelowSpent { spent, asked, .. }
        if (spent, asked) == (amount("0.30"), amount("0.29"))));
    assert_eq!(set("0.30", false).await.unwrap().allocated_amount, amount("0.30"));
    assert_eq!(set("0", true).await.unwrap().allocated_amount, amount("0"));
    assert_eq!(amounts(db, ads).await, [amount("0"), amount("0.30")]);
    let absent = BudgetId::new();
    let error = budgets::set_allocation(db, SetAllocation::new(absent, amount("1")))
        .await
        .unwrap_err();
    assert!(matches!(error, BudgetError::NotFound { budgets } if budgets == [absent]));
    assert!(matches!(set("-1", true).await, Err(BudgetError::Invalid(_))));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_spent_moves_to_another_budget_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (ads, rent) = (budget(db, "ads", "100").await, budget(db, "rent", "10").await);
    budgets::spend(db, Spend::new(ads, amount("60.10")))
        .await
        .unwrap();
    let error = budgets::transfer(db, Transfer::new(ads, rent, amount("39.91")))
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(
        matches!(error, BudgetError::Exceeded { budget, allocated, spent, asked }
        if budget == ads && [allocated, spent, asked] == [amount("100"), amount("60.10"), amount("39.91")])
    );
    let command = Transfer::new(ads, rent, amount("39.90"));
    let moved = budgets::transfer(db, command).await.unwrap();
    assert_eq!(moved.from.allocated_amount, amount("60.10"));
    assert_eq!(moved.to.allocated_amount, amount("49.90"));
    assert_eq!(budgets::transfer(db, command).await.unwrap(), moved);
    assert_eq!(amounts(db, rent).await, [amount("49.90"), amount("0")]);
    let other = Transfer {
        amount: amount("1"),
        ..command
    };
    assert!(matches!(
        budgets::transfer(db, other).await,
        Err(BudgetError::Conflict(_))
    ));
    let absent = BudgetId::new();
    let nowhere = Transfer::new(rent, absent, amount("1"));
    assert!(
        matches!(budgets::transfer(db, nowhere).await, Err(BudgetError::NotFound { budgets }) if budgets == [absent])
    );
    let itself = Transfer::new(rent, rent, amount("1"));
    assert!(matches!(
        budgets::transfer(db, itself).await,
        Err(BudgetError::Invalid(_))
    ));
    let full = budget(db, "full", "9999999999.99").await;
    let error = budgets::transfer(db, Transfer::new(rent, full, amount("0.01")))
        .await
        .unwrap_err();
    assert!(matches!(error, BudgetError::TooMuch { budget, .. } if budget == full));
    // Back, in a transaction that is given up.
    let together = transaction::begin(db).await.unwrap();
    budgets::transfer(&together, Transfer::new(rent, ads, amount("1")))
        .await
        .unwrap();
    together.rollback().await.unwrap();
    assert_eq!(amounts(db, rent).await, [amount("49.90"), amount("0")]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn budgets_are_handed_over_all_or_none(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (ads, rent) = (budget(db, "ads", "100").await, budget(db, "rent", "10").await);
    let (to, gone) = (agent(db).await, agent(db).await);
    archive(db, gone).await;
    let hand_over =
        |budgets: Vec<BudgetId>, to: Option<AgentId>| budgets::hand_over(db, HandOver { budgets, to });
    let absent = BudgetId::new();
    let error = hand_over(vec![ads, absent], Some(to)).await.unwrap_err();
    assert!(matches!(error, BudgetError::NotFound { budgets } if budgets == [absent]));
    let error = hand_over(vec![ads], Some(gone)).await.unwrap_err();
    assert!(matches!(error, BudgetError::ArchivedOwner { agent } if agent == gone));
    let nobody = AgentId::new();
    let error = hand_over(vec![ads], Some(nobody)).await.unwrap_err();
    assert!(matches!(error, BudgetError::UnknownOwner { agent } if agent == nobody));
    assert!(matches!(
        hand_over(vec![], None).await,
        Err(BudgetError::Invalid(_))
    ));
    let handed = hand_over(vec![rent, ads, rent], Some(to)).await.unwrap().budgets;
    assert!(handed.iter().all(|budget| budget.owner_agent_id == Some(to)));
    let owned = |owner| ListBudgets {
        owner: Some(owner),
        ..ListBudgets::default()
    };
    assert_eq!(budgets::list(db, owned(to)).await.unwrap().items, handed);
    hand_over(vec![ads], None).await.unwrap();
    assert_eq!(budgets::list(db, owned(to)).await.unwrap().items.len(), 1);
    let of_2026 = ListBudgets {
        fiscal_year: Some(2026),
        page: PageRequest {
            after: None,
            limit: 1,
        },
        ..ListBudgets::default()
    };
    let page = budgets::list(db, of_2026).await.unwrap();
    assert_eq!((page.items[0].id, page.next), (ads, Some(ads)));
    let of_rent = ListBudgets {
        category: Some("rent".into()),
        ..ListBudgets::default()
    };
    assert_eq!(budgets::list(db, of_rent).await.unwrap().items[0].id, rent);
}
