//! The data layer on async-std, for backends that still run on it.
//!
//! `cargo test -p tests --no-default-features --features runtime-async-std --test async_std` builds it without tokio.

use entity::{ProductStatus, product_variants, products};
use migration::Migrator;
use rstest::rstest;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, ModelTrait, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};

#[rstest]
#[async_std::test]
async fn migrations_go_up_and_down_and_up(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    Migrator::up(database.connection(), None).await.unwrap();
    Migrator::down(database.connection(), None).await.unwrap();
    Migrator::up(database.connection(), None).await.unwrap();
    assert_eq!(
        Migrator::get_pending_migrations(database.connection())
            .await
            .unwrap()
            .len(),
        0
    );
}

#[rstest]
#[async_std::test]
async fn rows_are_written_read_and_deleted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let transaction = database.connection().begin().await.unwrap();
    let product = products::ActiveModel {
        handle: Set("red-hills".to_owned()),
        title: Set("Red Hills".to_owned()),
        base_price: Set(100.into()),
        ..Default::default()
    };
    let product = product.insert(&transaction).await.unwrap();
    let variant = product_variants::ActiveModel {
        product_id: Set(product.id),
        sku: Set("RED-24X36".to_owned()),
        price: Set(120.into()),
        ..Default::default()
    };
    let variant = variant.insert(&transaction).await.unwrap();
    transaction.commit().await.unwrap();

    let found = products::Entity::find_by_id(product.id)
        .one(database.connection())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.status, ProductStatus::Active);
    let variants = found
        .find_related(product_variants::Entity)
        .all(database.connection())
        .await
        .unwrap();
    assert_eq!(variants, [variant]);

    found.delete(database.connection()).await.unwrap();
    let left = product_variants::Entity::find()
        .all(database.connection())
        .await
        .unwrap();
    assert_eq!(left, [], "the variants go with their product");
}

#[rstest]
#[async_std::test]
async fn many_tasks_share_one_pool(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let connection = database.connection();
    let writers = (0..64).map(|_| {
        let connection = connection.clone();
        async_std::task::spawn(async move { tests::rows::insert(&connection, "customers", []).await.id() })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await;
    }
    let customers = entity::customers::Entity::find().all(connection).await.unwrap();
    assert_eq!(customers.len(), 64);
}
