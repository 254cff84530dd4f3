//! The operations of events and configurations.

use entity::AgentId;
use sea_orm::DatabaseConnection;
use serde_json::json;
use service::system::configuration::{self, CompareAndSet, DeleteConfiguration, Expected, SetConfiguration};
use service::system::{self, AppendEvent, AppendMany};

use super::case::{Case, case};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    configuration::set(db, SetConfiguration::new("shop.pace", 3_i64))
        .await
        .unwrap();
    let nobody = Some(AgentId::new());
    let event = |source_agent| AppendEvent {
        source_agent,
        ..AppendEvent::new("shop.opened", "open")
    };
    let many = |source_agent| AppendMany {
        events: vec![event(None), event(source_agent)],
    };
    let set = |author| SetConfiguration {
        author,
        ..SetConfiguration::new("shop.pace", 4_i64)
    };
    let compared = |expected: i64| CompareAndSet {
        key: "shop.pace".into(),
        expected: Expected::Value(json!(expected)),
        value: 4_i64,
        author: None,
    };
    vec![
        case(system::append, event(None), event(nobody)),
        case(system::append_many, many(None), many(nobody)),
        case(configuration::set, set(None), set(nobody)),
        case(configuration::compare_and_set, compared(3), compared(2)),
        case(
            configuration::delete,
            DeleteConfiguration::new("shop.pace"),
            DeleteConfiguration::new("shop.peace"),
        ),
    ]
}
