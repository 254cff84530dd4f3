//! A small shop to test operations on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use entity::ProductVariantId;
use rust_decimal::Decimal;
use sea_orm::DatabaseConnection;
use service::catalogue::{self, CreateProduct, CreatedProduct, NewVariant};
use service::inventory::{self, Adjust, AdjustLine, MAIN, StockLevel};
use tests::TestDatabase;

/// An amount written as in a price list.
pub(crate) fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A product called `handle` at 99.00, with a variant for each sku.
pub(crate) fn product(handle: &str, skus: &[&str]) -> CreateProduct {
    CreateProduct {
        variants: skus
            .iter()
            .map(|sku| NewVariant::new(*sku, amount("99.00")))
            .collect(),
        ..CreateProduct::new(handle, handle.to_uppercase(), amount("99.00"))
    }
}

/// Creates [`product`].
pub(crate) async fn created(db: &DatabaseConnection, handle: &str, skus: &[&str]) -> CreatedProduct {
    catalogue::create(db, product(handle, skus)).await.unwrap()
}

/// A product with one variant of which `available` are free to sell at the main location.
pub(crate) async fn stocked(db: &DatabaseConnection, sku: &str, available: i32) -> ProductVariantId {
    let variant = created(db, &format!("product-of-{sku}"), &[sku]).await.variants[0].id;
    stock(db, vec![AdjustLine::available(variant, available)]).await;
    variant
}

/// Adds to the stock.
pub(crate) async fn stock(db: &DatabaseConnection, lines: Vec<AdjustLine>) {
    inventory::adjust(db, Adjust::new(lines)).await.unwrap();
}

/// What the database holds for a variant at a location: available, reserved, incoming.
pub(crate) async fn level(db: &DatabaseConnection, variant: ProductVariantId, location: &str) -> [i32; 3] {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let row = entity::inventory::Entity::find()
        .filter(entity::inventory::Column::ProductVariantId.eq(variant))
        .filter(entity::inventory::Column::Location.eq(location))
        .one(db)
        .await
        .unwrap()
        .unwrap();
    [
        row.quantity_available,
        row.quantity_reserved,
        row.quantity_incoming,
    ]
}

/// A stock level at the main location, as an operation reports it.
pub(crate) fn at_main(variant: ProductVariantId, [available, reserved, incoming]: [i32; 3]) -> StockLevel {
    StockLevel {
        variant,
        location: MAIN.into(),
        available,
        reserved,
        incoming,
    }
}

/// A connection like the test's own that counts the statements it sends, BEGIN and COMMIT apart.
pub(crate) fn counting(database: &TestDatabase) -> (DatabaseConnection, Statements) {
    let mut db = database.connection().clone();
    let statements = Statements::default();
    let counter = statements.0.clone();
    db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    (db, statements)
}

/// How many statements were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statements(Arc<AtomicU32>);

impl Statements {
    /// How many since the last time this was asked.
    pub(crate) fn sent(&self) -> u32 {
        self.0.swap(0, Ordering::Relaxed)
    }
}
