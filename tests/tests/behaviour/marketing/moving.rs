//! Moving campaigns from state to state, and whom they target from then on.

use chrono::SubsecRound;
use entity::{CampaignId, CampaignStatus, CustomerSegmentId, customer_segment_members};
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use service::marketing::campaigns::{self, TransitionCampaign, TransitionError, UpdateCampaign};
use tests::{Engine, TestDatabase, rows};

use super::{day, drafted, moved, noon, plan, segment};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_moves_along_its_states_and_no_other_way(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = drafted(db, plan()).await.id;
    let go = |to, on: &str| {
        let command = TransitionCampaign { id, to, at: noon(on) };
        async move { campaigns::transition(db, command).await }
    };
    use CampaignStatus::{Active, Completed, Draft, Paused, Scheduled};
    let error = go(Scheduled, "2026-10-01").await.unwrap_err();
    assert!(matches!(error, TransitionError::NoStartDate), "{error:?}");
    let dates = UpdateCampaign {
        start_date: Some(Some(day("2026-10-05"))),
        end_date: Some(Some(day("2026-10-09"))),
        ..UpdateCampaign::new(id)
    };
    campaigns::update(db, dates).await.unwrap();
    let error = go(Scheduled, "2026-10-10").await.unwrap_err();
    let last = day("2026-10-09");
    assert!(
        matches!(error, TransitionError::Over { end_date } if end_date == last),
        "{error:?}"
    );
    assert_eq!(go(Scheduled, "2026-10-01").await.unwrap().from, Draft);
    assert_eq!(
        go(Scheduled, "2026-10-01").await.unwrap().from,
        Scheduled,
        "again"
    );
    let error = go(Active, "2026-10-04").await.unwrap_err();
    let first = day("2026-10-05");
    assert!(
        matches!(error, TransitionError::NotDue { start_date } if start_date == first),
        "{error:?}"
    );
    for (to, from) in [(Active, Scheduled), (Paused, Active), (Active, Paused)] {
        let moved = go(to, "2026-10-05").await.unwrap();
        assert_eq!((moved.from, moved.campaign.status), (from, to));
    }
    let error = go(Draft, "2026-10-05").await.unwrap_err();
    assert!(
        matches!(
            error,
            TransitionError::Illegal {
                from: Active,
                to: Draft
            }
        ),
        "{error:?}"
    );
    assert_eq!(
        go(Completed, "2026-10-20").await.unwrap().campaign.status,
        Completed
    );
    let error = go(Active, "2026-10-06").await.unwrap_err();
    assert!(matches!(error, TransitionError::Illegal { .. }), "{error:?}");
    let absent = CampaignId::new();
    let command = TransitionCampaign {
        id: absent,
        to: Active,
        at: noon("2026-10-01"),
    };
    let error = campaigns::transition(db, command).await.unwrap_err();
    assert!(matches!(error, TransitionError::NotFound { id } if id == absent));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whom_a_campaign_targets_is_frozen_when_it_begins(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (target, customers) = segment(db, 3).await;
    let mut command = plan();
    command.target_segment = Some(target);
    command.metadata = json!({"utm": 1});
    let id = drafted(db, command).await.id;
    let at = chrono::Utc::now();
    let to = CampaignStatus::Active;
    let begun = campaigns::transition(db, TransitionCampaign { id, to, at })
        .await
        .unwrap()
        .campaign;
    assert_eq!(begun.start_date, Some(at.date_naive()), "today, as it had none");
    let audience = campaigns::audience(&begun).unwrap();
    assert_eq!((audience.copied_from, audience.members), (target, 3));
    assert_eq!(audience.taken_at, at.trunc_subsecs(6));
    assert_eq!(begun.metadata["utm"], json!(1));
    let copy = begun.target_segment_id.unwrap();
    assert_ne!(copy, target);
    // The original may change, and even go.
    entity::customer_segments::Entity::delete_by_id(target)
        .exec(db)
        .await
        .unwrap();
    let members = || {
        customer_segment_members::Entity::find().filter(customer_segment_members::Column::SegmentId.eq(copy))
    };
    let mut kept: Vec<_> = members()
        .all(db)
        .await
        .unwrap()
        .iter()
        .map(|m| m.customer_id)
        .collect();
    kept.sort_unstable();
    let mut expected = customers;
    expected.sort_unstable();
    assert_eq!(kept, expected);
    // Pausing and resuming takes no new copy.
    moved(db, id, CampaignStatus::Paused).await;
    let resumed = campaigns::transition(db, TransitionCampaign { id, to, at })
        .await
        .unwrap()
        .campaign;
    assert_eq!(resumed.target_segment_id, Some(copy));
    assert_eq!(members().count(db).await.unwrap(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_and_an_inactive_segment_are_no_audience(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (empty, _) = segment(db, 0).await;
    let inactive = rows::insert(db, "customer_segments", [("is_active", false.into())]).await;
    let inactive: CustomerSegmentId = inactive.id().into();
    let (at, to) = (noon("2026-10-01"), CampaignStatus::Active);
    for target in [empty, inactive] {
        let mut command = plan();
        command.target_segment = Some(target);
        let id = drafted(db, command).await.id;
        let error = campaigns::transition(db, TransitionCampaign { id, to, at })
            .await
            .unwrap_err();
        match error {
            TransitionError::EmptySegment { segment } => assert_eq!(segment, empty),
            TransitionError::InactiveSegment { segment } => assert_eq!(segment, inactive),
            other => panic!("{other:?}"),
        }
        let left = campaigns::get(db, id).await.unwrap();
        assert_eq!(
            (left.status, left.target_segment_id),
            (CampaignStatus::Draft, Some(target))
        );
    }
    let segments = entity::customer_segments::Entity::find().count(db).await.unwrap();
    assert_eq!(segments, 2, "no copy was left behind");
}
