//! Transactions, attribution and budgets.

mod attribution;
mod attribution_races;
mod books;
mod budget_races;
mod budgets;
mod plans;
mod refunds;
mod repetition;
mod report;
mod spending;
mod statements;
mod totals;
mod transactions;
mod variances;
