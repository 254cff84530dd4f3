//! The views are entities that are read and never written.

use entity::{
    CustomerId, OrderStatus, agent_performance, customer_lifetime_value, customers, orders,
    product_performance,
};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, ModelTrait,
    Set,
};
use tests::{Engine, TestDatabase, rows};

async fn refresh(db: &DatabaseConnection, engine: Engine) {
    if engine == Engine::Sqlite {
        return;
    }
    for view in [
        "customer_lifetime_value",
        "product_performance",
        "agent_performance",
    ] {
        let refresh = format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view}");
        db.execute_unprepared(&refresh).await.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn views_read_as_models_and_lead_to_what_they_are_about(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for table in rows::tables() {
        rows::insert(db, table, []).await;
    }
    let customer = CustomerId::from(rows::insert(db, "customers", []).await.id());
    let order = orders::ActiveModel {
        order_number: Set("#1001".to_owned()),
        customer_id: Set(Some(customer)),
        status: Set(OrderStatus::Confirmed),
        subtotal_amount: Set(Decimal::new(4250, 2)),
        total_amount: Set(Decimal::new(4250, 2)),
        ..Default::default()
    };
    order.insert(db).await.unwrap();
    refresh(db, engine).await;

    let found = customer_lifetime_value::Entity::find_by_id(customer)
        .find_also_related(customers::Entity)
        .one(db)
        .await
        .unwrap();
    let (value, about) = found.unwrap();
    assert_eq!(about.unwrap().id, customer);
    assert_eq!(value.orders, 1);
    assert_eq!(value.gross, Decimal::new(4250, 2));
    assert!(
        !product_performance::Entity::find()
            .all(db)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        !agent_performance::Entity::find()
            .all(db)
            .await
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn writing_into_a_view_is_refused_before_and_by_the_database(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let customer = CustomerId::from(rows::insert(db, "customers", []).await.id());
    refresh(db, engine).await;
    let read = || async {
        customer_lifetime_value::Entity::find_by_id(customer)
            .one(db)
            .await
            .unwrap()
            .unwrap()
    };
    let value = read().await;

    let refusal = "customer_lifetime_value is a view: its rows are read, never written";
    let mut changed = value.clone().into_active_model();
    changed.orders = Set(99);
    let refusals = [
        changed.clone().update(db).await.map(drop),
        changed.clone().insert(db).await.map(drop),
        value.clone().delete(db).await.map(drop),
    ];
    for refused in refusals {
        assert!(
            matches!(&refused, Err(DbErr::Custom(message)) if message == refusal),
            "{refused:?}"
        );
    }
    customer_lifetime_value::Entity::update(changed.clone())
        .exec(db)
        .await
        .unwrap_err();
    customer_lifetime_value::Entity::insert(changed)
        .exec(db)
        .await
        .unwrap_err();
    customer_lifetime_value::Entity::delete_by_id(customer)
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(read().await, value);
}
