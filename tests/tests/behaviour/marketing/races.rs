//! Many connections, one campaign.

use entity::{CampaignStatus, customer_segments, transactions};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::marketing::campaigns::{
    self, SetBudget, SpendError, SpendOnCampaign, TransitionCampaign, UpdateCampaign,
};
use tests::{Engine, TestDatabase};

use super::{drafted, moved, noon, plan, segment};
use crate::race::behind;
use crate::shop::amount;

/// Holds every campaign.
const GATE: &str = "UPDATE campaigns SET name = name";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_budget_is_spent_and_nobody_is_turned_away_too_early(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut command = plan();
    command.budget = Some(amount("2.00"));
    let id = drafted(db, command).await.id;
    moved(db, id, CampaignStatus::Active).await;
    let outcomes = behind(db, GATE, 48, |_| {
        let db = db.clone();
        async move { campaigns::spend(&db, SpendOnCampaign::new(id, amount("0.10"))).await }
    })
    .await;
    for outcome in &outcomes {
        assert!(
            matches!(outcome, Ok(_) | Err(SpendError::OverBudget { .. })),
            "{outcome:?}"
        );
    }
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 20);
    assert_eq!(campaigns::get(db, id).await.unwrap().spent, amount("2.00"));
    let booked = transactions::Entity::find().all(db).await.unwrap();
    assert_eq!(
        booked.iter().map(|row| row.amount).sum::<Decimal>(),
        amount("2.00")
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_expense_that_is_sent_many_times_at_once_is_spent_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for budget in ["1.00", "9.00"] {
        let mut command = plan();
        command.budget = Some(amount(budget));
        let id = drafted(db, command).await.id;
        moved(db, id, CampaignStatus::Active).await;
        let command = SpendOnCampaign::new(id, amount("1"));
        let outcomes = behind(db, GATE, 8, |_| {
            let (db, command) = (db.clone(), command.clone());
            async move {
                service::retry(Default::default(), tokio::time::sleep, || {
                    campaigns::spend(&db, command.clone())
                })
                .await
            }
        })
        .await;
        for outcome in outcomes {
            assert_eq!(outcome.unwrap().spent, amount("1"));
        }
        assert_eq!(campaigns::get(db, id).await.unwrap().spent, amount("1"));
    }
    assert_eq!(transactions::Entity::find().count(db).await.unwrap(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_falls_while_it_is_spent_stays_above_what_is_spent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut command = plan();
    command.budget = Some(amount("20"));
    let id = drafted(db, command).await.id;
    moved(db, id, CampaignStatus::Active).await;
    behind(db, GATE, 30, |n| {
        let db = db.clone();
        async move {
            if n % 3 == 0 {
                let budget = Some(Decimal::from(20 - n / 3));
                let _ = campaigns::set_budget(&db, SetBudget { id, budget }).await;
            } else {
                let _ = campaigns::spend(&db, SpendOnCampaign::new(id, amount("1"))).await;
            }
        }
    })
    .await;
    let left = campaigns::get(db, id).await.unwrap();
    assert!(left.spent > Decimal::ZERO, "{left:?}");
    assert!(left.spent <= left.budget.unwrap(), "{left:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_begin_a_campaign_one_freezes_its_audience(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut command = plan();
    command.target_segment = Some(segment(db, 3).await.0);
    let id = drafted(db, command).await.id;
    let (to, at) = (CampaignStatus::Active, noon("2026-10-01"));
    let outcomes = behind(db, GATE, 8, |_| {
        let db = db.clone();
        async move { campaigns::transition(&db, TransitionCampaign { id, to, at }).await }
    })
    .await;
    let mut began = 0;
    let left = campaigns::get(db, id).await.unwrap();
    for outcome in outcomes {
        let outcome = outcome.unwrap();
        began += u32::from(outcome.from == CampaignStatus::Draft);
        assert_eq!(outcome.campaign, left);
    }
    assert_eq!(began, 1);
    assert_eq!(customer_segments::Entity::find().count(db).await.unwrap(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_changes_while_its_campaign_begins_changes_before_or_not_at_all(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (first, second) = (segment(db, 1).await.0, segment(db, 2).await.0);
    let mut command = plan();
    command.target_segment = Some(first);
    let id = drafted(db, command).await.id;
    behind(db, GATE, 8, |n| {
        let db = db.clone();
        async move {
            if n % 2 == 0 {
                let (to, at) = (CampaignStatus::Active, noon("2026-10-01"));
                campaigns::transition(&db, TransitionCampaign { id, to, at })
                    .await
                    .unwrap();
            } else {
                let command = UpdateCampaign {
                    target_segment: Some(Some(second)),
                    ..UpdateCampaign::new(id)
                };
                let _ = campaigns::update(&db, command).await;
            }
        }
    })
    .await;
    let left = campaigns::get(db, id).await.unwrap();
    let audience = campaigns::audience(&left).unwrap();
    let expected = if audience.copied_from == first { 1 } else { 2 };
    assert_eq!(audience.members, expected);
    let copy = left.target_segment_id.unwrap();
    assert!(copy != first && copy != second);
}
