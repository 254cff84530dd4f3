//! Planning campaigns, and finding them again.

use entity::{AgentId, CampaignId, CampaignStatus, CampaignType, CustomerSegmentId, GoalId};
use rstest::rstest;
use serde_json::json;
use service::input::Rule;
use service::marketing::Missing;
use service::marketing::campaigns::{
    self, CreateError, GetError, ListCampaigns, UpdateCampaign, UpdateError,
};
use service::page::Direction;
use service::{Class, Classified, PageRequest, transaction};
use tests::{Engine, TestDatabase, rows};

use super::{day, drafted, moved, plan, segment};
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_is_sent_twice_is_planned_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut command = plan();
    command.goal = Some(rows::insert(db, "goals", []).await.id().into());
    command.owner = Some(rows::insert(db, "agents", []).await.id().into());
    command.budget = Some(amount("250.50"));
    command.start_date = Some(day("2026-10-01"));
    command.end_date = Some(day("2026-10-31"));
    command.metadata = json!({"utm": "autumn"});
    let first = drafted(db, command.clone()).await;
    assert_eq!((first.id, first.status), (command.id, CampaignStatus::Draft));
    assert_eq!((first.budget, first.spent), (Some(amount("250.50")), amount("0")));
    assert_eq!(drafted(db, command.clone()).await, first);
    assert_eq!(campaigns::get(db, command.id).await.unwrap(), first);
    command.name = "Winter".into();
    let error = campaigns::create(db, command.clone()).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(matches!(error, CreateError::Conflict(conflict) if conflict.id == command.id.as_uuid()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_refused_for_what_it_says_and_for_what_it_names(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut command = plan();
    command.name = " ".into();
    command.budget = Some(amount("1.005"));
    command.start_date = Some(day("2026-10-02"));
    command.end_date = Some(day("2026-10-01"));
    command.metadata = json!({"audience": {}});
    let Err(CreateError::Invalid(input)) = campaigns::create(db, command).await else {
        panic!()
    };
    let rules: Vec<_> = input
        .problems
        .iter()
        .map(|p| (p.field.as_str(), &p.rule))
        .collect();
    assert_eq!(rules.len(), 4, "{input}");
    assert_eq!(rules[0], ("name", &Rule::Blank));
    assert_eq!(rules[1], ("budget", &Rule::TooManyDecimals { scale: 2 }));
    assert_eq!(rules[2], ("end_date", &Rule::EndsBeforeStart));
    assert_eq!(rules[3].0, "metadata.audience");
    // In a caller's transaction, which stays usable.
    let together = transaction::begin(db).await.unwrap();
    let (goal, owner, absent) = (GoalId::new(), AgentId::new(), CustomerSegmentId::new());
    for (command, expected) in [
        (
            campaigns::CreateCampaign {
                goal: Some(goal),
                ..plan()
            },
            Missing::Goal(goal),
        ),
        (
            campaigns::CreateCampaign {
                owner: Some(owner),
                ..plan()
            },
            Missing::Agent(owner),
        ),
        (
            campaigns::CreateCampaign {
                target_segment: Some(absent),
                ..plan()
            },
            Missing::Segment(absent),
        ),
    ] {
        let error = campaigns::create(&together, command).await.unwrap_err();
        assert!(
            matches!(error, CreateError::Missing { missing } if missing == expected),
            "{error:?}"
        );
    }
    let kept = campaigns::create(&together, plan()).await.unwrap().campaign;
    transaction::finish(together, Err::<(), _>(service::DatabaseError::Busy))
        .await
        .unwrap_err();
    assert_eq!(campaigns::find(db, kept.id).await.unwrap(), None, "rolled back");
    let error = campaigns::get(db, kept.id).await.unwrap_err();
    assert!(matches!(error, GetError::NotFound { id } if id == kept.id));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_changes_until_the_campaign_begins(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (target, _) = segment(db, 2).await;
    let id = drafted(db, plan()).await.id;
    let command = UpdateCampaign {
        name: Some("Winter".into()),
        target_segment: Some(Some(target)),
        start_date: Some(Some(day("2026-10-01"))),
        end_date: Some(Some(day("2026-12-01"))),
        metadata: Some(json!({"utm": 1})),
        ..UpdateCampaign::new(id)
    };
    let changed = campaigns::update(db, command.clone()).await.unwrap();
    assert_eq!(changed.name, "Winter");
    assert_eq!(changed.target_segment_id, Some(target));
    // Against the date that stays.
    let backwards = UpdateCampaign {
        end_date: Some(Some(day("2026-09-30"))),
        ..UpdateCampaign::new(id)
    };
    let error = campaigns::update(db, backwards).await.unwrap_err();
    assert!(matches!(error, UpdateError::Invalid(_)), "{error:?}");
    let begun = moved(db, id, CampaignStatus::Active).await;
    for (command, settled) in [
        (
            UpdateCampaign {
                target_segment: Some(None),
                ..UpdateCampaign::new(id)
            },
            "target_segment",
        ),
        (
            UpdateCampaign {
                start_date: Some(Some(day("2026-10-02"))),
                ..UpdateCampaign::new(id)
            },
            "start_date",
        ),
    ] {
        let error = campaigns::update(db, command).await.unwrap_err();
        assert!(
            matches!(error, UpdateError::Settled { field, status: CampaignStatus::Active } if field == settled),
            "{error:?}"
        );
    }
    let command = UpdateCampaign {
        metadata: Some(json!({"utm": 2})),
        end_date: Some(None),
        ..UpdateCampaign::new(id)
    };
    let changed = campaigns::update(db, command).await.unwrap();
    assert_eq!(
        (changed.metadata["utm"].clone(), changed.end_date),
        (json!(2), None)
    );
    assert!(campaigns::audience(&changed).is_some());
    assert_eq!(campaigns::audience(&changed), campaigns::audience(&begun));
    let absent = CampaignId::new();
    let error = campaigns::update(db, UpdateCampaign::new(absent))
        .await
        .unwrap_err();
    assert!(matches!(error, UpdateError::NotFound { id } if id == absent));
    let owner = AgentId::new();
    let command = UpdateCampaign {
        owner: Some(Some(owner)),
        ..UpdateCampaign::new(id)
    };
    let error = campaigns::update(db, command).await.unwrap_err();
    assert!(matches!(error, UpdateError::Missing { missing } if missing == Missing::Agent(owner)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn campaigns_are_listed_by_what_is_asked_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let owner: AgentId = rows::insert(db, "agents", []).await.id().into();
    let mut ids = Vec::new();
    for n in 0..5 {
        let mut command = campaigns::CreateCampaign::new(format!("{n}"), CampaignType::Ads);
        command.owner = (n % 2 == 0).then_some(owner);
        command.start_date = Some(day(&format!("2026-10-0{}", n + 1)));
        command.end_date = command.start_date;
        ids.push(drafted(db, command).await.id);
    }
    let listed = |query: ListCampaigns| async move {
        let page = campaigns::list(db, query).await.unwrap();
        (page.items.iter().map(|c| c.id).collect::<Vec<_>>(), page.next)
    };
    let owned = ListCampaigns {
        owner: Some(owner),
        direction: Direction::Descending,
        page: PageRequest {
            after: None,
            limit: 2,
        },
        ..Default::default()
    };
    let (first, next) = listed(owned.clone()).await;
    assert_eq!(first, [ids[4], ids[2]]);
    let (second, next) = listed(ListCampaigns {
        page: PageRequest {
            after: next,
            limit: 2,
        },
        ..owned
    })
    .await;
    assert_eq!((second, next), (vec![ids[0]], None));
    let status = Some(CampaignStatus::Scheduled);
    for id in &ids[1..4] {
        moved(db, *id, CampaignStatus::Scheduled).await;
    }
    let due = ListCampaigns {
        status,
        starts_by: Some(day("2026-10-03")),
        ..Default::default()
    };
    assert_eq!(listed(due).await.0, ids[1..3]);
    let over = ListCampaigns {
        status,
        ended_before: Some(day("2026-10-03")),
        ..Default::default()
    };
    assert_eq!(listed(over).await.0, ids[1..2]);
}
