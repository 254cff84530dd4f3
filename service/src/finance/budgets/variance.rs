//! Plan against actual.

use entity::budgets;
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row;
use crate::error::DatabaseError;
use crate::finance::cents;
use crate::input::is_storable;
use crate::operation;

/// How long the parts are that budgets are rolled up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// A month, which is one budget of each category.
    Month,
    /// A quarter of the fiscal year.
    Quarter,
    /// A fiscal year.
    Year,
}

/// Whether categories are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Categories {
    /// Each on its own.
    Apart,
    /// All added up.
    Together,
}

/// Which budgets to compare, and how to roll them up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variances {
    /// The first fiscal year.
    pub from_year: i32,
    /// The last fiscal year, which counts.
    pub to_year: i32,
    /// Up to what.
    pub by: Period,
    /// Each category, or all together.
    pub categories: Categories,
    /// Only this category, spelled exactly so.
    pub category: Option<String>,
}

impl Variances {
    /// One year, by category.
    #[must_use]
    pub fn of(year: i32, by: Period) -> Self {
        Self {
            from_year: year,
            to_year: year,
            by,
            categories: Categories::Apart,
            category: None,
        }
    }
}

/// What was planned and what was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variance {
    /// Which category; `None` for all together.
    pub category: Option<String>,
    /// Which year.
    pub fiscal_year: i32,
    /// The month from 1 to 12 or the quarter from 1 to 4; `None` for the year.
    pub part: Option<i32>,
    /// What could be spent.
    pub allocated: Decimal,
    /// What was.
    pub spent: Decimal,
    /// Allocated less spent; negative when it was overrun.
    pub variance: Decimal,
    /// What is spent of what is allocated, in percent, rounded half up to two decimals; unknown where nothing is allocated.
    pub used: Option<Decimal>,
    /// Of how many budgets.
    pub budgets: u64,
}

/// Compares plan and actual by year, part and category, in this order. Parts without a budget do not appear. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn variances<C: ConnectionTrait>(db: &C, query: Variances) -> Result<Vec<Variance>, DatabaseError> {
    use budgets::Column;
    let db = &operation::named(db, "finance.budgets.variances");
    if query
        .category
        .as_ref()
        .is_some_and(|category| !is_storable(category))
    {
        return Ok(Vec::new());
    }
    let sum = |column| Expr::expr(Func::sum(row::hundredths(column))).cast_as("bigint");
    // Constants, not parameters: what is grouped by has to be what is selected.
    let constant = |n: i32| Expr::Constant(n.into());
    let part = match query.by {
        Period::Month => Some(Column::FiscalMonth.into_expr()),
        Period::Quarter => Some(Column::FiscalMonth.into_expr().add(constant(2)).div(constant(3))),
        Period::Year => None,
    };
    let category = (query.categories == Categories::Apart).then(|| Column::Category.into_expr());
    let mut select = budgets::Entity::find()
        .select_only()
        .column(Column::FiscalYear)
        .column_as(part.clone().unwrap_or_else(|| constant(0)), "part")
        .column_as(
            category.clone().unwrap_or_else(|| Expr::Constant("".into())),
            "of",
        )
        .column_as(sum(Column::AllocatedAmount), "allocated")
        .column_as(sum(Column::SpentAmount), "spent")
        .column_as(Column::Id.count(), "budgets")
        .filter(Column::FiscalYear.between(query.from_year, query.to_year))
        .group_by(Column::FiscalYear)
        .order_by_asc(Column::FiscalYear);
    for key in [part, category].into_iter().flatten() {
        select = select.group_by(key.clone()).order_by_asc(key);
    }
    if let Some(category) = &query.category {
        select = select.filter(Column::Category.eq(category));
    }
    let mut rows: Vec<Row> = select.into_tuple().all(db).await?;
    // Databases sort texts by collations, which differ.
    rows.sort();
    Ok(rows.into_iter().map(|row| variance(&query, row)).collect())
}

/// Year, part, category, allocated, spent, budgets.
type Row = (i32, i32, String, i64, i64, i64);

fn variance(query: &Variances, (fiscal_year, part, category, allocated, spent, budgets): Row) -> Variance {
    let [allocated, spent] = [allocated, spent].map(|sum| cents::decimal(sum.unsigned_abs()));
    Variance {
        category: (query.categories == Categories::Apart).then_some(category),
        fiscal_year,
        part: (query.by != Period::Year).then_some(part),
        allocated,
        spent,
        variance: allocated - spent,
        used: used(allocated, spent),
        budgets: budgets.unsigned_abs(),
    }
}

fn used(allocated: Decimal, spent: Decimal) -> Option<Decimal> {
    let share = (spent * Decimal::ONE_HUNDRED).checked_div(allocated)?;
    Some(share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_is_rounded_half_up_and_unknown_of_nothing() {
        let used = |allocated: &str, spent: &str| used(allocated.parse().unwrap(), spent.parse().unwrap());
        assert_eq!(used("3", "1"), Some("33.33".parse().unwrap()));
        assert_eq!(used("8000", "1.00"), Some("0.01".parse().unwrap()));
        assert_eq!(used("100", "250"), Some("250".parse().unwrap()));
        assert_eq!(used("0", "1"), None);
    }
}
