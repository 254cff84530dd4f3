//! The people and companies who buy, and every contact with them.
//!
//! Owns `customers` and `customer_interactions`.
//!
//! An e-mail address identifies a customer (`idx_customers_email`) and is stored in lower case; the CHECK refuses anything else,
//! so that two spellings are never two customers. Interactions and segment memberships belong to the customer and go with it
//! (CASCADE); orders, transactions and subscriptions are the shop's records, and stay without a customer (SET NULL).
//!
//! Errors show no address and no name when they are printed: messages end in logs.

mod customer;
mod get;
mod interaction;
mod list;
mod register;
#[cfg_attr(not(test), expect(dead_code, reason = "erasure and subscription will use it"))]
pub(crate) mod suppression;
pub(crate) mod tags;
mod taken;
mod update;

pub use get::{CustomerKey, GetError, find, get};
pub use interaction::{
    ListInteractions, RecordError, RecordInteraction, RecordedInteraction, interactions, record_interaction,
};
pub use list::{CustomerList, CustomerPage, ListCustomers, list};
pub use register::{RegisterCustomer, RegisterError, RegisteredCustomer, register};
pub use taken::{Taken, UniqueField};
pub use update::{UpdateCustomer, UpdateError, UpdatedCustomer, update};
