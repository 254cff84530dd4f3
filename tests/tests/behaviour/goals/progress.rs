//! Progress, rolled up.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use entity::{GoalId, GoalType, KpiId, WorkflowExecutionId, WorkflowId};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::goals::progress::{GoalKpi, GoalProgress, ProgressOf};
use service::goals::{self, ArchiveGoal, CreateGoal, GoalError, Subgoals};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use crate::shop::{amount, counting};

async fn kpi(db: &DatabaseConnection, values: &[(DateTime<Utc>, &str)]) -> KpiId {
    let kpi = rows::insert(db, "kpis", []).await.id();
    for (at, value) in values {
        let given = [
            ("kpi_id", kpi.into()),
            ("measured_at", (*at).into()),
            ("value", amount(value).into()),
        ];
        rows::insert(db, "kpi_measurements", given).await;
    }
    kpi.into()
}

async fn runs(db: &DatabaseConnection, goal: GoalId, at: DateTime<Utc>, statuses: &[&'static str]) {
    let given = [("goal_id", Uuid::from(goal).into())];
    let workflow: WorkflowId = rows::insert(db, "workflows", given).await.id().into();
    for status in statuses {
        let given = [
            ("id", Uuid::from(WorkflowExecutionId::at(at)).into()),
            ("workflow_id", Uuid::from(workflow).into()),
            ("status", (*status).into()),
            ("created_at", at.into()),
        ];
        rows::insert(db, "workflow_executions", given).await;
    }
}

async fn target(db: &DatabaseConnection, parent: Option<GoalId>, r#type: GoalType, target: &str) -> GoalId {
    let command = CreateGoal {
        parent,
        target_value: Some(amount(target)),
        ..CreateGoal::new("x", r#type)
    };
    goals::create(db, command).await.unwrap().id
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_tree_rolls_up_what_is_measured_and_what_succeeds(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let at = Utc::now().trunc_subsecs(0);
    let day = |days| at - Duration::days(days);
    // Two shops are measured, the quality of a third is known by its runs alone.
    let root = target(&db, None, GoalType::Revenue, "1000").await;
    let north = target(&db, Some(root), GoalType::Revenue, "400").await;
    let south = target(&db, Some(root), GoalType::Revenue, "100").await;
    let quality = target(&db, Some(root), GoalType::Efficiency, "1").await;
    let retired = target(&db, Some(root), GoalType::Revenue, "1").await;
    let archive = ArchiveGoal {
        id: retired,
        subgoals: Subgoals::Refuse,
    };
    goals::archive(&db, archive).await.unwrap();
    let kpis = [
        kpi(
            &db,
            &[
                (day(3), "90"),
                (day(1), "100.1234"),
                (at + Duration::days(1), "999"),
            ],
        )
        .await,
        kpi(&db, &[(at, "50")]).await,
        kpi(&db, &[(day(2), "120")]).await,
        kpi(&db, &[]).await,
    ];
    runs(
        &db,
        quality,
        day(1),
        &["succeeded", "succeeded", "failed", "cancelled", "running"],
    )
    .await;
    runs(&db, quality, day(9), &["failed"]).await;
    statements.sent();
    let query = ProgressOf {
        kpis: [
            (north, kpis[0]),
            (north, kpis[1]),
            (south, kpis[2]),
            (north, kpis[3]),
        ]
        .map(|(goal, kpi)| GoalKpi { goal, kpi })
        .to_vec(),
        since: Some(day(2)),
        ..ProgressOf::new(root, at)
    };
    let progress = goals::progress(&db, query.clone()).await.unwrap().goals;
    assert_eq!(statements.sent(), 4, "progress with KPIs");
    assert_eq!(progress.len(), 4, "the archived one is left out");
    let of = |goal: GoalId| -> &GoalProgress {
        progress.iter().find(|progress| progress.goal.id == goal).unwrap()
    };
    assert_eq!(of(north).measured, Some(amount("150.1234")));
    assert_eq!(of(north).share, Some(amount("0.3753")));
    assert_eq!(of(north).kpis.len(), 2);
    assert_eq!(of(south).share, Some(amount("1.2")), "more than all");
    let counted = of(quality).runs;
    assert_eq!(
        (counted.succeeded, counted.failed, counted.cancelled, counted.open),
        (2, 1, 1, 1)
    );
    assert_eq!(
        (of(quality).measured, of(quality).share),
        (None, Some(amount("0.6667")))
    );
    assert_eq!((progress[0].goal.id, progress[0].depth), (root, 0));
    assert_eq!(progress[0].measured, Some(amount("270.1234")));
    assert_eq!(progress[0].share, Some(amount("0.2701")));

    // Without KPIs and ever since, only the runs are known, and the root is as good as its one known part.
    let bare = ProgressOf::new(root, at);
    let progress = goals::progress(&db, bare).await.unwrap().goals;
    assert_eq!(statements.sent(), 2, "progress");
    assert_eq!(
        (progress[0].measured, progress[0].share),
        (None, Some(amount("0.5")))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn progress_is_refused_for_goals_and_kpis_that_are_not_there(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (goal, other) = (super::goal(db, None).await, super::goal(db, None).await);
    let kpi = KpiId::new();
    let with = |goal_with_kpi, times| ProgressOf {
        kpis: vec![
            GoalKpi {
                goal: goal_with_kpi,
                kpi
            };
            times
        ],
        ..ProgressOf::new(goal, Utc::now())
    };
    let error = goals::progress(db, with(goal, 1)).await.unwrap_err();
    assert!(
        matches!(&error, GoalError::UnknownKpis { kpis } if *kpis == [kpi]),
        "{error:?}"
    );
    let error = goals::progress(db, with(other, 1)).await.unwrap_err();
    assert!(
        matches!(&error, GoalError::OutsideTree { goals } if *goals == [other]),
        "{error:?}"
    );
    let error = goals::progress(db, with(goal, 2)).await.unwrap_err();
    assert!(matches!(error, GoalError::Invalid(_)), "{error:?}");
    let error = goals::progress(db, ProgressOf::new(GoalId::new(), Utc::now()))
        .await
        .unwrap_err();
    assert!(matches!(error, GoalError::NotFound { .. }), "{error:?}");
}
