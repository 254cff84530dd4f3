//! Taking back what was spent on a campaign.

use entity::{AgentId, CampaignId, CampaignStatus, TransactionId, TransactionType, transactions};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait};
use service::marketing::Missing;
use service::marketing::campaigns::{self, CorrectError, CorrectSpending, SpendError, SpendOnCampaign};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::{drafted, moved, plan};
use crate::race::behind;
use crate::shop::amount;

/// A running campaign with a budget, of which something is spent.
async fn running(db: &DatabaseConnection, budget: &str, spent: &str) -> CampaignId {
    let mut command = plan();
    command.budget = Some(amount(budget));
    let id = drafted(db, command).await.id;
    moved(db, id, CampaignStatus::Active).await;
    let expense = SpendOnCampaign::new(id, amount(spent));
    campaigns::spend(db, expense).await.unwrap();
    id
}

async fn spent(db: &DatabaseConnection, id: CampaignId) -> Decimal {
    campaigns::get(db, id).await.unwrap().spent
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_may_be_spent_again_and_both_stand_in_the_books(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    // In floating point 0.3 - 0.1 is less than 0.2.
    let id = running(db, "0.30", "0.30").await;
    let agent: AgentId = rows::insert(db, "agents", []).await.id().into();
    let command = CorrectSpending {
        agent: Some(agent),
        ..CorrectSpending::new(id, amount("0.10"), "posters came back")
    };
    let first = campaigns::correct(db, command.clone()).await.unwrap();
    assert_eq!(
        (first.transaction, first.spent, first.budget),
        (command.id, amount("0.20"), Some(amount("0.30")))
    );
    // Spelled otherwise it is the same amount.
    let again = CorrectSpending {
        amount: amount("0.1"),
        ..command.clone()
    };
    assert_eq!(campaigns::correct(db, again).await.unwrap(), first);
    let booked = transactions::Entity::find_by_id(command.id)
        .one(db)
        .await
        .unwrap();
    let booked = booked.unwrap();
    assert_eq!(
        (booked.r#type, booked.amount, booked.category.as_str()),
        (TransactionType::Adjustment, amount("0.10"), "marketing")
    );
    assert_eq!(
        (booked.description.as_deref(), booked.agent_id),
        (Some("posters came back"), Some(agent))
    );
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 2);
    campaigns::spend(db, SpendOnCampaign::new(id, amount("0.10")))
        .await
        .unwrap();
    // Also of one that is over.
    moved(db, id, CampaignStatus::Cancelled).await;
    let all = CorrectSpending::new(id, amount("0.30"), "called off");
    assert_eq!(campaigns::correct(db, all).await.unwrap().spent, Decimal::ZERO);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_is_refused_and_leaves_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = running(db, "100", "40").await;
    let of = |text: &str| CorrectSpending::new(id, amount(text), "too much");
    for command in [
        of("0"),
        of("-1"),
        of("0.001"),
        CorrectSpending::new(id, amount("1"), " "),
        CorrectSpending {
            id: TransactionId::from(uuid::Uuid::new_v4()),
            ..of("1")
        },
    ] {
        let error = campaigns::correct(db, command).await.unwrap_err();
        assert!(matches!(error, CorrectError::Invalid(_)), "{error:?}");
    }
    let together = transaction::begin(db).await.unwrap();
    let error = campaigns::correct(&together, of("40.01")).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    let CorrectError::MoreThanSpent { spent: there, asked } = error else {
        panic!("{error:?}")
    };
    assert_eq!((there, asked), (amount("40"), amount("40.01")));
    let absent = CampaignId::new();
    let command = CorrectSpending::new(absent, amount("1"), "too much");
    let error = campaigns::correct(&together, command).await.unwrap_err();
    assert!(matches!(error, CorrectError::NotFound { id } if id == absent));
    let agent = AgentId::new();
    let command = CorrectSpending {
        agent: Some(agent),
        ..of("1")
    };
    let error = campaigns::correct(&together, command).await.unwrap_err();
    assert!(matches!(error, CorrectError::Missing { missing } if missing == Missing::Agent(agent)));
    let taken = rows::insert(&together, "transactions", []).await.id();
    let command = CorrectSpending {
        id: taken.into(),
        ..of("1")
    };
    let error = campaigns::correct(&together, command).await.unwrap_err();
    assert!(matches!(error, CorrectError::Conflict(conflict) if conflict.id == taken));
    campaigns::correct(&together, of("1")).await.unwrap();
    together.rollback().await.unwrap();
    assert_eq!(spent(db, id).await, amount("40"));
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 1);
    let first = of("1");
    campaigns::correct(db, first.clone()).await.unwrap();
    let other = CorrectSpending {
        amount: amount("2"),
        ..first
    };
    let error = campaigns::correct(db, other).await.unwrap_err();
    assert!(matches!(error, CorrectError::Conflict(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_taken_back_than_was_spent_while_others_spend(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let gate = "UPDATE campaigns SET name = name";
    let id = running(db, "9", "1.10").await;
    let once = CorrectSpending::new(id, amount("0.10"), "sent twice");
    let outcomes = behind(db, gate, 24, |n| {
        let (db, once) = (db.clone(), once.clone());
        async move {
            // One command many times, and many commands once.
            let command = if n % 3 == 0 {
                once
            } else {
                CorrectSpending::new(id, amount("0.10"), "too much")
            };
            service::retry(Default::default(), tokio::time::sleep, || {
                campaigns::correct(&db, command.clone())
            })
            .await
        }
    })
    .await;
    let mut taken = std::collections::BTreeSet::new();
    for outcome in outcomes {
        match outcome {
            Ok(corrected) => drop(taken.insert(corrected.transaction)),
            Err(CorrectError::MoreThanSpent { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(taken.len(), 11);
    assert_eq!(spent(db, id).await, Decimal::ZERO);

    // Whatever order they come in, what is left is what was spent and not taken back.
    let outcomes = behind(db, gate, 24, |n| {
        let db = db.clone();
        async move {
            if n % 2 == 0 {
                let expense = SpendOnCampaign::new(id, amount("1"));
                match campaigns::spend(&db, expense).await {
                    Ok(_) => 1,
                    Err(SpendError::OverBudget { .. }) => 0,
                    Err(error) => panic!("{error:?}"),
                }
            } else {
                let command = CorrectSpending::new(id, amount("1"), "too much");
                match campaigns::correct(&db, command).await {
                    Ok(_) => -1,
                    Err(CorrectError::MoreThanSpent { .. }) => 0,
                    Err(error) if error.class() == Class::Retryable => 0,
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
    })
    .await;
    let left: i64 = outcomes.into_iter().sum();
    assert_eq!(spent(db, id).await, Decimal::from(left));
}
