//! What an inventory export becomes.

use rstest::rstest;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use service::import::shopify::ImportMode;
use tests::{Engine, TestDatabase};

use super::{INVENTORY, PRODUCTS, import, rows, tally};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_not_stocked_never_becomes_a_count(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let report = import(db, ImportMode::Write, PRODUCTS, INVENTORY).await;
    assert_eq!((report.stock, report.not_stocked), (tally(4, 0, 0, 6), 4));
    let (_, variants, stock) = rows(db).await;
    let sku = |id| {
        variants
            .iter()
            .find(|variant| variant.id == id)
            .unwrap()
            .sku
            .as_str()
    };
    let mut counts: Vec<_> = stock
        .iter()
        .map(|row| {
            let quantities = (
                row.quantity_available,
                row.quantity_reserved,
                row.quantity_incoming,
            );
            (sku(row.product_variant_id), row.location.as_str(), quantities)
        })
        .collect();
    counts.sort();
    assert_eq!(
        counts,
        [
            ("AMBER-CANVAS-24X36", "170 Avenue F", (45, 0, 0)),
            ("AMBER-ROLL-24X36", "170 Avenue F", (150, 0, 20)),
            ("AMBER-ROLL-36X48", "170 Avenue F", (0, 0, 0)),
            ("NOIR-MATTE-24X36", "Printful", (7, 0, 0)),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_later_count_keeps_reservations_and_what_it_does_not_state(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    use entity::inventory::{Column, Entity};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    import(db, ImportMode::Write, PRODUCTS, INVENTORY).await;
    let own = Entity::update_many()
        .col_expr(Column::QuantityReserved, Expr::value(3))
        .col_expr(Column::QuantityIncoming, Expr::value(9))
        .col_expr(Column::ReorderPoint, Expr::value(10));
    own.exec(db).await.unwrap();
    let (_, _, before) = rows(db).await;

    let later = INVENTORY
        .replace("45,45", "44,44")
        .replace("Printful,,,,7,7", "Printful,,,,not stocked,not stocked");
    let report = import(db, ImportMode::Write, PRODUCTS, &later).await;
    // The second line for NOIR-MATTE-24X36 at Printful counts now; the incoming of AMBER-ROLL-24X36 is stated again.
    assert_eq!(report.stock, tally(0, 3, 1, 5));
    let (_, _, after) = rows(db).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(
            (after.id, after.quantity_reserved, after.reorder_point),
            (before.id, 3, Some(10))
        );
        let expected = match before.quantity_available {
            45 => (44, 9),
            150 => (150, 20),
            7 => (8, 9),
            other => (other, 9),
        };
        assert_eq!((after.quantity_available, after.quantity_incoming), expected);
        assert_eq!(
            after.updated_at > before.updated_at,
            before.quantity_available != 0
        );
    }
}
