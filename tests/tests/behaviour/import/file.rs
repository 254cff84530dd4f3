//! Files that are not what they should be, and the shop's real ones.

use std::ops::ControlFlow;
use std::path::PathBuf;

use rstest::rstest;
use service::import::shopify::{ImportError, ImportMode, ImportProducts, SourceError, import_products};
use tests::{Engine, TestDatabase};

use super::{PRODUCTS, import, rows, tally};

#[rstest]
#[case::nothing("", "the products file is empty")]
#[case::prose("Once upon a time\n", "not a Shopify products export")]
#[case::the_other_export(
    crate::import::INVENTORY,
    "Shopify's inventory export where the products export belongs"
)]
#[case::semicolons("Handle;Title;Variant SKU\n", "separated by semicolons")]
#[case::a_missing_column(
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU\n",
    "lacks the column \"Variant Price\""
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_product_export_is_refused_with_advice(#[case] text: &str, #[case] message: &str) {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let command = ImportProducts {
        export: text.as_bytes(),
        mode: ImportMode::Write,
    };
    let failure = import_products(database.connection(), command, |_| ControlFlow::Continue(()))
        .await
        .unwrap_err();
    assert!(failure.error.to_string().contains(message), "{}", failure.error);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_off_leaves_the_products_before_the_break(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let broken = PRODUCTS.replace("olive-draft,Olive Draft", "olive-draft,\"Olive Draft");
    let command = ImportProducts {
        export: broken.as_bytes(),
        mode: ImportMode::Write,
    };
    let failure = import_products(database.connection(), command, |_| ControlFlow::Continue(()))
        .await
        .unwrap_err();
    assert!(
        matches!(
            failure.error,
            ImportError::Source(SourceError::UnclosedQuote { line: 15 })
        ),
        "{failure:?}"
    );
    assert_eq!(
        failure.so_far.products,
        tally(2, 0, 0, 0),
        "noir-weave may have had more rows"
    );
    let (products, variants, _) = rows(database.connection()).await;
    assert_eq!((products.len(), variants.len()), (2, 3));
}

/// The shop's own exports lie beside the repository, where there are any; the fixtures cover the same cases.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_shops_real_exports_go_in_twice(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/shopify"));
    let Ok(products) = std::fs::read_to_string(directory.join("products_export.csv")) else {
        return;
    };
    let inventory = std::fs::read_to_string(directory.join("inventory_export.csv")).unwrap();
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();

    let first = import(db, ImportMode::Write, &products, &inventory).await;
    assert_eq!(
        (first.products, first.variants),
        (tally(37, 0, 0, 0), tally(206, 0, 0, 15))
    );
    assert_eq!((first.stock, first.not_stocked), (tally(188, 0, 0, 148), 336));
    let of = |code| {
        first
            .refusals
            .iter()
            .filter(|refusal| refusal.reason.code() == code)
            .count()
    };
    assert_eq!(
        (of("sku_of_another_product"), of("missing_sku"), of("unknown_sku")),
        (12, 3, 148)
    );
    let (_, _, stock) = rows(db).await;
    assert!(
        stock.iter().all(|row| row.quantity_available > 0),
        "the export counts no zero"
    );

    let second = import(db, ImportMode::Write, &products, &inventory).await;
    assert_eq!(
        (second.products, second.variants),
        (tally(0, 0, 37, 0), tally(0, 0, 206, 15))
    );
    assert_eq!((second.stock, second.not_stocked), (tally(0, 0, 188, 148), 336));
    let lines = |refusals: &[_]| super::refused(refusals);
    assert_eq!(lines(&second.refusals), lines(&first.refusals));
}
