//! The README shows the schema as it is.

use migration::catalogue::{self, Action};
use migration::diagram::{Detail, diagram};
use rstest::rstest;
use tests::{Engine, TestDatabase};

const README: &str = include_str!("../../../../README.md");

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_readme_shows_the_diagram(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (_, from) = README.split_once("```mermaid\n").unwrap();
    let (shown, _) = from.split_once("```").unwrap();
    let drawn = diagram(database.connection(), Detail::Columns).await.unwrap();
    assert!(
        shown == drawn,
        "put the output of `cargo run -p migration -- diagram` into the README"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_readme_lists_every_relationship(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let catalogue = catalogue::read(database.connection()).await.unwrap();
    let (_, from) = README.split_once("### The 40 relationships").unwrap();
    let (table, _) = from.split_once("###").unwrap();
    // What follows the action is the reason, which no catalogue knows.
    let cut = |row: &str| row.split('|').take(6).collect::<Vec<_>>().join("|");
    let mut shown: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(cut)
        .collect();
    let mut live = Vec::new();
    for table in &catalogue.tables {
        for key in &table.foreign_keys {
            let column = &key.columns[0];
            let (parents, optional) = match table.column(column).unwrap().nullable {
                true => ("zero or one", "yes"),
                false => ("exactly one", "no"),
            };
            let action = action(key.on_delete);
            let (child, parent) = (&table.name, &key.parent);
            live.push(format!(
                "| `{child}.{column}` | `{parent}` | {parents} : many | {optional} | {action} "
            ));
        }
    }
    shown.sort();
    live.sort();
    assert_eq!(shown, live);
}

fn action(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}
