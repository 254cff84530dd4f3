//! Defining, changing and listing KPIs.

use entity::{AgentId, KpiFrequency, KpiId};
use rstest::rstest;
use service::Classified;
use service::PageRequest;
use service::analytics::kpis::{
    self, DefineKpi, KpiError, ListKpis, SetKpiActive, UpdateKpi, define, set_active, update,
};
use service::page::Direction;
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::kpi;
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_is_defined_once_under_its_id(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent: AgentId = rows::insert(db, "agents", []).await.id().into();
    let command = DefineKpi {
        calculation_sql: Some("SELECT count(*) FROM orders".into()),
        unit: Some("orders".into()),
        target_value: Some(amount("1234567890.1234")),
        frequency: KpiFrequency::Weekly,
        owner: Some(agent),
        ..DefineKpi::new("orders", "sales")
    };
    let first = define(db, command.clone()).await.unwrap().kpi;
    assert_eq!(first.target_value, Some(amount("1234567890.1234")));
    assert_eq!(first.owner_agent_id, Some(agent));
    assert_eq!(define(db, command.clone()).await.unwrap().kpi, first);
    assert_eq!(kpis::get(db, first.id).await.unwrap(), first);

    let other = DefineKpi {
        unit: None,
        ..command.clone()
    };
    let error = define(db, other).await.unwrap_err();
    assert!(matches!(error, KpiError::Conflict(conflict) if conflict.id == first.id.as_uuid()));
    let error = define(db, DefineKpi::new("orders", "x")).await.unwrap_err();
    assert!(matches!(&error, KpiError::NameTaken { name, by } if name == "orders" && *by == first.id));
    assert_eq!(error.class(), service::Class::Refused);
    let nobody = AgentId::new();
    let command = DefineKpi {
        owner: Some(nobody),
        ..DefineKpi::new("other", "sales")
    };
    let error = define(db, command).await.unwrap_err();
    assert!(matches!(error, KpiError::UnknownOwner { agent } if agent == nobody));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_that_cannot_be_stored_is_refused_beforehand(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = DefineKpi {
        calculation_sql: Some("DROP TABLE kpis".into()),
        unit: Some("u".repeat(51)),
        target_value: Some(amount("0.00001")),
        ..DefineKpi::new(" ", "c\0")
    };
    let Err(KpiError::Invalid(input)) = define(db, command).await else {
        panic!()
    };
    let fields: Vec<_> = input
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["name", "category", "calculation_sql", "unit", "target_value"]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_changes_what_it_names(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = kpi(db, "orders").await;
    let other = kpi(db, "visits").await;
    let command = UpdateKpi {
        target_value: Some(Some(amount("7.5"))),
        unit: Some(Some("pieces".into())),
        ..UpdateKpi::new(id)
    };
    let updated = update(db, command.clone()).await.unwrap().kpi;
    assert_eq!(
        (updated.name.as_str(), updated.target_value),
        ("orders", Some(amount("7.5")))
    );
    assert_eq!(update(db, command).await.unwrap().kpi, updated);
    assert_eq!(update(db, UpdateKpi::new(id)).await.unwrap().kpi, updated);
    let cleared = UpdateKpi {
        target_value: Some(None),
        ..UpdateKpi::new(id)
    };
    assert_eq!(update(db, cleared).await.unwrap().kpi.target_value, None);
    for active in [false, false, true] {
        let outcome = set_active(db, SetKpiActive { id, active }).await.unwrap();
        assert_eq!(outcome.kpi.is_active, active);
    }

    let taken = UpdateKpi {
        name: Some("visits".into()),
        ..UpdateKpi::new(id)
    };
    let error = update(db, taken).await.unwrap_err();
    assert!(matches!(error, KpiError::NameTaken { by, .. } if by == other));
    let nobody = AgentId::new();
    let unowned = UpdateKpi {
        owner: Some(Some(nobody)),
        ..UpdateKpi::new(id)
    };
    let error = update(db, unowned).await.unwrap_err();
    assert!(matches!(error, KpiError::UnknownOwner { agent } if agent == nobody));
    let bad = UpdateKpi {
        calculation_sql: Some(Some("SELECT 1; SELECT 2".into())),
        ..UpdateKpi::new(id)
    };
    assert!(matches!(update(db, bad).await, Err(KpiError::Invalid(_))));
    let absent = KpiId::new();
    for error in [
        update(
            db,
            UpdateKpi {
                unit: Some(None),
                ..UpdateKpi::new(absent)
            },
        )
        .await
        .unwrap_err(),
        set_active(
            db,
            SetKpiActive {
                id: absent,
                active: true,
            },
        )
        .await
        .unwrap_err(),
        kpis::get(db, absent).await.unwrap_err(),
    ] {
        assert!(matches!(error, KpiError::NotFound { id } if id == absent));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn kpis_come_in_pages_and_by_filter(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent: AgentId = rows::insert(db, "agents", []).await.id().into();
    let mut ids = Vec::new();
    for n in 0..5 {
        let command = DefineKpi {
            owner: (n % 2 == 0).then_some(agent),
            is_active: n != 4,
            ..DefineKpi::new(format!("kpi {n}"), if n < 3 { "sales" } else { "stock" })
        };
        ids.push(define(db, command).await.unwrap().kpi.id);
    }
    let listed = async |query: ListKpis| {
        let page = kpis::list(db, query).await.unwrap();
        let found: Vec<_> = page.items.iter().map(|kpi| kpi.id).collect();
        (found, page.next)
    };
    let page = PageRequest {
        after: None,
        limit: 2,
    };
    let query = ListKpis {
        page,
        ..Default::default()
    };
    assert_eq!(listed(query.clone()).await, (ids[..2].to_vec(), Some(ids[1])));
    let page = PageRequest {
        after: Some(ids[3]),
        limit: 2,
    };
    assert_eq!(
        listed(ListKpis { page, ..query }).await,
        (ids[4..].to_vec(), None)
    );
    let backwards = ListKpis {
        direction: Direction::Descending,
        category: Some("sales".into()),
        ..Default::default()
    };
    assert_eq!(listed(backwards).await.0, [ids[2], ids[1], ids[0]]);
    let owned = ListKpis {
        owner: Some(agent),
        active: Some(true),
        ..Default::default()
    };
    assert_eq!(listed(owned).await.0, [ids[0], ids[2]]);
    let nothing = ListKpis {
        category: Some("a\0".into()),
        ..Default::default()
    };
    assert_eq!(listed(nothing).await.0, []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_definition_comes_and_goes_with_the_callers_transaction(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let taken = kpi(db, "orders").await;
    let together = transaction::begin(db).await.unwrap();
    let visits = define(&together, DefineKpi::new("visits", "sales"))
        .await
        .unwrap()
        .kpi;
    let refused = define(&together, DefineKpi::new("orders", "sales"))
        .await
        .unwrap_err();
    assert!(matches!(refused, KpiError::NameTaken { by, .. } if by == taken));
    let switched = SetKpiActive {
        id: taken,
        active: false,
    };
    set_active(&together, switched).await.unwrap();
    assert_eq!(kpis::get(&together, visits.id).await.unwrap(), visits);
    together.rollback().await.unwrap();
    assert!(matches!(
        kpis::get(db, visits.id).await,
        Err(KpiError::NotFound { .. })
    ));
    assert!(kpis::get(db, taken).await.unwrap().is_active);
}
