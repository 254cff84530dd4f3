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
mod delete;
mod erase;
mod get;
mod interaction;
mod list;
mod merge;
mod orders;
pub(crate) mod postgres;
mod register;
pub(crate) mod suppression;
pub(crate) mod tags;
mod taken;
mod timeline;
mod update;

pub use delete::{DeleteCustomer, DeleteError, DeletedCustomer, Reached, delete};
pub use erase::{EraseCustomer, EraseError, ErasedCustomer, erase};
pub use get::{CustomerKey, GetError, find, get};
pub use interaction::{
    ListInteractions, RecordError, RecordInteraction, RecordedInteraction, interactions, record_interaction,
};
pub use list::{CustomerList, CustomerPage, ListCustomers, list};
pub use merge::{MergeCustomers, MergeError, MergedCustomers, Moved, merge};
pub use register::{RegisterCustomer, RegisterError, RegisteredCustomer, register};
pub use taken::{Taken, UniqueField};
pub use timeline::{Event, ListTimeline, TimelineEntry, TimelineKey, timeline};
pub use update::{UpdateCustomer, UpdateError, UpdatedCustomer, update};
