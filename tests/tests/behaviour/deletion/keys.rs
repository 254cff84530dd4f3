//! The keys that deletions follow are those of the database.

use std::collections::BTreeSet;

use migration::catalogue::{self, Action};
use rstest::rstest;
use service::deletion::{self, OnDelete};
use tests::{Engine, TestDatabase};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn deletions_know_the_forty_keys_of_the_live_catalogue(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let live = catalogue::read(database.connection()).await.unwrap();
    let live: BTreeSet<_> = live
        .tables
        .into_iter()
        .flat_map(|table| {
            table.foreign_keys.into_iter().map(move |key| {
                let on_delete = match key.on_delete {
                    Action::Cascade => OnDelete::Cascade,
                    Action::SetNull => OnDelete::SetNull,
                    Action::NoAction => OnDelete::NoAction,
                    Action::Restrict => OnDelete::Restrict,
                    Action::SetDefault => panic!("{key:?}"),
                };
                (key.name, table.name.clone(), key.columns, key.parent, on_delete)
            })
        })
        .collect();
    let known: BTreeSet<_> = deletion::keys()
        .iter()
        .map(|key| {
            (
                key.name.clone(),
                key.table.to_owned(),
                vec![key.column.clone()],
                key.parent.to_owned(),
                key.on_delete,
            )
        })
        .collect();
    assert_eq!(known.len(), 40);
    assert_eq!(known, live);
}
