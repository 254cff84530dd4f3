//! Products and their stock.

use chrono::Utc;
use entity::ProductId;
use service::catalogue::deletion::DeleteProduct;
use service::catalogue::{self, ArchiveProduct, ProductFigures, RecordMetrics, UpdateProduct};
use service::deletion::{self, Delete, Row};
use service::inventory::{
    self, Adjust, AdjustLine, Count, MAIN, Reserve, SetCounts, StockLine, Transfer, TransferLine,
};

use super::Shop;
use crate::composition::case::{Case, obliging};
use crate::shop::amount;

pub(super) fn cases(shop: &Shop) -> Vec<Case> {
    let mut cases = products(shop);
    cases.extend(movements(shop));
    cases
}

fn products(shop: &Shop) -> Vec<Case> {
    let renamed = UpdateProduct {
        title: Some("Other".into()),
        ..UpdateProduct::new(shop.product)
    };
    let figures = |product: ProductId| ProductFigures {
        product,
        views: 9,
        add_to_carts: 3,
        purchases: 1,
        revenue: amount("99"),
    };
    let metrics = RecordMetrics {
        period_start: "2026-01-01".parse().unwrap(),
        period_end: "2026-01-31".parse().unwrap(),
        products: vec![figures(shop.bare), figures(shop.product)],
    };
    let deleted = |row| obliging(deletion::delete, Delete { row });
    vec![
        obliging(catalogue::update, renamed),
        obliging(catalogue::archive, ArchiveProduct { id: shop.product }),
        obliging(catalogue::record_metrics, metrics),
        obliging(catalogue::deletion::delete, DeleteProduct { id: shop.bare }),
        deleted(Row::Product(shop.bare)),
        deleted(Row::Variant(shop.untracked[0])),
    ]
}

fn movements(shop: &Shop) -> Vec<Case> {
    let [one, two] = shop.tracked;
    let lines = [two, one];
    let adjusted = lines.map(|variant| AdjustLine::available(variant, 2));
    let reserved = lines.map(|variant| StockLine::new(variant, 1));
    let counted = lines.map(|variant| Count::new(variant, 60));
    let moved = lines.map(|variant| TransferLine {
        variant,
        from: MAIN.into(),
        to: "attic".into(),
        quantity: 1,
    });
    vec![
        obliging(inventory::adjust, Adjust::new(adjusted.to_vec())),
        obliging(inventory::reserve, Reserve::new(reserved.to_vec())),
        obliging(
            inventory::set_counts,
            SetCounts::new(Utc::now(), counted.to_vec()),
        ),
        obliging(inventory::transfer, Transfer::new(moved.to_vec())),
    ]
}
