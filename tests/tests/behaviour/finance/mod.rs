//! Transactions, attribution and budgets.

mod attribution;
mod attribution_races;
mod books;
mod refunds;
mod report;
mod statements;
mod totals;
mod transactions;
