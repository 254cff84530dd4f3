//! KPIs: what is measured, how often, and what it should come to.

mod define;
mod error;
mod list;
mod read;
mod update;

pub use define::{DefineKpi, DefinedKpi, define};
pub use error::KpiError;
pub use list::{ListKpis, list};
pub use read::get;
pub use update::{SetKpiActive, UpdateKpi, UpdatedKpi, set_active, update};

use rust_decimal::Decimal;

use crate::analytics::calculation::is_one_query;
use crate::input::{Checks, Rule};

/// What `kpis.target_value` and `kpi_measurements.value` hold: `decimal(14, 4)`.
pub(crate) const VALUE: (u32, u32) = (14, 4);

/// The most characters of a calculation.
const MAX_SQL: usize = 20_000;

fn check_calculation(checks: &mut Checks, sql: &str) {
    checks.name("calculation_sql", sql, MAX_SQL);
    if !is_one_query(sql) {
        let expected = "exactly one SELECT";
        checks.refuse("calculation_sql", Rule::Malformed { expected });
    }
}

fn check_target(checks: &mut Checks, target: Decimal) {
    checks.decimal("target_value", target, VALUE);
}
