//! Every CHECK of the schema, with values at its edge: the last that it accepts, the first that it refuses.

mod rules;

use std::collections::BTreeSet;

use rstest::rstest;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::closed_sets::CLOSED_SETS;
use super::live;
use super::refusal::Refusal;
use rules::{Given, PAIRS, RULES};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_check_of_the_catalogue_is_tested_here(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let single = RULES
        .iter()
        .map(|(table, column, _)| format!("chk_{table}_{column}"));
    let sets = CLOSED_SETS
        .iter()
        .map(|(table, column, _)| format!("chk_{table}_{column}"));
    let pairs = PAIRS.iter().map(|(name, ..)| (*name).to_owned());
    let tested: BTreeSet<_> = single.chain(sets).chain(pairs).collect();
    assert_eq!(live::checks(&database).await, tested);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_value_beyond_the_edge_is_refused_by_name(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, column, rule) in RULES {
        let name = format!("chk_{table}_{column}");
        for value in rule.refused() {
            let refused = rows::try_insert(database.connection(), table, [(*column, value.clone())]).await;
            let refusal = Refusal::of(&refused.expect_err(&name));
            assert!(
                refusal.is_check(&name),
                "{table}.{column} = {value:?}: {refusal:?}"
            );
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_value_at_the_edge_is_accepted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, column, rule) in RULES {
        for value in rule.accepted() {
            rows::insert(database.connection(), table, [(*column, value)]).await;
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn columns_that_contradict_each_other_are_refused_by_name(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let agent = rows::insert(database.connection(), "agents", []).await.id();
    for (name, table, (one, first), (other, second)) in PAIRS {
        // An agent or goal that is its own parent is new; the parties of a collaboration exist.
        let this = if *one == "id" { Uuid::new_v4() } else { agent };
        let given = [(*one, first.value(this)), (*other, second.value(this))];
        let refused = rows::try_insert(database.connection(), table, given).await;
        let refusal = Refusal::of(&refused.expect_err(name));
        assert!(refusal.is_check(name), "{name}: {refusal:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_period_may_begin_and_end_at_one_moment(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (_, table, (one, first), (other, _)) in PAIRS {
        if matches!(first, Given::Day(_) | Given::Time(_)) {
            let moment = first.value(Uuid::nil());
            rows::insert(
                database.connection(),
                table,
                [(*one, moment.clone()), (*other, moment)],
            )
            .await;
        }
    }
}
