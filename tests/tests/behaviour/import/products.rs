//! What a product export becomes.

use entity::ProductStatus;
use rstest::rstest;
use service::import::shopify::{ExportKind, ImportMode, NumberProblem, RefusalReason};
use tests::{Engine, TestDatabase};

use super::{INVENTORY, PRODUCTS, export, import, money, refused, rows, tally};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_export_becomes_products_with_their_variants(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    import(database.connection(), ImportMode::Write, PRODUCTS, "").await;
    let (products, variants, _) = rows(database.connection()).await;

    let handles: Vec<_> = products.iter().map(|product| product.handle.as_str()).collect();
    assert_eq!(
        handles,
        [
            "amber-echo",
            "amber-shade",
            "noir-weave",
            "olive-draft",
            "royal-past"
        ]
    );
    let amber = &products[1];
    assert_eq!(amber.title, "Amber Shade");
    assert_eq!(
        amber.description.as_deref(),
        Some("<p>Amber \"Shade\", two lines\nof it.</p>")
    );
    assert_eq!(amber.category.as_deref(), Some("Home & Garden > Decor > Artwork"));
    assert_eq!(amber.collection, None);
    assert_eq!(*amber.tags, ["Mosaic", "Vivid Mosaic"]);
    assert_eq!(amber.base_price, money("153.00"), "the lowest price");
    assert_eq!(
        amber.cost,
        Some(money("61.00")),
        "the cost of the cheapest variant"
    );
    assert_eq!(amber.status, ProductStatus::Active);
    assert_eq!(
        products[2].category.as_deref(),
        Some("Artwork"),
        "the type, where there is no category"
    );
    assert_eq!(products[3].status, ProductStatus::Inactive, "a draft");
    assert_eq!(products[4].status, ProductStatus::Archived);

    let variants: Vec<_> = variants
        .iter()
        .map(|v| {
            (
                v.sku.as_str(),
                v.size.as_deref(),
                v.frame_type.as_deref(),
                v.price,
            )
        })
        .collect();
    let canvas = Some("Gallery Wrapped Stretched Canvas");
    assert_eq!(
        variants,
        [
            ("AMBER-CANVAS-24X36", Some("24x36"), canvas, money("204.00")),
            (
                "AMBER-ROLL-24X36",
                Some("24x36"),
                Some("Canvas Roll"),
                money("153.00")
            ),
            (
                "AMBER-ROLL-36X48",
                Some("36x48"),
                Some("Canvas Roll"),
                money("237.18")
            ),
            ("NOIR-MATTE-24X36", Some("24x36"), Some("Matte"), money("99.90")),
            ("OLIVE-BLACK", None, Some("Black"), money("50.00")),
            ("ROYAL", None, None, money("75.00")),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_refused_with_its_line_and_reason_and_stops_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let report = import(database.connection(), ImportMode::Write, PRODUCTS, INVENTORY).await;

    assert_eq!(report.products, tally(5, 0, 0, 5));
    assert_eq!(report.variants, tally(6, 0, 0, 12));
    let (products, stock): (Vec<_>, Vec<_>) = report
        .refusals
        .into_iter()
        .partition(|refusal| refusal.file == ExportKind::Products);
    assert_eq!(
        refused(&products),
        [
            (7, "sku_of_another_product"),
            (8, "sku_of_another_product"),
            (10, "missing_sku"),
            (11, "invalid_price"),
            (12, "invalid_price"),
            (13, "invalid_price"),
            (14, "duplicate_sku"),
            (17, "duplicate_handle"),
            (17, "duplicate_handle"),
            (18, "missing_handle"),
            (18, "missing_handle"),
            (19, "missing_title"),
            (19, "missing_title"),
            (20, "unknown_status"),
            (20, "unknown_status"),
            (21, "no_price"),
            (21, "invalid_price"),
        ]
    );
    let first = &products[0];
    assert_eq!(
        (first.handle.as_deref(), first.sku.as_deref()),
        (Some("amber-echo"), Some("AMBER-CANVAS-24X36"))
    );
    let owner = RefusalReason::SkuOfAnotherProduct {
        handle: "amber-shade".to_owned(),
        line: Some(2),
    };
    assert_eq!(first.reason, owner);
    let problems = [
        NumberProblem::NotANumber,
        NumberProblem::Negative,
        NumberProblem::TooPrecise,
    ];
    for (refusal, expected) in products[3..6].iter().zip(problems) {
        let RefusalReason::InvalidPrice { problem, .. } = refusal.reason else {
            panic!("{refusal:?}")
        };
        assert_eq!(problem, expected);
    }
    assert_eq!(
        refused(&stock),
        [
            (8, "invalid_count"),
            (10, "duplicate_stock"),
            (11, "unknown_sku"),
            (13, "missing_sku"),
            (14, "missing_location"),
            (15, "invalid_count"),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_sku_stays_with_the_product_that_has_it_in_the_database(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    import(
        db,
        ImportMode::Write,
        &export(&["a,A,Size,S,X-1,1.00,active"]),
        "",
    )
    .await;

    let taken = export(&[
        "b,B,Size,S,X-1,2.00,active",
        "b,,,M,X-2,3.00,",
        "a,A,Size,S,X-1,4.00,active",
    ]);
    let report = import(db, ImportMode::Write, &taken, "").await;
    assert_eq!(
        (report.products, report.variants),
        (tally(1, 1, 0, 0), tally(1, 1, 0, 1))
    );
    let owner = RefusalReason::SkuOfAnotherProduct {
        handle: "a".to_owned(),
        line: None,
    };
    assert_eq!((report.refusals[0].line, &report.refusals[0].reason), (2, &owner));
    let (products, variants, _) = rows(db).await;
    let x1 = variants.iter().find(|variant| variant.sku == "X-1").unwrap();
    assert_eq!((x1.product_id, x1.price), (products[0].id, money("4.00")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_reports_the_same_and_writes_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let planned = import(db, ImportMode::DryRun, PRODUCTS, INVENTORY).await;
    let (products, variants, stock) = rows(db).await;
    assert_eq!((products.len(), variants.len(), stock.len()), (0, 0, 0));
    assert_eq!(import(db, ImportMode::Write, PRODUCTS, INVENTORY).await, planned);

    let later = PRODUCTS.replace("153.00", "160.00");
    let before = rows(db).await;
    let planned = import(db, ImportMode::DryRun, &later, INVENTORY).await;
    assert_eq!(rows(db).await, before);
    assert_eq!(import(db, ImportMode::Write, &later, INVENTORY).await, planned);
    assert_eq!(planned.variants.updated, 1);
}
