//! The operations of customers.

use chrono::Utc;
use entity::CustomerId;
use sea_orm::DatabaseConnection;
use service::customers::{
    self, DeleteCustomer, EraseCustomer, MergeCustomers, RecordInteraction, RegisterCustomer, UpdateCustomer,
};

use super::case::{Case, case};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let ann = registered(db, "ann@example.com").await;
    let bob = registered(db, "bob@example.com").await;
    let nobody = CustomerId::new();
    let moved = |email: &str| UpdateCustomer {
        email: Some(email.into()),
        ..UpdateCustomer::new(ann)
    };
    let call = |customer| RecordInteraction::new(customer, "question", "phone", Utc::now());
    vec![
        case(
            customers::register,
            RegisterCustomer::new("eve@example.com"),
            RegisterCustomer::new("ann@example.com"),
        ),
        case(
            customers::update,
            moved("anna@example.com"),
            moved("bob@example.com"),
        ),
        case(customers::record_interaction, call(ann), call(nobody)),
        case(
            customers::merge,
            MergeCustomers::new(ann, bob),
            MergeCustomers::new(ann, nobody),
        ),
        case(
            customers::delete,
            DeleteCustomer { id: ann },
            DeleteCustomer { id: nobody },
        ),
        case(
            customers::erase,
            EraseCustomer::new(ann),
            EraseCustomer::new(nobody),
        ),
    ]
}

async fn registered(db: &DatabaseConnection, email: &str) -> CustomerId {
    let command = RegisterCustomer::new(email);
    customers::register(db, command).await.unwrap().customer.id
}
