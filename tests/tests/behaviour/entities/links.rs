//! Many-to-many: from a row, through the junction, to the rows on the other side.

use entity::{agent_collaborations, agents, customer_segment_members, email_subscribers};
use migration::entities::generate;
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait, Linked, ModelTrait, PrimaryKeyTrait};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

/// Follows the link from a row, and back again by the link of the other direction.
async fn follow<There, Back>(db: &DatabaseConnection, from: Uuid, to: Uuid, there: There, back: Back)
where
    There: Linked,
    Back: Linked<FromEntity = There::ToEntity, ToEntity = There::FromEntity>,
    <There::FromEntity as EntityTrait>::Model: Send + Sync,
    <There::ToEntity as EntityTrait>::Model: Send + Sync,
    <<There::FromEntity as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType: From<Uuid>,
    <<There::ToEntity as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType: From<Uuid>,
    <There::FromEntity as EntityTrait>::Model: PartialEq,
    <There::ToEntity as EntityTrait>::Model: PartialEq,
{
    let from = There::FromEntity::find_by_id(from)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let to = There::ToEntity::find_by_id(to).one(db).await.unwrap().unwrap();
    let found = from.find_linked(there).all(db).await.unwrap();
    assert!(found == [to]);
    let [to] = <[_; 1]>::try_from(found).ok().unwrap();
    assert!(to.find_linked(back).all(db).await.unwrap() == [from]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn customers_and_segments_find_each_other(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    use customer_segment_members::{CustomerToSegments, SegmentToCustomers};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let member = rows::insert(db, "customer_segment_members", []).await;
    rows::insert(db, "customer_segment_members", []).await;
    let (customer, segment) = (member.uuid("customer_id"), member.uuid("segment_id"));
    follow(db, customer, segment, CustomerToSegments, SegmentToCustomers).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn customers_and_email_lists_find_each_other(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    use email_subscribers::{CustomerToLists, ListToCustomers};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let customer = rows::insert(db, "customers", []).await.id();
    let subscriber = rows::insert(db, "email_subscribers", [("customer_id", customer.into())]).await;
    let list = subscriber.uuid("list_id");
    // A subscriber who is no customer leads nowhere.
    rows::insert(db, "email_subscribers", [("list_id", list.into())]).await;
    follow(db, customer, list, CustomerToLists, ListToCustomers).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn agents_find_whom_they_ask_and_who_asks_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    use agent_collaborations::{RequestingAgentToRespondingAgents, RespondingAgentToRequestingAgents};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let asked = rows::insert(db, "agent_collaborations", []).await;
    let (asking, answering) = (
        asked.uuid("requesting_agent_id"),
        asked.uuid("responding_agent_id"),
    );
    follow(
        db,
        asking,
        answering,
        RequestingAgentToRespondingAgents,
        RespondingAgentToRequestingAgents,
    )
    .await;

    let answering = agents::Entity::find_by_id(answering)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let nobody = answering
        .find_linked(RequestingAgentToRespondingAgents)
        .all(db)
        .await;
    assert_eq!(nobody.unwrap(), []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn three_tables_are_junctions_and_no_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let files = generate(database.connection()).await.unwrap();
    let linked = |text: &str| text.matches("impl Linked for").count();
    let junctions = files.iter().map(|(name, text)| (name, linked(text)));
    let junctions: Vec<_> = junctions.filter(|(_, links)| *links > 0).collect();
    assert_eq!(
        junctions,
        [
            ("agent_collaborations.rs", 2),
            ("customer_segment_members.rs", 2),
            ("email_subscribers.rs", 2)
        ]
    );
}
