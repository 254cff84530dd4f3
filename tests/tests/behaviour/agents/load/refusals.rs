//! Files that cannot be loaded as they are.

use entity::AgentType;
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use service::agents::{self, LineProblem, LoadError, LoadOrganisation, OrganisationLine};
use service::input::Rule;
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase};

use super::super::{archived, director, headcount, specialist};
use super::{counts, organisation};

async fn refused(db: &(impl ConnectionTrait + TransactionTrait), csv: &str) -> Vec<(u64, LineProblem)> {
    let error = agents::load(db, organisation(csv)).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    let LoadError::Refused { lines } = error else {
        panic!("{error:?}")
    };
    lines.into_iter().map(|line| (line.line, line.problem)).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_line_that_cannot_be_is_named_and_nothing_is_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let long = "x".repeat(256);
    let csv = format!(
        "name,type,parent\nBoss,orchestrator,\nSales,manager,Boss\nTech,director,Nobody\nBoss,director,\n,director,\n\
         {long},director,\nGifts,specialist,Boss\nA,director,B\nB,director,C\nC,director,A\nUnder,director,A\nSelf,director,Self\n"
    );
    let circle = |names: &[&str]| LineProblem::Circle {
        names: names.iter().map(|name| (*name).into()).collect(),
    };
    let invalid = |rule| LineProblem::Invalid { column: "name", rule };
    assert_eq!(
        refused(db, &csv).await,
        [
            (
                3,
                LineProblem::UnknownType {
                    text: "manager".into()
                }
            ),
            (
                4,
                LineProblem::UnknownParent {
                    parent: "Nobody".into()
                }
            ),
            (5, LineProblem::DuplicateName { first: 2 }),
            (6, invalid(Rule::Blank)),
            (
                7,
                invalid(Rule::TooLong {
                    max: 255,
                    actual: 256
                })
            ),
            (
                8,
                LineProblem::Rank {
                    agent_type: AgentType::Specialist,
                    parent: "Boss".into(),
                    parent_type: AgentType::Orchestrator
                }
            ),
            (9, circle(&["A", "B", "C"])),
            (10, circle(&["B", "C", "A"])),
            (11, circle(&["C", "A", "B"])),
            (13, circle(&["Self"])),
        ]
    );
    assert_eq!(headcount(db).await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lines_are_held_against_the_agents_that_are_there(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let retail = director(db, "Retail", sales).await;
    let gifts = specialist(db, "Gifts", retail).await;
    archived(db, "Retired", AgentType::Director).await;
    let csv = "name,type,parent\nRetired,director,\nNew,specialist,Retired\nSales,director,Retail\n";
    assert_eq!(
        refused(db, csv).await,
        [
            (2, LineProblem::Archived),
            (
                3,
                LineProblem::ArchivedParent {
                    parent: "Retired".into()
                }
            ),
            (
                4,
                LineProblem::Circle {
                    names: vec!["Sales".into(), "Retail".into()]
                }
            ),
        ]
    );
    let own = transaction::begin(db).await.unwrap();
    assert_eq!(
        refused(&own, "name,type,parent\nRetail,orchestrator,\n").await,
        [(
            2,
            LineProblem::LeadsOthers {
                agent_type: AgentType::Orchestrator,
                children: vec![gifts]
            }
        )]
    );
    // Parents may stand in the database alone.
    let loaded = agents::load(&own, organisation("name,type,parent\nCards,specialist,Retail\n")).await;
    assert_eq!(counts(&loaded.unwrap()), [1, 0, 0]);
    own.rollback().await.unwrap();
    assert_eq!(headcount(db).await, 4);
    for lines in [
        Vec::new(),
        vec![
            OrganisationLine {
                line: 1,
                name: "x".into(),
                agent_type: "director".into(),
                parent: String::new(),
            };
            2001
        ],
    ] {
        let error = agents::load(db, LoadOrganisation { lines }).await.unwrap_err();
        assert!(matches!(error, LoadError::Invalid(_)), "{error:?}");
    }
}
