//! The schema's own rules, held against rows: what is refused, what is removed, what is filled in.

mod checks;
mod closed_sets;
mod delete_policy;
mod keys;
mod live;
mod nullability;
mod refusal;
mod unique;
