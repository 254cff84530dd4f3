//! What products did in a period is recorded once, however often it is sent.

use chrono::NaiveDate;
use entity::ProductId;
use rstest::rstest;
use sea_orm::EntityTrait;
use service::catalogue::{self, ProductFigures, RecordMetrics, RecordMetricsError};
use service::input::Rule;
use tests::{Engine, TestDatabase};

use crate::shop::{amount, counting, created};

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

fn figures(product: ProductId, views: i32, purchases: i32, revenue: &str) -> ProductFigures {
    ProductFigures {
        product,
        views,
        add_to_carts: purchases,
        purchases,
        revenue: amount(revenue),
    }
}

fn march(products: Vec<ProductFigures>) -> RecordMetrics {
    RecordMetrics {
        period_start: day(1),
        period_end: day(31),
        products,
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_period_recorded_again_is_replaced(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let noir = created(&db, "noir", &[]).await.product.id;
    let blanc = created(&db, "blanc", &[]).await.product.id;
    statements.sent();
    let first = march(vec![
        figures(blanc, 0, 0, "0"),
        figures(noir, 300, 7, "1234567890.12"),
    ]);
    let recorded = catalogue::record_metrics(&db, first.clone()).await;
    let Err(RecordMetricsError::Invalid(input)) = recorded else {
        panic!("{recorded:?}")
    };
    assert!(
        matches!(input.problems[0].rule, Rule::TooLarge { .. }),
        "an average that its column cannot hold"
    );

    let first = march(vec![figures(blanc, 0, 0, "0"), figures(noir, 300, 7, "700.05")]);
    let recorded = catalogue::record_metrics(&db, first).await.unwrap();
    assert_eq!(statements.sent(), 1);
    let [noir_row, blanc_row] = recorded.rows.as_slice() else {
        panic!("{recorded:?}")
    };
    assert_eq!((noir_row.product_id, noir_row.revenue), (noir, amount("700.05")));
    assert_eq!(noir_row.conversion_rate, Some(amount("0.0233")));
    assert_eq!(noir_row.average_order_value, Some(amount("100.01")));
    assert_eq!(
        (blanc_row.conversion_rate, blanc_row.average_order_value),
        (None, None)
    );

    let again = catalogue::record_metrics(&db, march(vec![figures(noir, 400, 2, "10")]))
        .await
        .unwrap();
    assert_eq!(again.rows[0].id, noir_row.id, "the same row");
    assert_eq!(
        (again.rows[0].views, again.rows[0].conversion_rate),
        (400, Some(amount("0.005")))
    );
    let stored = entity::product_metrics::Entity::find_by_id(noir_row.id)
        .one(&db)
        .await
        .unwrap();
    assert_eq!(stored.as_ref(), Some(&again.rows[0]));
    assert_eq!(
        entity::product_metrics::Entity::find()
            .all(&db)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn products_that_do_not_exist_are_named(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &[]).await.product.id;
    let absent = ProductId::new();
    let command = march(vec![figures(noir, 1, 1, "1"), figures(absent, 1, 1, "1")]);
    let error = catalogue::record_metrics(db, command).await.unwrap_err();
    let RecordMetricsError::UnknownProducts { products } = error else {
        panic!("{error:?}")
    };
    assert_eq!(products, [absent]);
    assert_eq!(entity::product_metrics::Entity::find().all(db).await.unwrap(), []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn impossible_figures_are_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &[]).await.product.id;
    let command = RecordMetrics {
        period_start: day(2),
        period_end: day(1),
        products: vec![figures(noir, -1, 0, "0.001"), figures(noir, 0, 0, "0")],
    };
    let Err(RecordMetricsError::Invalid(input)) = catalogue::record_metrics(db, command).await else {
        panic!()
    };
    let rules: Vec<_> = input.problems.into_iter().map(|problem| problem.rule).collect();
    let expected = [
        Rule::EndsBeforeStart,
        Rule::Negative,
        Rule::TooManyDecimals { scale: 2 },
        Rule::Repeated,
    ];
    assert_eq!(rules, expected);
    assert_eq!(
        catalogue::record_metrics(db, march(vec![])).await.unwrap().rows,
        []
    );
}
