//! The committed entities are what the schema yields, on either engine and whatever its history.

use std::path::Path;

use migration::catalogue;
use migration::entities::{EntitiesError, generate};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tests::{Engine, TestDatabase};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../entity/src/generated");

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_committed_entities_are_what_the_schema_yields(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let files = generate(database.connection()).await.unwrap();
    if let Some(diff) = files.diff(Path::new(COMMITTED)).unwrap() {
        panic!("run `cargo run -p migration -- entities`; it would change\n{diff}");
    }
}

/// Indexes into JSON, which SQLite does not have.
const INTO_JSON: [&str; 1] = ["idx_reports_recipient_agents"];

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_one_catalogue() {
    let (Some(postgres), Some(sqlite)) = (
        TestDatabase::migrated(Engine::Postgres).await,
        TestDatabase::migrated(Engine::Sqlite).await,
    ) else {
        return;
    };
    let mut postgres = catalogue::read(postgres.connection()).await.unwrap();
    for table in &mut postgres.tables {
        table
            .indexes
            .retain(|index| !INTO_JSON.contains(&index.name.as_str()));
    }
    let sqlite = catalogue::read(sqlite.connection()).await.unwrap();
    assert_eq!((postgres.tables.len(), postgres.views.len()), (29, 3));
    for (left, right) in postgres.tables.iter().zip(&sqlite.tables) {
        assert_eq!(left, right);
    }
    assert_eq!(postgres, sqlite);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn dropping_and_adding_a_key_again_changes_no_name(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    // One connection: another one of SQLite's may still believe in the dropped table's indexes.
    let db = database.session().await;
    let before = generate(&db).await.unwrap();
    match engine {
        Engine::Postgres => make_the_first_key_the_last(&db).await,
        Engine::Sqlite => make_the_table_with_its_keys_in_reverse(&db).await,
    }
    assert!(generate(&db).await.unwrap() == before);
}

async fn make_the_first_key_the_last(db: &DatabaseConnection) {
    let key = "fk_agent_collaborations_requesting_agent_id";
    db.execute_unprepared(&format!(
        "ALTER TABLE agent_collaborations DROP CONSTRAINT {key};
         ALTER TABLE agent_collaborations ADD CONSTRAINT {key}
             FOREIGN KEY (requesting_agent_id) REFERENCES agents (id) ON DELETE CASCADE"
    ))
    .await
    .unwrap();
}

/// SQLite drops no constraint: the table is made again from its own text, in which the two keys change places.
async fn make_the_table_with_its_keys_in_reverse(db: &DatabaseConnection) {
    let sql = "SELECT sql FROM sqlite_master WHERE tbl_name = 'agent_collaborations' AND sql IS NOT NULL
        ORDER BY type = 'table' DESC";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    let mut made: Vec<String> = rows.iter().map(|row| row.try_get("", "sql").unwrap()).collect();
    let (one, other) = (
        r#""fk_agent_collaborations_requesting_agent_id" FOREIGN KEY ("requesting_agent_id")"#,
        r#""fk_agent_collaborations_responding_agent_id" FOREIGN KEY ("responding_agent_id")"#,
    );
    assert!(made[0].find(one).unwrap() < made[0].find(other).unwrap());
    made[0] = made[0].replace(one, "?").replace(other, one).replace('?', other);
    db.execute_unprepared("DROP TABLE agent_collaborations")
        .await
        .unwrap();
    for statement in made {
        db.execute_unprepared(&statement).await.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_keys_of_one_name_are_refused_with_both(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let ty = if engine == Engine::Postgres {
        "uuid"
    } else {
        "uuid_text"
    };
    // The stem of owner_agent_id is owner_agent as well.
    db.execute_unprepared(&format!(
        "ALTER TABLE workflows ADD COLUMN owner_agent {ty} CONSTRAINT fk_workflows_owner_agent REFERENCES agents (id)"
    ))
    .await
    .unwrap();

    let error = generate(db).await.unwrap_err();

    let EntitiesError::RelationClash {
        first,
        second,
        variant,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (first.as_str(), second.as_str()),
        ("fk_workflows_owner_agent_id", "fk_workflows_owner_agent")
    );
    assert!(["OwnerAgent", "OwnerWorkflows"].contains(&variant.as_str()));
    let message = error.to_string();
    assert!(message.contains(first) && message.contains(second), "{message}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_one_engine_lacks_is_refused_with_its_column(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("ALTER TABLE orders ADD COLUMN place point")
        .await
        .unwrap();
    let error = generate(db).await.unwrap_err().to_string();
    assert!(error.starts_with("orders.place is of type \"point\""), "{error}");
}
