//! What a campaign may spend, and what it has.

use entity::{
    AgentId, CampaignId, CampaignStatus, SystemEventId, TransactionId, TransactionType, transactions,
};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::marketing::Missing;
use service::marketing::campaigns::{
    self, BudgetError, SetBudget, SpendError, SpendOnCampaign, TransitionCampaign,
};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::{drafted, moved, noon, plan};
use crate::shop::amount;

/// A running campaign with a budget.
async fn running(db: &sea_orm::DatabaseConnection, budget: Option<&str>) -> CampaignId {
    let mut command = plan();
    command.budget = budget.map(amount);
    let id = drafted(db, command).await.id;
    moved(db, id, CampaignStatus::Active).await;
    id
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn money_is_spent_once_and_stands_in_the_books(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = running(db, Some("100")).await;
    let agent: AgentId = rows::insert(db, "agents", []).await.id().into();
    let mut command = SpendOnCampaign::new(id, amount("33.10"));
    command.agent = Some(agent);
    command.description = Some("posters".into());
    let first = campaigns::spend(db, command.clone()).await.unwrap();
    assert_eq!(
        (first.spent, first.budget),
        (amount("33.10"), Some(amount("100")))
    );
    // Spelled otherwise it is the same amount.
    let again = SpendOnCampaign {
        amount: amount("33.1"),
        ..command.clone()
    };
    assert_eq!(campaigns::spend(db, again).await.unwrap(), first);
    let booked = transactions::Entity::find().all(db).await.unwrap();
    assert_eq!(booked.len(), 1);
    assert_eq!(
        (booked[0].id, booked[0].r#type, booked[0].amount),
        (command.id, TransactionType::Expense, amount("33.10"))
    );
    assert_eq!(
        (booked[0].category.as_str(), booked[0].agent_id),
        ("marketing", Some(agent))
    );
    let other = SpendOnCampaign {
        amount: amount("33.11"),
        ..command.clone()
    };
    let error = campaigns::spend(db, other).await.unwrap_err();
    assert!(matches!(error, SpendError::Conflict(conflict) if conflict.id == command.id.as_uuid()));
    assert_eq!(campaigns::get(db, id).await.unwrap().spent, amount("33.10"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_spent_to_the_cent_and_no_further(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    // In floating point 0.1 + 0.2 is more than 0.3.
    let id = running(db, Some("0.30")).await;
    let spend = |text: &str| campaigns::spend(db, SpendOnCampaign::new(id, amount(text)));
    assert_eq!(spend("0.10").await.unwrap().spent, amount("0.10"));
    assert_eq!(spend("0.20").await.unwrap().spent, amount("0.30"));
    let error = spend("0.01").await.unwrap_err();
    let SpendError::OverBudget { budget, spent, asked } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (budget, spent, asked),
        (Some(amount("0.30")), amount("0.30"), amount("0.01"))
    );
    let free = running(db, None).await;
    let spend = |text: &str| campaigns::spend(db, SpendOnCampaign::new(free, amount(text)));
    spend("99999999.98").await.unwrap();
    spend("0.01").await.unwrap();
    let error = spend("0.01").await.unwrap_err();
    assert!(
        matches!(error, SpendError::OverBudget { budget: None, .. }),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_spent_is_refused_and_leaves_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = running(db, Some("100")).await;
    let absent = CampaignId::new();
    let error = campaigns::spend(db, SpendOnCampaign::new(absent, amount("1")))
        .await
        .unwrap_err();
    assert!(matches!(error, SpendError::NotFound { id } if id == absent));
    let draft = drafted(db, plan()).await.id;
    let error = campaigns::spend(db, SpendOnCampaign::new(draft, amount("1")))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            SpendError::NotRunning {
                status: CampaignStatus::Draft
            }
        ),
        "{error:?}"
    );
    for text in ["0", "-1", "0.001"] {
        let error = campaigns::spend(db, SpendOnCampaign::new(id, amount(text)))
            .await
            .unwrap_err();
        assert!(matches!(error, SpendError::Invalid(_)), "{error:?}");
    }
    let mut command = SpendOnCampaign::new(id, amount("1"));
    command.id = TransactionId::from(uuid::Uuid::new_v4());
    let error = campaigns::spend(db, command).await.unwrap_err();
    assert!(matches!(error, SpendError::Invalid(_)), "{error:?}");
    let together = transaction::begin(db).await.unwrap();
    let (mut command, agent) = (SpendOnCampaign::new(id, amount("1")), AgentId::new());
    command.agent = Some(agent);
    let error = campaigns::spend(&together, command).await.unwrap_err();
    assert!(matches!(error, SpendError::Missing { missing } if missing == Missing::Agent(agent)));
    let taken = rows::insert(&together, "transactions", []).await.id();
    let mut command = SpendOnCampaign::new(id, amount("1"));
    command.id = taken.into();
    let error = campaigns::spend(&together, command).await.unwrap_err();
    assert!(matches!(error, SpendError::Conflict(conflict) if conflict.id == taken));
    campaigns::spend(&together, SpendOnCampaign::new(id, amount("1")))
        .await
        .unwrap();
    transaction::finish(together, Err::<(), _>(service::DatabaseError::Busy))
        .await
        .unwrap_err();
    assert_eq!(campaigns::get(db, id).await.unwrap().spent, amount("0"));
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 0);
    let events = entity::system_events::Entity::find_by_id(SystemEventId::from(taken));
    assert_eq!(events.one(db).await.unwrap(), None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_never_falls_below_what_is_spent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = running(db, Some("100")).await;
    campaigns::spend(db, SpendOnCampaign::new(id, amount("40")))
        .await
        .unwrap();
    let set = |text: Option<&str>| {
        let budget = text.map(amount);
        async move { campaigns::set_budget(db, SetBudget { id, budget }).await }
    };
    let error = set(Some("39.99")).await.unwrap_err();
    let BudgetError::BelowSpent { budget, spent } = error else {
        panic!("{error:?}")
    };
    assert_eq!((budget, spent), (amount("39.99"), amount("40")));
    for budget in [Some("40"), None, Some("200")] {
        assert_eq!(set(budget).await.unwrap().budget, budget.map(amount));
    }
    let error = set(Some("1.001")).await.unwrap_err();
    assert!(matches!(error, BudgetError::Invalid(_)), "{error:?}");
    let (to, at) = (CampaignStatus::Cancelled, noon("2026-10-01"));
    campaigns::transition(db, TransitionCampaign { id, to, at })
        .await
        .unwrap();
    let error = set(Some("500")).await.unwrap_err();
    assert!(matches!(error, BudgetError::Closed { status } if status == to));
    let absent = CampaignId::new();
    let error = campaigns::set_budget(
        db,
        SetBudget {
            id: absent,
            budget: None,
        },
    )
    .await
    .unwrap_err();
    assert!(matches!(error, BudgetError::NotFound { id } if id == absent));
}
