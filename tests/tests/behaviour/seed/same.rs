//! The same command makes the same rows.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use rstest::rstest;
use sea_orm::{
    DatabaseConnection, EntityTrait, IdenStatic as _, Iterable as _, ModelTrait as _, QueryOrder as _, Value,
};
use service::agents::OrganisationLine;
use service::seed::Seed;
use tests::{Engine, TestDatabase};

use super::{fill, small};

/// Rows and what they are, by table. The number of an order is counted in a row of its own on SQLite.
async fn digests(db: &DatabaseConnection) -> BTreeMap<&'static str, (usize, u64)> {
    async fn digest<E: EntityTrait>(db: &DatabaseConnection) -> (usize, u64) {
        let rows = E::find().all(db).await.unwrap();
        let mut texts: Vec<_> = rows
            .iter()
            .map(text::<E>)
            .filter(|row| !row.contains("orders.last_number") && !row.contains("maintenance."))
            .collect();
        texts.sort_unstable();
        let mut hasher = DefaultHasher::new();
        texts.hash(&mut hasher);
        (texts.len(), hasher.finish())
    }
    let mut digests = BTreeMap::new();
    macro_rules! each {
        ($($table:ident)*) => { $(digests.insert(stringify!($table), digest::<entity::$table::Entity>(db).await);)* };
    }
    entity::for_each_table!(each);
    digests
}

fn text<E: EntityTrait>(row: &E::Model) -> String {
    let cells = E::Column::iter().map(|column| {
        let value = match row.get(column) {
            Value::Decimal(Some(value)) => value.normalize().to_string(),
            value => format!("{value:?}"),
        };
        format!("{}={value}", column.as_str())
    });
    cells.collect::<Vec<_>>().join(";")
}

async fn seeded(engine: Engine, command: Seed) -> Option<BTreeMap<&'static str, (usize, u64)>> {
    let database = TestDatabase::migrated(engine).await?;
    fill(database.connection(), command).await;
    Some(digests(database.connection()).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_get_the_same_rows_and_another_seed_makes_others() {
    let sqlite = seeded(Engine::Sqlite, small(200)).await.unwrap();
    let empty: Vec<_> = sqlite.iter().filter(|(_, digest)| digest.0 == 0).collect();
    assert!(empty.is_empty(), "{empty:?}");
    if let Some(postgres) = seeded(Engine::Postgres, small(200)).await {
        assert_eq!(postgres, sqlite);
    }
    let other = seeded(Engine::Sqlite, Seed { rng: 2, ..small(200) })
        .await
        .unwrap();
    let same: Vec<_> = sqlite
        .iter()
        .filter(|(table, digest)| other[*table] == **digest)
        .collect();
    assert!(same.is_empty(), "{same:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_says_how_many_rows_it_wrote(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let seeded = fill(database.connection(), small(80)).await;
    assert_eq!(seeded.rows["orders"], 80);
    let mut present = BTreeMap::new();
    macro_rules! count {
        ($($table:ident)*) => {
            $(
                let rows = entity::$table::Entity::find().all(database.connection()).await.unwrap();
                // Upkeep notes what it did for itself.
                let rows = rows.iter().filter(|row| !format!("{row:?}").contains("maintenance."));
                present.insert(stringify!($table), rows.count() as u64);
            )*
        };
    }
    entity::for_each_table!(count);
    assert_eq!(seeded.rows, present);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_of_the_callers_works_in_the_shop(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let line = |line, name: &str, agent_type: &str, parent: &str| OrganisationLine {
        line,
        name: name.into(),
        agent_type: agent_type.into(),
        parent: parent.into(),
    };
    // Below stands before above.
    let agents = Some(vec![
        line(2, "Writer", "specialist", "Editor"),
        line(3, "Editor", "director", "Chief"),
        line(4, "Chief", "orchestrator", ""),
    ]);
    fill(database.connection(), Seed { agents, ..small(40) }).await;
    let names: Vec<_> = entity::agents::Entity::find()
        .order_by_asc(entity::agents::Column::Name)
        .all(database.connection())
        .await
        .unwrap()
        .into_iter()
        .map(|agent| agent.name)
        .collect();
    assert_eq!(names, ["Chief", "Editor", "Writer"]);
}
