//! Customers and every contact with them.

mod delete;
mod erase;
mod interactions;
mod list;
mod merge;
mod plans;
mod planted;
mod register;
mod statements;
mod timeline;
mod update;

use entity::customers;
use sea_orm::DatabaseConnection;
use service::customers::{self as operations, RegisterCustomer};

/// Ann, of whom everything is known.
fn ann() -> RegisterCustomer {
    RegisterCustomer {
        shopify_customer_id: Some("7000000000123".into()),
        first_name: Some("Annelie".into()),
        last_name: Some("Leeuwenhoek".into()),
        company: Some("Quillfeather Studios".into()),
        phone: Some("+1 (555) 123-4567".into()),
        tags: vec!["trade".into(), "newsletter".into()],
        ..RegisterCustomer::new("annelie@example.com")
    }
}

/// Registers somebody.
async fn registered(db: &DatabaseConnection, command: RegisterCustomer) -> customers::Model {
    operations::register(db, command).await.unwrap().customer
}

/// Registers somebody of whom nothing but the address is known.
pub(crate) async fn customer(db: &DatabaseConnection, email: &str) -> customers::Model {
    registered(db, RegisterCustomer::new(email)).await
}
