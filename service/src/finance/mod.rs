//! The books: what came in and went out, what it is credited to, and what may be spent.
//!
//! Owns `transactions`, `budgets` and `revenue_attribution`.
//!
//! The books outlive everything they mention: deleting an order, a customer or an agent leaves the transaction without it
//! (SET NULL). An attribution is part of its transaction (CASCADE), keeps its agent and its campaign from being deleted
//! (NO ACTION), and is a share between 0 and 100 percent. There is one budget per category and month. Amounts are never negative:
//! a transaction's type says in which direction it counts.
//!
//! `transactions` is partitioned by month on PostgreSQL, and the month is read from the id: a back-dated transaction needs an id
//! made from its date (`TransactionId::at`), or its partition's window refuses it.
//!
//! Locks are taken in this order: a payment, the agents it is credited to, the refunds of its order. Of budgets: agents, then
//! budgets by id.

pub mod attribution;
pub mod budgets;
pub(crate) mod cents;
pub mod transactions;
