//! The catalogue's operations.

use entity::ProductId;
use sea_orm::DatabaseConnection;
use service::catalogue::deletion::{self, DeleteProduct};
use service::catalogue::{self, ArchiveProduct, ProductFigures, ProductKey, RecordMetrics, UpdateProduct};
use service::inventory::{self, Reserve, StockLine};

use super::case::{Case, case};
use crate::shop::{amount, created, product, stocked};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let noir = created(db, "noir", &["NOIR"]).await.product.id;
    let promised = stocked(db, "RED", 3).await;
    inventory::reserve(db, Reserve::new(vec![StockLine::new(promised, 1)]))
        .await
        .unwrap();
    let red = ProductKey::Handle("product-of-RED".into());
    let red = catalogue::get(db, red).await.unwrap().product.id;
    let nothing = ProductId::new();
    let renamed = |handle: &str| UpdateProduct {
        handle: Some(handle.into()),
        ..UpdateProduct::new(noir)
    };
    vec![
        case(
            catalogue::create,
            product("blanc", &["BLANC"]),
            product("blanc", &["NOIR"]),
        ),
        case(
            catalogue::update,
            renamed("noir-et-noir"),
            renamed("product-of-RED"),
        ),
        case(
            catalogue::archive,
            ArchiveProduct { id: noir },
            ArchiveProduct { id: nothing },
        ),
        case(catalogue::record_metrics, figures(noir), figures(nothing)),
        case(
            deletion::delete,
            DeleteProduct { id: noir },
            DeleteProduct { id: red },
        ),
    ]
}

fn figures(product: ProductId) -> RecordMetrics {
    RecordMetrics {
        period_start: "2026-01-01".parse().unwrap(),
        period_end: "2026-01-31".parse().unwrap(),
        products: vec![ProductFigures {
            product,
            views: 9,
            add_to_carts: 3,
            purchases: 1,
            revenue: amount("99.00"),
        }],
    }
}
