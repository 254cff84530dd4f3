//! A whole organisation from a file.

mod refusals;

use entity::{AgentStatus, AgentType, agents as row};
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait};
use service::agents::{
    self, AgentKey, ListSubtree, LoadOrganisation, LoadedOrganisation, OrganisationLine, UpdateAgent, What,
};
use tests::{Engine, TestDatabase};

use super::{headcount, row_of};
use crate::shop::counting;

/// A made-up studio, children before parents.
const STUDIO: &str = include_str!("../../../fixtures/agents/organisation.csv");

fn organisation(csv: &str) -> LoadOrganisation {
    LoadOrganisation::from_csv(csv.as_bytes()).unwrap()
}

/// What became of the lines: created, changed, unchanged.
fn counts(loaded: &LoadedOrganisation) -> [usize; 3] {
    [What::Created, What::Changed, What::Unchanged].map(|what| loaded.count(what))
}

async fn tree(db: &impl ConnectionTrait, root: &str) -> Vec<(String, u32)> {
    let root = agents::get(db, AgentKey::Name(root.into())).await.unwrap().id;
    let mut tree: Vec<_> = agents::subtree(db, ListSubtree::of(root))
        .await
        .unwrap()
        .into_iter()
        .map(|placed| (placed.agent.name, placed.depth))
        .collect();
    tree.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    tree
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_loads_in_any_order_and_a_second_time_without_change(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let queue = u32::from(engine == Engine::Postgres);
    let loaded = agents::load(&db, organisation(STUDIO)).await.unwrap();
    assert_eq!(statements.sent(), queue + 2);
    assert_eq!(counts(&loaded), [7, 0, 0]);
    assert_eq!(
        (loaded.agents[0].line, loaded.agents[0].name.as_str()),
        (2, "Framing")
    );
    let named = |names: &[(&str, u32)]| -> Vec<(String, u32)> {
        names
            .iter()
            .map(|(name, depth)| ((*name).into(), *depth))
            .collect()
    };
    let expected = named(&[
        ("Studio Lead", 0),
        ("Word Director", 1),
        ("Workshop Director", 1),
        ("Framing", 2),
        ("Letters", 2),
        ("Print Director", 2),
        ("Prints, Large", 3),
    ]);
    assert_eq!(tree(&db, "Studio Lead").await, expected);
    let before = row::Entity::find().all(&db).await.unwrap();
    statements.sent();
    let again = agents::load(&db, organisation(STUDIO)).await.unwrap();
    assert_eq!(statements.sent(), queue + 1);
    assert_eq!(counts(&again), [0, 0, 7]);
    assert_eq!(again.agents[0].id, loaded.agents[0].id);
    assert_eq!(
        row::Entity::find().all(&db).await.unwrap(),
        before,
        "not even a time moved"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_later_file_turns_the_organisation_round_in_a_fixed_number_of_statements(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let queue = u32::from(engine == Engine::Postgres);
    agents::load(&db, organisation(STUDIO)).await.unwrap();
    let letters = agents::get(&db, AgentKey::Name("Letters".into())).await.unwrap();
    let pause = UpdateAgent {
        status: Some(AgentStatus::Inactive),
        ..UpdateAgent::new(letters.id)
    };
    agents::update(&db, pause).await.unwrap();
    statements.sent();
    // Parent and child swap, a specialist is promoted over its director, the boss becomes one of the directors.
    let later = "name,type,parent\n\
        Workshop Director,director,Print Director\nPrint Director,director,Chair\nChair,orchestrator,\n\
        Letters,director,Studio Lead\nWord Director,specialist,Letters\nStudio Lead,director,Chair\n\
        Ink,specialist,Letters\n";
    let loaded = agents::load(&db, organisation(later)).await.unwrap();
    assert_eq!(statements.sent(), queue + 6);
    assert_eq!(counts(&loaded), [2, 5, 0]);
    let tree = tree(&db, "Chair").await;
    let tree: Vec<_> = tree.iter().map(|(name, depth)| (name.as_str(), *depth)).collect();
    assert_eq!(
        tree,
        [
            ("Chair", 0),
            ("Print Director", 1),
            ("Studio Lead", 1),
            ("Letters", 2),
            ("Prints, Large", 2),
            ("Workshop Director", 2),
            ("Framing", 3),
            ("Ink", 3),
            ("Word Director", 3),
        ]
    );
    let letters = row_of(&db, letters.id).await;
    assert_eq!(
        (letters.status, letters.r#type),
        (AgentStatus::Inactive, AgentType::Director)
    );
    assert_eq!(
        counts(&agents::load(&db, organisation(later)).await.unwrap()),
        [0, 0, 7]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_who_load_the_same_organisation_at_once_both_do_and_it_is_there_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let outcomes = crate::race::behind(db, "UPDATE agents SET status = status", 4, |_| {
        let db = db.clone();
        async move { agents::load(&db, organisation(STUDIO)).await.unwrap() }
    })
    .await;
    let created: usize = outcomes.iter().map(|loaded| loaded.count(What::Created)).sum();
    assert_eq!((created, headcount(db).await), (7, 7));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_agents_take_as_many_statements_as_two(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let queue = u32::from(engine == Engine::Postgres);
    let lines = |shift: usize| {
        (0..2000)
            .map(|n| OrganisationLine {
                line: n as u64 + 2,
                name: format!("agent {n}"),
                agent_type: if n < 100 { "director" } else { "specialist" }.into(),
                parent: if n < 100 {
                    String::new()
                } else {
                    format!("agent {}", (n + shift) % 100)
                },
            })
            .rev()
            .collect()
    };
    agents::load(&db, LoadOrganisation { lines: lines(0) })
        .await
        .unwrap();
    assert_eq!(statements.sent(), queue + 2);
    let moved = agents::load(&db, LoadOrganisation { lines: lines(1) })
        .await
        .unwrap();
    assert_eq!(counts(&moved), [0, 1900, 100]);
    assert_eq!(statements.sent(), queue + 4);
}
