//! What PostgreSQL makes of the reads of the catalogue and the stock, on a hundred thousand variants.

use entity::ProductStatus;
use service::PageRequest;
use service::catalogue::{self, ListProducts, ProductKey};
use service::inventory::{self, ListLowStock, SuggestReorders};

use crate::plan::{Watched, id};

/// Half of the variants have a reorder point, and one in two hundred has reached it.
const FILL: &str = "
INSERT INTO products (id, handle, title, collection, base_price, status)
SELECT pg_temp.id(n), 'p' || n, 'title', 'collection ' || n % 200, 1, CASE WHEN n % 10 = 0 THEN 'archived' ELSE 'active' END
FROM generate_series(1, 100000) n;
INSERT INTO product_variants (id, product_id, sku, price)
SELECT pg_temp.id(n), pg_temp.id(n), 'sku' || n, 1 FROM generate_series(1, 100000) n;
INSERT INTO inventory (id, product_variant_id, location, quantity_available, reorder_point)
SELECT pg_temp.id(n), pg_temp.id(n), CASE WHEN n % 3 = 0 THEN 'shop' ELSE 'main' END,
       CASE WHEN n % 200 = 0 THEN 1 ELSE 50 END, CASE WHEN n % 2 = 0 THEN 5 END
FROM generate_series(1, 100000) n";

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_products_walk_through_no_big_table() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    let after = PageRequest {
        after: Some(id(50_000).into()),
        limit: 50,
    };
    for query in [
        ListProducts::default(),
        ListProducts {
            status: Some(ProductStatus::Active),
            page: after,
            ..Default::default()
        },
        ListProducts {
            collection: Some("collection 7".into()),
            page: after,
            ..Default::default()
        },
        ListProducts {
            collection: Some("collection 7".into()),
            status: Some(ProductStatus::Archived),
            ..Default::default()
        },
    ] {
        catalogue::list(&watched.db, query).await.unwrap();
        watched.read_no_whole_table().await;
    }
    catalogue::get(&watched.db, ProductKey::Sku("sku77".into()))
        .await
        .unwrap();
    for plan in watched.plans().await {
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_low_is_found_without_a_walk_through_the_stock() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    for location in [None, Some("main".to_owned())] {
        for after in [None, Some(id(50_000).into())] {
            let page = PageRequest { after, limit: 50 };
            let query = ListLowStock {
                location: location.clone(),
                page,
            };
            inventory::low_stock(&watched.db, query).await.unwrap();
            watched.read_no_whole_table().await;
            let query = SuggestReorders {
                location: location.clone(),
                page,
            };
            inventory::suggest_reorders(&watched.db, query).await.unwrap();
            watched.read_no_whole_table().await;
        }
    }
}
