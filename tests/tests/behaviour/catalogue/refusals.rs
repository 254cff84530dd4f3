//! What the catalogue refuses, the same on both engines.

use entity::{ProductId, ProductVariantId};
use rstest::rstest;
use sea_orm::EntityTrait;
use service::catalogue::{
    self, CreateError, CreateProduct, GetError, NewVariant, ProductKey, Taken, UniqueField, UpdateError,
    UpdateProduct, UpdateVariant,
};
use service::input::{Problem, Rule};
use service::{Class, Classified};
use tests::{Engine, TestDatabase};

use crate::shop::{amount, created, product};

fn problem(field: &str, rule: Rule) -> Problem {
    Problem {
        field: field.into(),
        rule,
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn values_of_other_products_are_all_listed_and_nothing_is_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR-1", "NOIR-2"]).await.product.id;
    let blanc = created(db, "blanc", &["BLANC"]).await.product.id;
    let error = catalogue::create(db, product("noir", &["NEW", "BLANC", "NOIR-2"]))
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    let CreateError::Taken { taken } = error else {
        panic!("{error:?}")
    };
    let owned = |field, value: &str, owner| Taken {
        field,
        value: value.into(),
        owner,
    };
    assert_eq!(
        taken,
        [
            owned(UniqueField::Handle, "noir", noir),
            owned(UniqueField::Sku, "BLANC", blanc),
            owned(UniqueField::Sku, "NOIR-2", noir)
        ]
    );
    assert_eq!(entity::products::Entity::find().all(db).await.unwrap().len(), 2);
    assert_eq!(
        entity::product_variants::Entity::find()
            .all(db)
            .await
            .unwrap()
            .len(),
        3
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn input_is_refused_before_the_database_sees_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = CreateProduct {
        collection: Some("c".repeat(256)),
        tags: vec![" ".into()],
        cost: Some(amount("-1")),
        variants: vec![
            NewVariant::new("SKU", amount("1.005")),
            NewVariant {
                size: Some("x\0y".into()),
                ..NewVariant::new("SKU", amount("100000000"))
            },
        ],
        ..CreateProduct::new("", "t".repeat(501), amount("1"))
    };
    let Err(CreateError::Invalid(input)) = catalogue::create(db, command).await else {
        panic!()
    };
    assert_eq!(
        input.problems,
        [
            problem("handle", Rule::Blank),
            problem(
                "title",
                Rule::TooLong {
                    max: 500,
                    actual: 501
                }
            ),
            problem(
                "collection",
                Rule::TooLong {
                    max: 255,
                    actual: 256
                }
            ),
            problem("tags[0]", Rule::Blank),
            problem("cost", Rule::Negative),
            problem("variants[0].price", Rule::TooManyDecimals { scale: 2 }),
            problem("variants[1].size", Rule::Nul),
            problem(
                "variants[1].price",
                Rule::TooLarge {
                    max: amount("99999999.99")
                }
            ),
            problem("variants[1].sku", Rule::Repeated),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_refused_for_what_others_have_and_keeps_its_own(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR-1", "NOIR-2"]).await;
    let blanc = created(db, "blanc", &["BLANC"]).await;
    let command = |handle: &str, sku: &str| UpdateProduct {
        handle: Some(handle.into()),
        variants: vec![UpdateVariant {
            sku: Some(sku.into()),
            ..UpdateVariant::new(noir.variants[0].id)
        }],
        ..UpdateProduct::new(noir.product.id)
    };
    let error = catalogue::update(db, command("blanc", "BLANC"))
        .await
        .unwrap_err();
    let UpdateError::Taken { taken } = error else {
        panic!("{error:?}")
    };
    let fields: Vec<_> = taken.iter().map(|t| (t.field, t.owner)).collect();
    let owner = blanc.product.id;
    // The handle is written first, and what its index refuses is looked up with all other claims.
    assert_eq!(fields, [(UniqueField::Handle, owner), (UniqueField::Sku, owner)]);
    let error = catalogue::update(db, command("noir", "NOIR-2"))
        .await
        .unwrap_err();
    let UpdateError::Taken { taken } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (taken[0].value.as_str(), taken[0].owner),
        ("NOIR-2", noir.product.id)
    );
    catalogue::update(db, command("noir", "NOIR-1")).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_not_found(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR"]).await.product.id;
    let foreign = created(db, "blanc", &["BLANC"]).await.variants[0].id;
    let id = ProductId::new();
    for key in [
        ProductKey::Id(id),
        ProductKey::Handle("grey".into()),
        ProductKey::Sku("GREY".into()),
        ProductKey::Sku("GR\0EY".into()),
    ] {
        let error = catalogue::get(db, key.clone()).await.unwrap_err();
        assert!(
            matches!(&error, GetError::NotFound { key: asked } if *asked == key),
            "{error:?}"
        );
    }
    let error = catalogue::update(db, UpdateProduct::new(id)).await.unwrap_err();
    assert!(
        matches!(error, UpdateError::NotFound { id: asked } if asked == id),
        "{error:?}"
    );
    let absent = ProductVariantId::new();
    let command = UpdateProduct {
        title: Some("new".into()),
        variants: vec![UpdateVariant::new(absent), UpdateVariant::new(foreign)],
        ..UpdateProduct::new(noir)
    };
    let error = catalogue::update(db, command).await.unwrap_err();
    let UpdateError::UnknownVariants { variants } = error else {
        panic!("{error:?}")
    };
    assert_eq!(variants, [absent, foreign]);
    assert_eq!(
        catalogue::get(db, noir).await.unwrap().product.title,
        "NOIR",
        "rolled back"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_create_the_same_product_one_does(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let racers: Vec<_> = (0..24)
        .map(|_| {
            let db = database.connection().clone();
            tokio::spawn(async move { catalogue::create(&db, product("noir", &["NOIR"])).await })
        })
        .collect();
    let mut created = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(_) => created += 1,
            Err(CreateError::Taken { taken }) => assert_eq!(taken.len(), 2),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(created, 1);
}
