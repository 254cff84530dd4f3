//! Up, down and across the hierarchy.

use entity::{AgentId, AgentType};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::agents::{self, HierarchyError, ListSubtree, Misplaced, MoveAgent, MoveError, Placed};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{agent, archived, director, row_of, specialist};

struct Firm {
    boss: AgentId,
    sales: AgentId,
    retail: AgentId,
    gifts: AgentId,
    tech: AgentId,
}

/// Boss over Sales and Tech; Sales over Retail over Gifts.
async fn firm(db: &DatabaseConnection) -> Firm {
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let retail = director(db, "Retail", sales).await;
    let gifts = specialist(db, "Gifts", retail).await;
    let tech = director(db, "Tech", boss).await;
    Firm {
        boss,
        sales,
        retail,
        gifts,
        tech,
    }
}

fn places(placed: &[Placed]) -> Vec<(AgentId, u32)> {
    placed
        .iter()
        .map(|placed| (placed.agent.id, placed.depth))
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ancestors_run_to_the_root_and_subtrees_level_by_level(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let firm = firm(db).await;
    let above = agents::ancestors(db, firm.gifts).await.unwrap();
    assert_eq!(
        places(&above),
        [(firm.retail, 1), (firm.sales, 2), (firm.boss, 3)]
    );
    assert_eq!(above[2].agent, row_of(db, firm.boss).await);
    assert_eq!(agents::ancestors(db, firm.boss).await.unwrap(), []);
    let all = agents::subtree(db, ListSubtree::of(firm.boss)).await.unwrap();
    assert_eq!(
        places(&all),
        [
            (firm.boss, 0),
            (firm.sales, 1),
            (firm.tech, 1),
            (firm.retail, 2),
            (firm.gifts, 3)
        ]
    );
    assert_eq!(all[4].agent, row_of(db, firm.gifts).await);
    let two_levels = ListSubtree {
        root: firm.sales,
        max_depth: Some(1),
    };
    let two_levels = agents::subtree(db, two_levels).await.unwrap();
    assert_eq!(places(&two_levels), [(firm.sales, 0), (firm.retail, 1)]);
    let absent = AgentId::new();
    for outcome in [
        agents::ancestors(db, absent).await,
        agents::subtree(db, ListSubtree::of(absent)).await,
    ] {
        assert!(
            matches!(outcome, Err(HierarchyError::NotFound { id }) if id == absent),
            "{outcome:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_subtree_moves_as_a_whole_and_a_second_time_nowhere(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let firm = firm(db).await;
    let command = MoveAgent {
        id: firm.retail,
        parent: Some(firm.tech),
    };
    let moved = agents::move_subtree(db, command).await.unwrap();
    assert_eq!(
        (moved.from, moved.agent.parent_id),
        (Some(firm.sales), Some(firm.tech))
    );
    assert_eq!(moved.agent, row_of(db, firm.retail).await);
    let again = agents::move_subtree(db, command).await.unwrap();
    assert_eq!((again.from, again.agent), (Some(firm.tech), moved.agent));
    let below = agents::subtree(db, ListSubtree::of(firm.tech)).await.unwrap();
    assert_eq!(
        places(&below),
        [(firm.tech, 0), (firm.retail, 1), (firm.gifts, 2)]
    );
    let out = MoveAgent {
        id: firm.tech,
        parent: None,
    };
    let own = transaction::begin(db).await.unwrap();
    agents::move_subtree(&own, out).await.unwrap();
    assert_eq!(agents::ancestors(&own, firm.gifts).await.unwrap().len(), 2);
    own.rollback().await.unwrap();
    assert_eq!(agents::ancestors(db, firm.gifts).await.unwrap().len(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_refused_by_naming_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let firm = firm(db).await;
    let sub = director(db, "Sub", firm.retail).await;
    let own = transaction::begin(db).await.unwrap();
    for (parent, names) in [(sub, vec!["Sales", "Retail", "Sub"]), (firm.sales, vec!["Sales"])] {
        let command = MoveAgent {
            id: firm.sales,
            parent: Some(parent),
        };
        let error = agents::move_subtree(&own, command).await.unwrap_err();
        let MoveError::Circle { circle } = error else {
            panic!("{error:?}")
        };
        let found: Vec<_> = circle.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(found, names);
        assert_eq!(circle.last().map(|(id, _)| *id), Some(parent));
    }
    own.commit().await.unwrap();
    assert_eq!(row_of(db, firm.sales).await.parent_id, Some(firm.boss));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_refused_to_where_the_agent_may_not_stand(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let firm = firm(db).await;
    let retired = archived(db, "Retired", AgentType::Director).await;
    let absent = AgentId::new();
    let to = |id, parent| {
        agents::move_subtree(
            db,
            MoveAgent {
                id,
                parent: Some(parent),
            },
        )
    };
    for (id, parent, expected) in [
        (
            firm.gifts,
            firm.boss,
            Misplaced::Rank {
                agent_type: AgentType::Specialist,
                parent: firm.boss,
                parent_type: AgentType::Orchestrator,
            },
        ),
        (firm.gifts, retired, Misplaced::ArchivedParent { parent: retired }),
        (firm.gifts, absent, Misplaced::UnknownParent { parent: absent }),
    ] {
        let error = to(id, parent).await.unwrap_err();
        let MoveError::Misplaced(misplaced) = error else {
            panic!("{error:?}")
        };
        assert_eq!(misplaced, expected);
    }
    let error = to(retired, firm.sales).await.unwrap_err();
    assert!(
        matches!(error, MoveError::Archived { id } if id == retired),
        "{error:?}"
    );
    let error = to(absent, firm.sales).await.unwrap_err();
    assert!(
        matches!(error, MoveError::NotFound { id } if id == absent),
        "{error:?}"
    );
}
