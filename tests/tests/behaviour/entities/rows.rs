//! Rows go through the database and through serde unchanged.

use entity::{StringList, product_metrics, products};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use tests::{Engine, TestDatabase, rows};

fn product(handle: &str) -> products::ActiveModel {
    products::ActiveModel {
        handle: Set(handle.to_owned()),
        title: Set("Dawn over the bay".to_owned()),
        base_price: Set(Decimal::new(12_950, 2)),
        ..Default::default()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_strings_comes_back_as_it_went(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let untagged = product("untagged").insert(db).await.unwrap();
    assert_eq!(untagged.tags, StringList::default());

    let tags: StringList = ["sea", "it's \"blue\"", "söndag", ""].into_iter().collect();
    let mut tagged = product("tagged");
    tagged.tags = Set(tags.clone());
    let id = tagged.insert(db).await.unwrap().id;
    let found = products::Entity::find_by_id(id).one(db).await.unwrap().unwrap();
    assert_eq!(found.tags, tags);
    assert_eq!(found.tags.len(), 4);

    let mut emptied = found.into_active_model();
    emptied.tags = Set(Vec::new().into());
    assert_eq!(emptied.update(db).await.unwrap().tags, StringList::default());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_model_survives_serde(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut made = product("prints");
    made.tags = Set(["new"].into_iter().collect());
    made.cost = Set(Some(Decimal::new(995, 2)));
    let model = made.insert(db).await.unwrap();

    let value = serde_json::to_value(&model).unwrap();

    assert_eq!(value["id"], model.id.to_string());
    assert_eq!(value["status"], "active");
    assert_eq!(value["tags"], json!(["new"]));
    assert_eq!(value["description"], json!(null));
    assert_eq!(serde_json::from_value::<products::Model>(value).unwrap(), model);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn amounts_and_dates_are_exact(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = rows::insert(db, "products", []).await.id();
    let metrics = product_metrics::ActiveModel {
        product_id: Set(product.into()),
        period_start: Set("2026-02-01".parse().unwrap()),
        period_end: Set("2026-02-28".parse().unwrap()),
        revenue: Set("9999999999.99".parse().unwrap()),
        conversion_rate: Set(Some("0.0731".parse().unwrap())),
        ..Default::default()
    };
    let inserted = metrics.insert(db).await.unwrap();
    let found = product_metrics::Entity::find_by_id(inserted.id)
        .one(db)
        .await
        .unwrap();
    let found = found.unwrap();
    assert_eq!(found.revenue.to_string(), "9999999999.99");
    assert_eq!(found.conversion_rate, Some(Decimal::new(731, 4)));
    assert_eq!(found.period_end.to_string(), "2026-02-28");
    assert_eq!(found, inserted);
}

macro_rules! read_all {
    ($($module:ident)*) => {
        async fn read_every_table(db: &sea_orm::DatabaseConnection) -> Vec<(&'static str, usize)> {
            vec![$((stringify!($module), entity::$module::Entity::find().all(db).await.unwrap().len())),*]
        }
    };
}

entity::for_each_table!(read_all);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_every_table_reads_as_its_model(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for table in rows::tables() {
        rows::insert(db, table, []).await;
    }
    let read = read_every_table(db).await;
    assert_eq!(read.len(), 29);
    for (table, rows) in read {
        assert!(rows > 0, "{table}");
    }
}
