//! Migrators that are killed half-way.

use std::time::{Duration, Instant};

use migration::Migrator;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};
use uuid::Uuid;

use super::program::{start, succeed};
use super::snapshot::{recorded, snapshot, stages};

const KILLS: usize = 12;

/// So many at most, until one has hit between two migrations.
const MOST: usize = 60;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_migrator_leaves_whole_migrations_and_the_next_one_completes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(stages) = stages(engine).await else {
        return;
    };
    let database = TestDatabase::empty(engine).await.unwrap();
    let db = database.connection();
    let started = Instant::now();
    succeed(&database, &["up"]);
    let mut whole = started.elapsed();

    let (mut kills, mut halfway) = (0, 0);
    while kills < KILLS || (halfway == 0 && kills < MOST) {
        kills += 1;
        succeed(&database, &["reset", "--yes"]);
        let delay = kill_at_random(&database, whole);
        // What the server still does for a client that is gone belongs to the kill.
        wait_for_the_dead(db).await;
        let names = recorded(db).await;
        assert!(
            snapshot(db).await == stages[names.len()],
            "killed after {delay:?}, {} migrations are recorded, and the schema is another one",
            names.len()
        );
        let all = Migrator::migrations().len();
        halfway += usize::from(!names.is_empty() && names.len() < all);
        // How long it takes now tells each run anew: a machine has more to do at one time than at another.
        if names.is_empty() {
            whole += whole / 2;
        } else if names.len() == all {
            whole = delay;
        }

        // And once more, with the next migrator at its heels.
        kill_at_random(&database, whole);
        succeed(&database, &["up"]);
        assert!(snapshot(db).await == stages[all], "killed after {delay:?}");
    }
    assert!(
        halfway > 0,
        "no kill of {kills} hit between two migrations within {whole:?}: the test tests nothing"
    );
}

/// Starts `up` and kills it at any moment of the time it needs.
fn kill_at_random(database: &TestDatabase, whole: Duration) -> Duration {
    let share = u32::from(Uuid::new_v4().as_bytes()[0]);
    let delay = whole * share / 255;
    let mut child = start(database, &["up"]);
    std::thread::sleep(delay);
    // SIGKILL; the child may have finished by itself.
    child.kill().unwrap();
    child.wait().unwrap();
    delay
}

async fn wait_for_the_dead(db: &DatabaseConnection) {
    if db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let sessions = "SELECT count(*) FROM pg_stat_activity \
                    WHERE application_name = 'vividwalls-migration' AND datname = current_database()";
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let row = db
            .query_one_raw(Statement::from_string(DbBackend::Postgres, sessions))
            .await
            .unwrap()
            .unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() == 0 {
            return;
        }
        assert!(
            Instant::now() < end,
            "the server still works for a killed migrator"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
