//! What may be spent: one budget per category and month.
//!
//! The fiscal year is the calendar year, and its months and quarters are the calendar's. Budgets have no currency of their own:
//! they are kept in US dollars ([`CURRENCY`]), and so is what is spent from them. A budget bears what is booked on it, whatever
//! the date of the transaction: an invoice for November that is paid in December is November's.
//!
//! Agents are locked before budgets, and budgets by id.

mod allocate;
mod correct;
mod error;
mod get;
mod hand_over;
mod list;
mod movement;
mod owner;
mod row;
mod set_allocation;
mod spend;
mod transfer;
mod variance;

pub use allocate::{Allocate, Allocated, allocate};
pub use correct::{Correct, correct};
pub use error::BudgetError;
pub use get::{find, get};
pub use hand_over::{HandOver, HandedOver, hand_over};
pub use list::{ListBudgets, list};
pub use movement::Booked;
pub use set_allocation::{SetAllocation, set_allocation};
pub use spend::{Spend, spend};
pub use transfer::{Transfer, Transferred, transfer};
pub use variance::{Categories, Period, Variance, Variances, variances};

/// The currency in which budgets are kept.
pub const CURRENCY: &str = "USD";
