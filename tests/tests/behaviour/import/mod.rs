//! Shopify's exports, read into the catalogue and the stock.
//!
//! `tests/fixtures/shopify` holds two small exports with everything that real ones get wrong.

mod agents;
mod command;
mod file;
mod later;
mod products;
mod races;
mod statements;
mod stock;

use std::ops::ControlFlow;

use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use service::import::shopify::{
    ImportInventory, ImportMode, ImportProducts, ImportReport, Refusal, Tally, import_inventory,
    import_products,
};

const PRODUCTS: &str = include_str!("../../../fixtures/shopify/products.csv");
const INVENTORY: &str = include_str!("../../../fixtures/shopify/inventory.csv");

/// Imports a product export, and an inventory export after it.
async fn import<C>(db: &C, mode: ImportMode, products: &str, inventory: &str) -> ImportReport
where
    C: ConnectionTrait + TransactionTrait,
{
    let command = ImportProducts {
        export: products.as_bytes(),
        mode,
    };
    let imported = import_products(db, command, |_| ControlFlow::Continue(()))
        .await
        .unwrap();
    let mut report = imported.report;
    if !inventory.is_empty() {
        let command = ImportInventory {
            export: inventory.as_bytes(),
            mode,
            planned: Some(&imported.skus),
        };
        report.absorb(
            import_inventory(db, command, |_| ControlFlow::Continue(()))
                .await
                .unwrap(),
        );
    }
    report
}

/// A product export of the columns that matter: handle, title, size, SKU, price, status.
fn export(rows: &[&str]) -> String {
    let header = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status";
    format!("{header}\n{}\n", rows.join("\n"))
}

fn money(text: &str) -> rust_decimal::Decimal {
    text.parse().unwrap()
}

fn tally(created: u64, updated: u64, unchanged: u64, refused: u64) -> Tally {
    Tally {
        created,
        updated,
        unchanged,
        refused,
    }
}

/// The lines that were refused, each with the code of its reason.
fn refused(refusals: &[Refusal]) -> Vec<(u64, &'static str)> {
    refusals
        .iter()
        .map(|refusal| (refusal.line, refusal.reason.code()))
        .collect()
}

/// Every row that an import writes, to see whether it changed.
async fn rows<C: ConnectionTrait>(
    db: &C,
) -> (
    Vec<entity::products::Model>,
    Vec<entity::product_variants::Model>,
    Vec<entity::inventory::Model>,
) {
    let mut products = entity::products::Entity::find().all(db).await.unwrap();
    products.sort_by(|a, b| a.handle.cmp(&b.handle));
    let mut variants = entity::product_variants::Entity::find().all(db).await.unwrap();
    variants.sort_by(|a, b| a.sku.cmp(&b.sku));
    let mut stock = entity::inventory::Entity::find().all(db).await.unwrap();
    stock.sort_by_key(|row| (row.product_variant_id, row.location.clone()));
    (products, variants, stock)
}
