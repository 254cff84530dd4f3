//! A CHECK that lists values is an enum with just those values.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use entity::{
    AgentStatus, AgentType, CampaignStatus, CampaignType, ContentStatus, CustomerSegmentType,
    EmailSubscriberStatus, GoalStatus, GoalType, KpiFrequency, OrderFinancialStatus, OrderFulfillmentStatus,
    OrderId, OrderStatus, ProductStatus, RevenueAttributionModel, SystemEventSeverity, TaskStatus,
    TransactionType, UnknownValue, WorkflowExecutionStatus, WorkflowTriggerType, orders,
};
use migration::catalogue;
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{ActiveEnum, ActiveModelTrait, ColumnTrait, EntityTrait, Iterable, QueryFilter, Set};
use serde_json::{from_value, to_value};
use tests::{Engine, TestDatabase};

/// The values of the enum, after they went through text and serde and came back.
fn values<E>() -> Vec<String>
where
    E: ActiveEnum<Value = String> + Iterable + Display + FromStr + Debug + PartialEq,
    E: serde::Serialize + serde::de::DeserializeOwned,
    E::Err: Debug,
{
    E::iter()
        .map(|variant| {
            let value = variant.to_value();
            assert_eq!(variant.to_string(), value);
            assert_eq!(value.parse::<E>().unwrap(), variant);
            let json = to_value(&variant).unwrap();
            assert_eq!(json, value.as_str());
            assert_eq!(from_value::<E>(json).unwrap(), variant);
            value
        })
        .collect()
}

fn enums() -> BTreeMap<(&'static str, &'static str), Vec<String>> {
    BTreeMap::from([
        (("agents", "status"), values::<AgentStatus>()),
        (("agents", "type"), values::<AgentType>()),
        (("campaigns", "status"), values::<CampaignStatus>()),
        (("campaigns", "type"), values::<CampaignType>()),
        (("content", "status"), values::<ContentStatus>()),
        (("customer_segments", "type"), values::<CustomerSegmentType>()),
        (("email_subscribers", "status"), values::<EmailSubscriberStatus>()),
        (("goals", "status"), values::<GoalStatus>()),
        (("goals", "type"), values::<GoalType>()),
        (("kpis", "frequency"), values::<KpiFrequency>()),
        (("orders", "financial_status"), values::<OrderFinancialStatus>()),
        (
            ("orders", "fulfillment_status"),
            values::<OrderFulfillmentStatus>(),
        ),
        (("orders", "status"), values::<OrderStatus>()),
        (("products", "status"), values::<ProductStatus>()),
        (
            ("revenue_attribution", "attribution_model"),
            values::<RevenueAttributionModel>(),
        ),
        (("system_events", "severity"), values::<SystemEventSeverity>()),
        (("tasks", "status"), values::<TaskStatus>()),
        (("transactions", "type"), values::<TransactionType>()),
        (
            ("workflow_executions", "status"),
            values::<WorkflowExecutionStatus>(),
        ),
        (("workflows", "trigger_type"), values::<WorkflowTriggerType>()),
    ])
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_values_is_an_enum_that_prints_parses_and_serialises_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let catalogue = catalogue::read(database.connection()).await.unwrap();
    let mut enums = enums();
    for table in &catalogue.tables {
        for set in &table.closed_sets {
            let values = enums.remove(&(table.name.as_str(), set.column.as_str()));
            assert_eq!(
                values.as_ref(),
                Some(&set.values),
                "{}.{}",
                table.name,
                set.column
            );
        }
    }
    assert!(enums.is_empty(), "{enums:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn variants_go_into_the_database_and_come_back(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (number, status) in OrderFinancialStatus::iter().enumerate() {
        let order = orders::ActiveModel {
            order_number: Set(format!("#{number}")),
            financial_status: Set(status),
            subtotal_amount: Set(Decimal::ONE),
            total_amount: Set(Decimal::ONE),
            ..Default::default()
        };
        let inserted = order.insert(db).await.unwrap();
        let found = orders::Entity::find()
            .filter(orders::Column::FinancialStatus.eq(status))
            .all(db)
            .await
            .unwrap();
        assert_eq!(found, [inserted]);
        assert_eq!(found[0].financial_status, status);
        assert_eq!(found[0].status, OrderStatus::default());
    }
    let found = orders::Entity::find()
        .filter(orders::Column::Id.eq(OrderId::new()))
        .one(db)
        .await;
    assert_eq!(found.unwrap(), None);
}

#[test]
fn a_value_outside_the_list_is_refused_by_name() {
    let error = "lost".parse::<OrderStatus>().unwrap_err();
    assert_eq!(
        error,
        UnknownValue {
            of: "OrderStatus",
            value: "lost".to_owned()
        }
    );
    assert_eq!(error.to_string(), r#""lost" is no OrderStatus"#);
}
