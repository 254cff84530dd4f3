//! A product's periods do not overlap, and their figures add up.

use chrono::NaiveDate;
use entity::{ProductId, product_metrics};
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use service::catalogue::{
    self, ListMetrics, ProductFigures, RecordMetrics, RecordMetricsError, RecordedPeriod, SummarizeMetrics,
    SummarizeMetricsError,
};
use service::page::Direction;
use service::{DatabaseError, PageRequest, transaction};
use tests::{Engine, TestDatabase};

use crate::race;
use crate::shop::{amount, counting, created};

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

fn period((start, end): (u32, u32), products: &[ProductId], n: i32) -> RecordMetrics {
    let figures = |product: &ProductId| ProductFigures {
        product: *product,
        views: 100 * n,
        add_to_carts: 10 * n,
        purchases: n,
        revenue: amount("0.10") * rust_decimal::Decimal::from(n),
    };
    RecordMetrics {
        period_start: day(start),
        period_end: day(end),
        products: products.iter().map(figures).collect(),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_period_that_shares_days_with_another_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &[]).await.product.id;
    let blanc = created(db, "blanc", &[]).await.product.id;
    let record =
        async |days, products: &[ProductId]| catalogue::record_metrics(db, period(days, products, 1)).await;
    record((8, 14), &[noir]).await.unwrap();
    record((15, 15), &[noir]).await.unwrap();
    let week = RecordedPeriod {
        product: noir,
        period_start: day(8),
        period_end: day(14),
    };
    let single = RecordedPeriod {
        product: noir,
        period_start: day(15),
        period_end: day(15),
    };
    for (days, expected) in [
        ((1, 8), vec![week]),
        ((14, 14), vec![week]),
        ((9, 10), vec![week]),
        ((8, 13), vec![week]),
        ((1, 31), vec![week, single]),
        ((15, 16), vec![single]),
    ] {
        let error = record(days, &[blanc, noir]).await.unwrap_err();
        let RecordMetricsError::Overlapping { periods } = error else {
            panic!("{error:?}")
        };
        assert_eq!(periods, expected, "{days:?}");
    }
    assert_eq!(
        product_metrics::Entity::find().count(db).await.unwrap(),
        2,
        "all or nothing"
    );
    for days in [(8, 14), (1, 7), (16, 31)] {
        record(days, &[noir]).await.unwrap();
    }
    record((1, 31), &[blanc]).await.unwrap();

    let together = transaction::begin(db).await.unwrap();
    let command = period((1, 2), &[noir], 1);
    catalogue::record_metrics(&together, command).await.unwrap_err();
    catalogue::record_metrics(&together, period((1, 7), &[noir], 9))
        .await
        .unwrap();
    together.rollback().await.unwrap();
    let rows = product_metrics::Entity::find().all(db).await.unwrap();
    assert!(rows.len() == 5 && rows.iter().all(|row| row.purchases == 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_the_rule_itself(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &[]).await.product.id;
    for days in [(1, 7), (8, 14)] {
        catalogue::record_metrics(db, period(days, &[noir], 1))
            .await
            .unwrap();
    }
    for statement in [
        "UPDATE product_metrics SET period_end = '2026-03-08' WHERE period_start = '2026-03-01'",
        "UPDATE product_metrics SET period_start = '2026-03-07' WHERE period_start = '2026-03-08'",
    ] {
        let error = db.execute_unprepared(statement).await.unwrap_err();
        let DatabaseError::InvalidValue { constraint } = DatabaseError::from(error) else {
            panic!()
        };
        assert_eq!(constraint, "chk_product_metrics_no_overlap");
    }
    let fine = "UPDATE product_metrics SET period_end = '2026-03-20' WHERE period_start = '2026-03-08'";
    db.execute_unprepared(fine).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_overlapping_periods_that_are_recorded_at_once_one_is_kept(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut products = Vec::new();
    for handle in ["a", "b", "c"] {
        products.push(created(db, handle, &[]).await.product.id);
    }
    // On PostgreSQL the foreign key waits for it, with the new rows written and not yet compared with one another.
    let gate = match engine {
        Engine::Postgres => "SELECT 1 FROM products FOR UPDATE",
        Engine::Sqlite => "UPDATE products SET title = title",
    };
    let outcomes = race::behind(db, gate, 8, |n| {
        let db = db.clone();
        let mut products = products.clone();
        products.rotate_left(n % 3);
        let days = (1 + n as u32, 20 + n as u32 % 2);
        async move { catalogue::record_metrics(&db, period(days, &products, 1)).await }
    })
    .await;
    let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(kept, 1, "{outcomes:?}");
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert!(matches!(outcome, Err(RecordMetricsError::Overlapping { periods }) if periods.len() == 3));
    }
    assert_eq!(product_metrics::Entity::find().count(db).await.unwrap(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn periods_are_listed_and_added_up(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let noir = created(&db, "noir", &[]).await.product.id;
    let blanc = created(&db, "blanc", &[]).await.product.id;
    for (days, n) in [((1, 7), 1), ((8, 14), 2), ((15, 21), 3)] {
        catalogue::record_metrics(&db, period(days, &[noir], n))
            .await
            .unwrap();
    }
    statements.sent();
    let query = ListMetrics {
        direction: Direction::Descending,
        page: PageRequest {
            after: None,
            limit: 2,
        },
        ..ListMetrics::new(noir)
    };
    let page = catalogue::list_metrics(&db, query).await.unwrap();
    assert_eq!(statements.sent(), 1, "list_metrics");
    let starts: Vec<_> = page.items.iter().map(|row| row.period_start).collect();
    assert_eq!((starts, page.next), (vec![day(15), day(8)], Some(day(8))));
    let within = ListMetrics {
        from: Some(day(2)),
        until: Some(day(8)),
        ..ListMetrics::new(noir)
    };
    assert_eq!(catalogue::list_metrics(&db, within).await.unwrap().items.len(), 1);

    let range = |from, until| SummarizeMetrics {
        products: vec![blanc, noir],
        from: day(from),
        until: day(until),
    };
    statements.sent();
    let summaries = catalogue::summarize_metrics(&db, range(1, 20)).await.unwrap();
    assert_eq!(statements.sent(), 1, "summarize_metrics");
    let [summary] = summaries.as_slice() else {
        panic!("{summaries:?}")
    };
    assert_eq!((summary.product, summary.periods), (noir, 2));
    assert_eq!((summary.period_start, summary.period_end), (day(1), day(14)));
    assert_eq!(
        (summary.views, summary.add_to_carts, summary.purchases),
        (300, 30, 3)
    );
    assert_eq!(summary.revenue, amount("0.3"));
    assert_eq!(summary.conversion_rate, Some(amount("0.01")));
    assert_eq!(summary.average_order_value, Some(amount("0.1")));
    assert_eq!(catalogue::summarize_metrics(&db, range(2, 13)).await.unwrap(), []);
    let error = catalogue::summarize_metrics(&db, range(2, 1)).await.unwrap_err();
    assert!(matches!(error, SummarizeMetricsError::Invalid(_)));
}
