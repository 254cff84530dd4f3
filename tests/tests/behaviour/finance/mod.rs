//! Transactions, attribution and budgets.
