//! Products, and the orders of customers who are on lists and in segments.

mod customers;
mod lists;
mod orders;
mod stock;

use entity::{CustomerId, ProductId, ProductVariantId};
use sea_orm::DatabaseConnection;
use service::customers::RegisterCustomer;

use crate::composition::case::Case;
use crate::shop::{created, stock};

/// What the operations are about.
struct Shop {
    /// With stock.
    product: ProductId,
    /// Two, with stock.
    tracked: [ProductVariantId; 2],
    /// Without stock.
    bare: ProductId,
    /// Two, without stock.
    untracked: [ProductVariantId; 2],
    /// Ann, Bob and Zoe.
    customers: [CustomerId; 3],
}

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let shop = shop(db).await;
    let mut cases = orders::cases(db, &shop).await;
    cases.extend(stock::cases(&shop));
    cases.extend(customers::cases(db, &shop).await);
    cases.extend(lists::cases(db, &shop).await);
    cases
}

async fn shop(db: &DatabaseConnection) -> Shop {
    use service::inventory::AdjustLine;
    let noir = created(db, "noir", &["NOIR-1", "NOIR-2"]).await;
    let bare = created(db, "bare", &["BARE-1", "BARE-2"]).await;
    let tracked = [0, 1].map(|n| noir.variants[n].id);
    let untracked = [0, 1].map(|n| bare.variants[n].id);
    let lines = tracked.map(|variant| AdjustLine::available(variant, 50));
    stock(db, lines.to_vec()).await;
    Shop {
        product: noir.product.id,
        tracked,
        bare: bare.product.id,
        untracked,
        customers: [
            customer(db, "ann@example.com").await,
            customer(db, "bob@example.com").await,
            customer(db, "zoe@example.com").await,
        ],
    }
}

async fn customer(db: &DatabaseConnection, email: &str) -> CustomerId {
    let command = RegisterCustomer::new(email);
    let registered = service::customers::register(db, command).await;
    registered.unwrap().customer.id
}
