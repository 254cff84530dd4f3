//! The data layer on async-std, for backends that still run on it.
//!
//! `cargo test -p tests --no-default-features --features runtime-async-std --test async_std` builds it without tokio.

use std::ops::ControlFlow;

use entity::{ProductVariantId, product_variants, products};
use migration::{Migrator, Runner};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait, ModelTrait};
use sea_orm_migration::MigratorTrait;
use service::catalogue::deletion::{self, DeleteProduct, DeletionError};
use service::catalogue::{self, CreateError, CreateProduct, CreatedProduct, NewVariant};
use service::import::shopify::{ImportMode, ImportProducts, import_products};
use service::inventory::{self, Adjust, AdjustLine, Release, Reserve, StockError, StockLine};
use tests::{Engine, TestDatabase};

#[rstest]
#[async_std::test]
async fn migrations_go_up_and_down_and_up(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    // By URL the migrator makes its own connections, and its timers and locks must do without tokio.
    let url = database.url().parse().unwrap();
    let all = Migrator::migrations().len();
    assert_eq!(migration::up(&url, None).await.unwrap().applied.len(), all);
    assert_eq!(Runner::new().reset(&url).await.unwrap().reverted.len(), all);
    assert_eq!(
        migration::up_on(database.connection(), None)
            .await
            .unwrap()
            .applied
            .len(),
        all
    );
    assert_eq!(Runner::new().fresh(&url).await.unwrap().applied.len(), all);
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
async fn a_product_is_created_read_and_deleted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = service::connect(database.url(), &service::connect::Settings::default())
        .await
        .unwrap();
    let created = create_noir(&db).await.unwrap();

    let found = products::Entity::find_by_id(created.product.id)
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    let variants = found
        .find_related(product_variants::Entity)
        .all(&db)
        .await
        .unwrap();
    assert_eq!(variants, created.variants);

    deletion::delete(&db, DeleteProduct { id: found.id })
        .await
        .unwrap();
    let left = product_variants::Entity::find().all(&db).await.unwrap();
    assert_eq!(left, [], "the variants go with their product");
}

#[rstest]
#[async_std::test]
async fn of_64_reservations_of_the_last_unit_one_wins(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let created = create_noir(db).await.unwrap();
    let variant: ProductVariantId = created.variants[0].id;
    inventory::adjust(db, Adjust::new(vec![AdjustLine::available(variant, 1)]))
        .await
        .unwrap();

    let buyers: Vec<_> = (0..64)
        .map(|_| {
            let db = db.clone();
            async_std::task::spawn(async move {
                inventory::reserve(&db, Reserve::new(vec![StockLine::new(variant, 1)])).await
            })
        })
        .collect();
    let mut winners = 0;
    for buyer in buyers {
        match buyer.await {
            Ok(_) => winners += 1,
            Err(StockError::Short { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(winners, 1);

    let id = created.product.id;
    let refused = deletion::delete(db, DeleteProduct { id }).await;
    assert!(
        matches!(refused, Err(DeletionError::Reserved { .. })),
        "{refused:?}"
    );
    inventory::release(db, Release::new(vec![StockLine::new(variant, 1)]))
        .await
        .unwrap();
    deletion::delete(db, DeleteProduct { id }).await.unwrap();
}

#[rstest]
#[async_std::test]
async fn a_shopify_export_is_imported(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let export = include_bytes!("../fixtures/shopify/products.csv").as_slice();
    let command = ImportProducts {
        export,
        mode: ImportMode::Write,
    };
    let imported = import_products(database.connection(), command, |_| ControlFlow::Continue(())).await;
    let report = imported.unwrap().report;
    assert_eq!((report.products.created, report.variants.created), (5, 6));
}

async fn create_noir(db: &DatabaseConnection) -> Result<CreatedProduct, CreateError> {
    let noir = CreateProduct {
        variants: vec![
            NewVariant::new("NOIR-24X36", 109.into()),
            NewVariant::new("NOIR-36X48", 169.into()),
        ],
        ..CreateProduct::new("noir", "Noir", 109.into())
    };
    catalogue::create(db, noir).await
}
