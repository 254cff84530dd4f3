//! The numbers of statements that the README of `service` states.

use entity::{CampaignStatus, ContentStatus};
use rstest::rstest;
use serde_json::{Map, json};
use service::marketing::campaigns::{
    self, CorrectSpending, ListCampaigns, SetBudget, SpendOnCampaign, TransitionCampaign, UpdateCampaign,
};
use service::marketing::content::{
    self, CreateContent, ListContent, RecordMetrics, TransitionContent, UpdateContent,
};
use service::marketing::lists::{
    self, Import, ImportLine, LinkCustomer, ListLists, ListSubscribers, OptIn, UpdateList,
};
use tests::{Engine, TestDatabase, rows};

use super::{ANN, begun, bounced, complained, confirmed, ended, noon, plan, requested, segment};
use crate::shop::{amount, counting};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn campaigns_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let (target, _) = segment(&db, 3).await;
    statements.sent();
    let id = campaigns::create(&db, plan()).await.unwrap().campaign.id;
    assert_eq!(statements.sent(), 2, "create");
    let command = UpdateCampaign {
        target_segment: Some(Some(target)),
        ..UpdateCampaign::new(id)
    };
    campaigns::update(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 3, "update");
    let at = noon("2026-10-01");
    for (to, expected) in [
        (CampaignStatus::Active, 6),
        (CampaignStatus::Active, 1),
        (CampaignStatus::Paused, 3),
    ] {
        campaigns::transition(&db, TransitionCampaign { id, to, at })
            .await
            .unwrap();
        assert_eq!(statements.sent(), expected, "transition to {to:?}");
    }
    let budget = Some(amount("10"));
    campaigns::set_budget(&db, SetBudget { id, budget })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 3, "set_budget");
    let command = SpendOnCampaign::new(id, amount("1"));
    for expected in [5, 1] {
        campaigns::spend(&db, command.clone()).await.unwrap();
        assert_eq!(statements.sent(), expected, "spend");
    }
    let command = CorrectSpending::new(id, amount("1"), "too much");
    for expected in [5, 1] {
        campaigns::correct(&db, command.clone()).await.unwrap();
        assert_eq!(statements.sent(), expected, "correct");
    }
    campaigns::get(&db, id).await.unwrap();
    campaigns::list(&db, ListCampaigns::default()).await.unwrap();
    assert_eq!(statements.sent(), 2, "get, list");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn content_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let id = content::create(&db, CreateContent::new("post"))
        .await
        .unwrap()
        .content
        .id;
    assert_eq!(statements.sent(), 2, "create");
    let command = UpdateContent {
        body: Some(Some("Glow".into())),
        ..UpdateContent::new(id)
    };
    content::update(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 2, "update");
    let at = noon("2026-10-01");
    for to in [
        ContentStatus::Review,
        ContentStatus::Approved,
        ContentStatus::Published,
    ] {
        content::transition(&db, TransitionContent { id, to, at })
            .await
            .unwrap();
        assert_eq!(statements.sent(), 2, "transition");
    }
    let metrics = Map::from_iter([("opens".to_owned(), json!(1))]);
    content::record_metrics(&db, RecordMetrics { id, metrics })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 2, "record_metrics");
    content::get(&db, id).await.unwrap();
    content::list(&db, ListContent::default()).await.unwrap();
    assert_eq!(statements.sent(), 2, "get, list");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lists_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let list = super::list(&db, "news").await;
    assert_eq!(statements.sent(), 2, "create");
    let command = UpdateList {
        description: Some(None),
        ..UpdateList::new(list)
    };
    lists::update(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 2, "update");
    let held = u32::from(engine == Engine::Postgres);
    for expected in [4 + held, 3 + held] {
        requested(&db, list, "2026-01-01").await.unwrap();
        assert_eq!(statements.sent(), expected, "subscribe");
    }
    for expected in [3, 2] {
        confirmed(&db, list, "2026-01-02").await.unwrap();
        assert_eq!(statements.sent(), expected, "confirm");
    }
    for expected in [3, 2] {
        ended(&db, Some(list), "2026-02-01").await;
        assert_eq!(statements.sent(), expected, "unsubscribe");
    }
    begun(&db, list, "2026-03-01").await.unwrap();
    assert_eq!(statements.sent(), 4 + held, "subscribe again");
    for expected in [3, 2] {
        bounced(&db, "2026-04-01").await;
        assert_eq!(statements.sent(), expected, "bounce");
    }
    for expected in [3, 2] {
        complained(&db, "2026-05-01").await;
        assert_eq!(statements.sent(), expected, "complain");
    }
    let command = Import {
        list,
        source: "fair".into(),
        text_version: None,
        opt_in: OptIn::Single,
        lines: vec![ImportLine {
            email: ANN.into(),
            given_at: noon("2026-01-01"),
        }],
    };
    lists::import(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 3, "import of nobody new");
    let customer = entity::CustomerId::new();
    lists::link(&db, LinkCustomer { customer }).await.unwrap();
    assert_eq!(statements.sent(), 1, "link of nobody");
    let customer = rows::insert(&db, "customers", [("email", ANN.into())]).await.id();
    let customer = customer.into();
    statements.sent();
    lists::link(&db, LinkCustomer { customer }).await.unwrap();
    assert_eq!(statements.sent(), 2, "link");
    lists::get(&db, list).await.unwrap();
    lists::list(&db, ListLists::default()).await.unwrap();
    lists::subscribers(&db, ListSubscribers::new(list)).await.unwrap();
    lists::subscriptions(&db, ANN).await.unwrap();
    assert_eq!(statements.sent(), 4, "get, list, subscribers, subscriptions");
}
