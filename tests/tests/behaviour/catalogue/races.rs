//! Many connections, one product.

use std::time::Duration;

use entity::ProductStatus;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::catalogue::{self, ArchiveProduct, CreateError, UpdateProduct, UpdateVariant};
use service::transaction;
use tests::{Engine, TestDatabase};

use crate::shop::{amount, created, product};

/// A transaction that holds every product and variant until it is committed.
async fn gate(db: &DatabaseConnection) -> impl Future<Output = ()> {
    let gate = transaction::begin(db).await.unwrap();
    for statement in [
        "UPDATE products SET handle = handle",
        "UPDATE product_variants SET sku = sku",
    ] {
        gate.execute_unprepared(statement).await.unwrap();
    }
    async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        gate.commit().await.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn changes_to_different_columns_do_not_undo_each_other(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = created(db, "noir", &["NOIR"]).await;
    let (id, variant) = (product.product.id, product.variants[0].id);
    let change = |change: UpdateVariant| {
        let db = db.clone();
        let command = UpdateProduct {
            variants: vec![change],
            ..UpdateProduct::new(id)
        };
        tokio::spawn(async move { catalogue::update(&db, command).await })
    };
    let open = gate(db).await;
    let racers = [
        change(UpdateVariant {
            price: Some(amount("1.23")),
            ..UpdateVariant::new(variant)
        }),
        change(UpdateVariant {
            size: Some(Some("24x36".into())),
            ..UpdateVariant::new(variant)
        }),
        change(UpdateVariant {
            is_available: Some(false),
            ..UpdateVariant::new(variant)
        }),
    ];
    open.await;
    for racer in racers {
        racer.await.unwrap().unwrap();
    }
    let after = catalogue::get(db, id).await.unwrap().variants.remove(0).variant;
    assert_eq!(
        (after.price, after.size.as_deref(), after.is_available),
        (amount("1.23"), Some("24x36"), false)
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_archive_a_product_one_finds_it_active(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = created(db, "noir", &[]).await.product.id;
    let open = gate(db).await;
    let racers: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { catalogue::archive(&db, ArchiveProduct { id }).await })
        })
        .collect();
    open.await;
    let mut found_active = 0;
    for racer in racers {
        let archived = racer.await.unwrap().unwrap();
        found_active += usize::from(archived.was == ProductStatus::Active);
    }
    assert_eq!(found_active, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_new_products_with_the_same_skus_in_opposite_order_one_is_told_whose_they_are(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    if engine == Engine::Postgres {
        let dwell = "
            CREATE FUNCTION dwell() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$;
            CREATE TRIGGER dwell BEFORE INSERT ON product_variants FOR EACH ROW EXECUTE FUNCTION dwell();";
        db.execute_unprepared(dwell).await.unwrap();
    }
    let racers = [("noir", ["A", "B"]), ("blanc", ["B", "A"])].map(|(handle, skus)| {
        let db = db.clone();
        tokio::spawn(async move { catalogue::create(&db, product(handle, &skus)).await })
    });
    let (mut created, mut refused) = (0, 0);
    for racer in racers {
        match racer.await.unwrap() {
            Ok(_) => created += 1,
            Err(CreateError::Taken { taken }) if taken.len() == 2 => refused += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((created, refused), (1, 1));
}
