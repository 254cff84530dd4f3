//! The schema's own rules, held against rows: what is refused, what is removed, what is filled in.

mod checks;
mod closed_sets;
mod decimals;
mod defaults;
mod delete_policy;
mod differences;
mod hierarchy;
mod keys;
mod live;
mod nullability;
mod partitions;
mod refusal;
mod storage;
mod unique;
mod updated_at;
mod views;
