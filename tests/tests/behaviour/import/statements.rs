//! How many statements an import sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::import::shopify::ImportMode;
use tests::{Engine, TestDatabase};

use super::{export, import, money, rows, tally};

/// Counts statements, without BEGIN and COMMIT.
struct Counter(Arc<AtomicU64>);

impl Counter {
    fn on(db: &mut DatabaseConnection) -> Self {
        let count = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&count);
        db.set_metric_callback(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        Self(count)
    }

    fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// `products` products of `variants` variants each.
fn catalogue(products: usize, variants: usize, price: &str) -> String {
    let rows = (0..products).flat_map(|product| {
        (0..variants).map(move |variant| {
            let title = if variant == 0 {
                format!("Product {product}")
            } else {
                String::new()
            };
            format!("p-{product},{title},Size,{variant},P{product}-{variant},{price},")
        })
    });
    let rows: Vec<_> = rows.collect();
    export(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn stock(products: usize, variants: usize, count: u32) -> String {
    let mut text = String::from("Handle,SKU,Location,Available\n");
    for product in 0..products {
        for variant in 0..variants {
            text.push_str(&format!("p-{product},P{product}-{variant},Main,{count}\n"));
        }
    }
    text
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_two_statements_whatever_the_number_of_its_variants(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(1, 300)] variants: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut db = database.session().await;
    let counter = Counter::on(&mut db);
    let looked_up = 2;
    for (price, written) in [("10.00", 2 * 3), ("10.00", 0), ("12.00", 2 * 3)] {
        import(&db, ImportMode::Write, &catalogue(3, variants, price), "").await;
        assert_eq!(counter.take(), looked_up + written, "at {price}");
    }
    import(&db, ImportMode::DryRun, &catalogue(3, variants, "14.00"), "").await;
    assert_eq!(counter.take(), looked_up);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_products_is_looked_up_in_two_statements(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut db = database.session().await;
    let all = catalogue(250, 2, "10.00");
    import(&db, ImportMode::Write, &all, "").await;
    let counter = Counter::on(&mut db);
    let report = import(&db, ImportMode::Write, &all, "").await;
    assert_eq!(
        (report.products.unchanged, counter.take()),
        (250, 2 * 3),
        "three batches of 100, 100 and 50"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_stock_rows_is_looked_up_in_one_statement_and_written_in_three_or_four(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut db = database.session().await;
    let products = catalogue(50, 25, "10.00");
    import(&db, ImportMode::Write, &products, "").await;
    let counter = Counter::on(&mut db);
    import(&db, ImportMode::DryRun, &products, "").await;
    let of_products = counter.take();
    for (count, sent) in [(5, 2 * 5), (5, 2), (6, 2 * 4)] {
        let report = import(&db, ImportMode::DryRun, &products, "").await;
        assert_eq!(report.variants, tally(0, 0, 1250, 0));
        counter.take();
        import(&db, ImportMode::Write, &products, &stock(50, 25, count)).await;
        assert_eq!(counter.take(), of_products + sent, "1 250 rows are two batches");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_one_variant_locks_its_product_and_leaves_it_as_it_was(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let mut db = database.session().await;
    let at = |price: &str| export(&["a,A,Size,S,A-1,10.00,active", &format!("a,,,M,A-2,{price},")]);
    import(&db, ImportMode::Write, &at("20.00"), "").await;
    let (before, ..) = rows(&db).await;
    let counter = Counter::on(&mut db);
    let report = import(&db, ImportMode::Write, &at("21.00"), "").await;
    assert_eq!(counter.take(), 2 + 2);
    assert_eq!(
        (report.products, report.variants),
        (tally(0, 0, 1, 0), tally(0, 1, 1, 0))
    );
    let (after, variants, _) = rows(&db).await;
    assert_eq!((after, variants[1].price), (before, money("21.00")));
}
