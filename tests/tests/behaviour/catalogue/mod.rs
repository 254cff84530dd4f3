//! Products are created, changed, read, listed, measured and archived.

mod list;
mod metric_periods;
mod metrics;
mod plans;
mod races;
mod refusals;

use entity::ProductStatus;
use rstest::rstest;
use sea_orm::EntityTrait;
use service::catalogue::{
    self, ArchiveError, ArchiveProduct, CreateProduct, NewVariant, ProductKey, UpdateProduct, UpdateVariant,
};
use service::inventory::AdjustLine;
use service::transaction;
use tests::{Engine, TestDatabase};

use crate::shop::{amount, counting, created, product, stock};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_created_with_its_variants_in_one_call(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = CreateProduct {
        shopify_id: Some("gid://shopify/Product/1".into()),
        description: Some("<p>Größe: 24 × 36″</p>".into()),
        collection: Some("Abstract".into()),
        category: Some("Prints".into()),
        tags: vec!["noir".into(), "two words, a comma".into()],
        cost: Some(amount("12.30")),
        status: ProductStatus::Inactive,
        variants: vec![
            NewVariant {
                is_available: false,
                ..NewVariant::new("NOIR-2", amount("119.95"))
            },
            NewVariant {
                size: Some("24x36".into()),
                frame_type: Some("Canvas Roll".into()),
                shopify_variant_id: Some("11".into()),
                ..NewVariant::new("NOIR-1", amount("0.1"))
            },
        ],
        ..CreateProduct::new("noir", "Noir", amount("99999999.99"))
    };
    let created = catalogue::create(db, command.clone()).await.unwrap();
    let product = &created.product;
    assert_eq!(
        (product.handle.as_str(), product.title.as_str()),
        ("noir", "Noir")
    );
    assert_eq!(*product.tags, command.tags);
    assert_eq!(
        (product.base_price, product.cost),
        (amount("99999999.99"), Some(amount("12.30")))
    );
    assert_eq!(
        (&product.description, product.status),
        (&command.description, ProductStatus::Inactive)
    );
    let variants: Vec<_> = created
        .variants
        .iter()
        .map(|v| (v.sku.as_str(), v.price, v.is_available))
        .collect();
    assert_eq!(
        variants,
        [
            ("NOIR-1", amount("0.10"), true),
            ("NOIR-2", amount("119.95"), false)
        ]
    );
    assert_eq!(created.variants[0].frame_type.as_deref(), Some("Canvas Roll"));

    let read = catalogue::get(db, product.id).await.unwrap();
    assert_eq!(read.product, created.product);
    let variants: Vec<_> = read.variants.into_iter().map(|v| v.variant).collect();
    assert_eq!(variants, created.variants);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_read_with_its_stock_in_three_statements(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    created(&db, "other", &["OTHER"]).await;
    let product = created(&db, "noir", &["NOIR-1", "NOIR-2"]).await;
    let [first, second] = [0, 1].map(|n| product.variants[n].id);
    let lines = vec![
        AdjustLine::available(first, 3).at("shop"),
        AdjustLine::available(first, 4).at("attic"),
        AdjustLine::incoming(second, 9),
    ];
    stock(&db, lines).await;
    for key in [
        ProductKey::Id(product.product.id),
        ProductKey::Handle("noir".into()),
        ProductKey::Sku("NOIR-2".into()),
    ] {
        statements.sent();
        let read = catalogue::get(&db, key).await.unwrap();
        assert_eq!(statements.sent(), 3);
        assert_eq!(read.product.id, product.product.id);
        let available: Vec<_> = read
            .variants
            .iter()
            .map(|v| (v.variant.sku.as_str(), v.available()))
            .collect();
        assert_eq!(available, [("NOIR-1", 7), ("NOIR-2", 0)]);
        let places: Vec<_> = read.variants[0]
            .stock
            .iter()
            .map(|row| row.location.as_str())
            .collect();
        assert_eq!(places, ["attic", "shop"]);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_changes_what_it_names_and_nothing_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let mut command = product("noir", &["NOIR-1", "NOIR-2", "NOIR-3"]);
    command.collection = Some("Abstract".into());
    command.variants[1].size = Some("24x36".into());
    let before = catalogue::create(&db, command).await.unwrap();
    statements.sent();
    let changed = UpdateProduct {
        title: Some("Noir, again".into()),
        collection: Some(None),
        tags: Some(vec!["new".into()]),
        variants: vec![
            UpdateVariant {
                price: Some(amount("1.25")),
                size: Some(None),
                ..UpdateVariant::new(before.variants[1].id)
            },
            UpdateVariant {
                sku: Some("NOIR-0".into()),
                is_available: Some(false),
                ..UpdateVariant::new(before.variants[2].id)
            },
        ],
        add_variants: vec![NewVariant::new("NOIR-4", amount("5"))],
        ..UpdateProduct::new(before.product.id)
    };
    let after = catalogue::update(&db, changed).await.unwrap();
    assert_eq!(statements.sent(), 7);
    assert_eq!(
        (after.product.title.as_str(), &after.product.collection),
        ("Noir, again", &None)
    );
    assert_eq!((*after.product.tags).as_slice(), ["new"]);
    assert_eq!(after.product.base_price, before.product.base_price);
    assert!(after.product.updated_at > before.product.updated_at);
    let skus: Vec<_> = after.variants.iter().map(|v| v.sku.as_str()).collect();
    assert_eq!(skus, ["NOIR-0", "NOIR-1", "NOIR-2", "NOIR-4"]);
    assert_eq!(
        after.variants[1], before.variants[0],
        "untouched, updated_at included"
    );
    assert_eq!(
        (after.variants[2].price, &after.variants[2].size),
        (amount("1.25"), &None)
    );
    assert!(!after.variants[0].is_available);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_names_nothing_writes_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = created(db, "noir", &["NOIR"]).await;
    let after = catalogue::update(db, UpdateProduct::new(before.product.id))
        .await
        .unwrap();
    assert_eq!((after.product, after.variants), (before.product, before.variants));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn archiving_keeps_everything_and_says_what_was(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = created(db, "noir", &["NOIR"]).await;
    let command = ArchiveProduct {
        id: before.product.id,
    };
    let archived = catalogue::archive(db, command).await.unwrap();
    assert_eq!(
        (archived.was, archived.product.status),
        (ProductStatus::Active, ProductStatus::Archived)
    );
    assert!(archived.product.updated_at > before.product.updated_at);
    let again = catalogue::archive(db, command).await.unwrap();
    assert_eq!(
        (again.was, &again.product),
        (ProductStatus::Archived, &archived.product)
    );
    assert_eq!(
        catalogue::get(db, before.product.id)
            .await
            .unwrap()
            .variants
            .len(),
        1
    );

    let absent = ArchiveProduct {
        id: entity::ProductId::new(),
    };
    let error = catalogue::archive(db, absent).await.unwrap_err();
    assert!(
        matches!(error, ArchiveError::NotFound { id } if id == absent.id),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn several_operations_share_a_callers_transaction_and_its_fate(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    created(db, "noir", &["NOIR"]).await;
    let own = transaction::begin(db).await.unwrap();
    catalogue::create(&own, product("blanc", &["BLANC"]))
        .await
        .unwrap();
    catalogue::create(&own, product("rouge", &["ROUGE", "NOIR"]))
        .await
        .unwrap_err();
    catalogue::create(&own, product("vert", &["VERT"])).await.unwrap();
    assert_eq!(
        entity::products::Entity::find().all(&own).await.unwrap().len(),
        3,
        "rouge left nothing"
    );
    own.rollback().await.unwrap();
    assert_eq!(entity::products::Entity::find().all(db).await.unwrap().len(), 1);
    assert_eq!(
        entity::product_variants::Entity::find()
            .all(db)
            .await
            .unwrap()
            .len(),
        1
    );
}
