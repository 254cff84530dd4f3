//! The people and companies who buy, and every contact with them.
//!
//! Owns `customers` and `customer_interactions`.
//!
//! An e-mail address identifies a customer (`idx_customers_email`) and is stored in lower case; the CHECK refuses anything else,
//! so that two spellings are never two customers. Interactions and segment memberships belong to the customer and go with it
//! (CASCADE); orders, transactions and subscriptions are the shop's records, and stay without a customer (SET NULL).

#[cfg_attr(not(test), expect(dead_code, reason = "erasure and subscription will use it"))]
pub(crate) mod suppression;
