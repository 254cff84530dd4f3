//! A deletion and those who want the product's stock at the same moment.

use rstest::rstest;
use sea_orm::EntityTrait;
use service::catalogue::deletion::{self, DeleteProduct, DeletionError};
use service::inventory::{self, AdjustLine, Reserve, StockError, StockLine};
use tests::{Engine, TestDatabase};

use crate::shop::{created, stocked};

/// Either the reservation came first and the deletion is refused, or the deletion did and there is nothing left to reserve.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_promised_a_piece_that_is_being_deleted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (mut refused, mut deleted) = (0, 0);
    for round in 0..24 {
        let variant = stocked(db, &format!("RACE-{round}"), 3).await;
        let found = service::catalogue::get(
            db,
            service::catalogue::ProductKey::Handle(format!("product-of-RACE-{round}")),
        );
        let id = found.await.unwrap().product.id;
        let reserve = {
            let db = db.clone();
            tokio::spawn(async move {
                let lines = vec![StockLine::new(variant, 1)];
                inventory::reserve(&db, Reserve::new(lines)).await
            })
        };
        let delete = {
            let db = db.clone();
            tokio::spawn(async move { deletion::delete(&db, DeleteProduct { id }).await })
        };
        match (reserve.await.unwrap(), delete.await.unwrap()) {
            (Ok(_), Err(DeletionError::Reserved { reservations, .. })) => {
                assert_eq!(reservations[0].quantity, 1);
                refused += 1;
            }
            (Err(StockError::UnknownVariants { variants }), Ok(report)) => {
                assert_eq!(variants, [variant]);
                assert_eq!(report.stock[0].available, 3);
                deleted += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused + deleted, 24);
}

/// Stock that arrives at a new place meanwhile goes with the product, and is in the report, or finds no variant any more.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn stock_that_arrives_meanwhile_is_reported_or_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..24 {
        let product = created(db, &format!("race-{round}"), &[&format!("RACE-{round}")]).await;
        let (id, variant) = (product.product.id, product.variants[0].id);
        let arrive = {
            let db = db.clone();
            let lines = vec![AdjustLine::available(variant, 7).at("new")];
            tokio::spawn(async move { inventory::adjust(&db, inventory::Adjust::new(lines)).await })
        };
        let delete = {
            let db = db.clone();
            tokio::spawn(async move { deletion::delete(&db, DeleteProduct { id }).await })
        };
        let report = delete.await.unwrap().unwrap();
        match arrive.await.unwrap() {
            Ok(_) => assert_eq!(report.stock[0].available, 7),
            Err(StockError::UnknownVariants { variants }) => {
                assert_eq!(variants, [variant]);
                assert_eq!(report.stock, []);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(entity::inventory::Entity::find().all(db).await.unwrap(), []);
}
