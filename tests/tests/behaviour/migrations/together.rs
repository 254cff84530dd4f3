//! Many migrators at once.

use migration::{Migrator, Runner};
use rstest::rstest;
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};

use super::program::{Ended, start};
use super::snapshot::{recorded, snapshot, stages};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn twelve_processes_that_migrate_one_empty_database_all_succeed_and_apply_each_migration_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(stages) = stages(engine).await else {
        return;
    };
    let database = TestDatabase::empty(engine).await.unwrap();

    let started: Vec<_> = (0..12).map(|_| start(&database, &["up"])).collect();
    let ended: Vec<Ended> = started
        .into_iter()
        .map(|child| child.wait_with_output().unwrap().into())
        .collect();

    let mut applied = Vec::new();
    for one in &ended {
        assert_eq!(one.status, Some(0), "{one:?}");
        applied.extend(
            one.stdout
                .lines()
                .filter_map(|line| line.strip_prefix("applied   ")?.split("  ").next()),
        );
    }
    applied.sort_unstable();
    let expected: Vec<String> = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    assert_eq!(applied, expected);
    assert_eq!(recorded(database.connection()).await, expected);
    assert_eq!(Some(&snapshot(database.connection()).await), stages.last());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn twelve_tasks_of_one_backend_may_migrate_over_its_own_pool(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let db = database.connection().clone();
            tokio::spawn(async move { migration::up_on(&db, None).await })
        })
        .collect();
    let mut applied = 0;
    for task in tasks {
        applied += task.await.unwrap().unwrap().applied.len();
    }
    assert_eq!(applied, Migrator::migrations().len());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn down_and_fresh_wait_for_each_other_too(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(stages) = stages(engine).await else {
        return;
    };
    let database = TestDatabase::migrated(engine).await.unwrap();
    let commands: [&[&str]; 4] = [
        &["fresh", "--yes"],
        &["refresh", "--yes"],
        &["fresh", "--yes"],
        &["up"],
    ];

    let started: Vec<_> = commands
        .iter()
        .map(|arguments| start(&database, arguments))
        .collect();
    for child in started {
        let ended = Ended::from(child.wait_with_output().unwrap());
        assert_eq!(ended.status, Some(0), "{ended:?}");
    }

    assert_eq!(Some(&snapshot(database.connection()).await), stages.last());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_memory_needs_no_lock(#[values("sqlite::memory:", "sqlite://?mode=memory")] url: &str
) {
    let report = Runner::new().up(&url.parse().unwrap(), None).await.unwrap();
    assert_eq!(report.applied.len(), Migrator::migrations().len());
}
