//! The checks, one file for each group.

mod finance;
mod orders;
mod organisation;
mod payments;
mod rows;
mod schema;
mod stock;
mod storage;
mod work;

use super::registry::Check;

/// The schema comes first, because the others stand on it.
pub(super) const GROUPS: &[&[Check]] = &[
    schema::CHECKS,
    storage::CHECKS,
    stock::CHECKS,
    orders::CHECKS,
    payments::CHECKS,
    finance::CHECKS,
    organisation::CHECKS,
    work::CHECKS,
    rows::CHECKS,
];
