//! What products did in a period.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{ProductId, ProductMetricId, product_metrics, products};
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, TransactionTrait};
use thiserror::Error;

use crate::batch::{MAX_ELEMENTS, among};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::transaction;

/// The figures of one period for any number of products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordMetrics {
    /// First day of the period.
    pub period_start: NaiveDate,
    /// Last day of the period, which may be the first.
    pub period_end: NaiveDate,
    /// At most 2 000, no product twice.
    pub products: Vec<ProductFigures>,
}

/// What one product did. Counts are zero or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductFigures {
    /// Which product.
    pub product: ProductId,
    /// How often its page was seen.
    pub views: i32,
    /// How often it was put in a cart.
    pub add_to_carts: i32,
    /// How many purchases contained it.
    pub purchases: i32,
    /// What they brought, in the shop's currency, with at most two decimals.
    pub revenue: Decimal,
}

impl ProductFigures {
    /// Purchases per view, rounded half up to four decimals.
    ///
    /// Unknown without views, and when there are more purchases than views: then the views were not all counted (blocked
    /// trackers, sales elsewhere), and a rate would be an invention.
    #[must_use]
    pub fn conversion_rate(&self) -> Option<Decimal> {
        if self.views <= 0 || self.purchases > self.views {
            return None;
        }
        Some(rounded(
            Decimal::from(self.purchases) / Decimal::from(self.views),
            4,
        ))
    }

    /// Revenue per purchase, rounded half up to the cent; unknown without purchases.
    #[must_use]
    pub fn average_order_value(&self) -> Option<Decimal> {
        (self.purchases > 0).then(|| rounded(self.revenue / Decimal::from(self.purchases), 2))
    }

    fn check(&self, checks: &mut Checks, path: &str) {
        checks.not_negative(format!("{path}.views"), self.views);
        checks.not_negative(format!("{path}.add_to_carts"), self.add_to_carts);
        checks.not_negative(format!("{path}.purchases"), self.purchases);
        checks.amount(format!("{path}.revenue"), self.revenue, (12, 2));
        if let Some(average) = self.average_order_value() {
            // The column of the average is two digits shorter than the one of the revenue.
            checks.amount(format!("{path}.revenue per purchase"), average, (10, 2));
        }
    }
}

fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

impl RecordMetrics {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.period_end < self.period_start {
            checks.refuse("period_end", Rule::EndsBeforeStart);
        }
        checks.at_most("products", self.products.len(), MAX_ELEMENTS);
        let mut seen = HashSet::new();
        for (i, figures) in self.products.iter().enumerate() {
            let path = format!("products[{i}]");
            if !seen.insert(figures.product) {
                checks.refuse(format!("{path}.product"), Rule::Repeated);
            }
            figures.check(&mut checks, &path);
        }
        checks.finish()
    }
}

/// What [`record_metrics`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedMetrics {
    /// The rows of the period, by product.
    pub rows: Vec<product_metrics::Model>,
}

/// Why a period was not recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordMetricsError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Products that do not exist.
    #[error("{} of the products do not exist", products.len())]
    UnknownProducts {
        /// All of them; never empty.
        products: Vec<ProductId>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RecordMetricsError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::UnknownProducts { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Records a period's figures, all or nothing; what was recorded for the same product and the same days is replaced, so that
/// recording again changes nothing.
///
/// Conversion rate and average order value are derived ([`ProductFigures::conversion_rate`],
/// [`ProductFigures::average_order_value`]). One statement; none for an empty list.
///
/// # Errors
///
/// [`RecordMetricsError::UnknownProducts`] lists every product that does not exist, for which one more statement is sent.
pub async fn record_metrics<C>(db: &C, command: RecordMetrics) -> Result<RecordedMetrics, RecordMetricsError>
where
    C: ConnectionTrait + TransactionTrait,
{
    command.check()?;
    if command.products.is_empty() {
        return Ok(RecordedMetrics { rows: Vec::new() });
    }
    let products: Vec<_> = command.products.iter().map(|figures| figures.product).collect();
    let transaction = transaction::begin(db).await?;
    let outcome = upsert(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(DatabaseError::MissingReference { .. }) => Err(match unknown(db, products).await? {
            products if products.is_empty() => DatabaseError::Changed { table: "products" }.into(),
            products => RecordMetricsError::UnknownProducts { products },
        }),
        outcome => Ok(outcome?),
    }
}

async fn upsert<C: ConnectionTrait>(
    db: &C,
    command: RecordMetrics,
) -> Result<RecordedMetrics, DatabaseError> {
    use product_metrics::Column;
    let mut figures = command.products;
    // Rows are locked in the order in which they are written.
    figures.sort_by_key(|figures| figures.product);
    let rows = figures.into_iter().map(|figures| product_metrics::ActiveModel {
        id: Set(ProductMetricId::new()),
        product_id: Set(figures.product),
        period_start: Set(command.period_start),
        period_end: Set(command.period_end),
        views: Set(figures.views),
        add_to_carts: Set(figures.add_to_carts),
        purchases: Set(figures.purchases),
        revenue: Set(figures.revenue),
        conversion_rate: Set(figures.conversion_rate()),
        average_order_value: Set(figures.average_order_value()),
        ..Default::default()
    });
    let same_period = OnConflict::columns([Column::ProductId, Column::PeriodStart, Column::PeriodEnd])
        .update_columns([
            Column::Views,
            Column::AddToCarts,
            Column::Purchases,
            Column::Revenue,
            Column::ConversionRate,
            Column::AverageOrderValue,
        ])
        .to_owned();
    let mut rows = product_metrics::Entity::insert_many(rows)
        .on_conflict(same_period)
        .exec_with_returning(db)
        .await?;
    rows.sort_by_key(|row| row.product_id);
    Ok(RecordedMetrics { rows })
}

async fn unknown<C: ConnectionTrait>(
    db: &C,
    products: Vec<ProductId>,
) -> Result<Vec<ProductId>, DatabaseError> {
    let known: HashSet<ProductId> = products::Entity::find()
        .select_only()
        .column(products::Column::Id)
        .filter(among(db, products::Column::Id, products.iter().copied()))
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    Ok(products
        .into_iter()
        .filter(|product| !known.contains(product))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(views: i32, purchases: i32, cents: i64) -> ProductFigures {
        let product = ProductId::new();
        ProductFigures {
            product,
            views,
            add_to_carts: 0,
            purchases,
            revenue: Decimal::new(cents, 2),
        }
    }

    #[test]
    fn rates_are_rounded_half_up() {
        assert_eq!(
            figures(3, 2, 0).conversion_rate(),
            Some("0.6667".parse().unwrap())
        );
        assert_eq!(
            figures(80_000, 4, 0).conversion_rate(),
            Some("0.0001".parse().unwrap())
        );
        assert_eq!(
            figures(9, 8, 100).average_order_value(),
            Some("0.13".parse().unwrap())
        );
    }

    #[test]
    fn a_rate_that_nobody_knows_is_none() {
        assert_eq!(figures(0, 0, 0).conversion_rate(), None);
        assert_eq!(figures(2, 3, 900).conversion_rate(), None);
        assert_eq!(figures(7, 0, 0).average_order_value(), None);
        assert_eq!(figures(7, 0, 0).conversion_rate(), Some(Decimal::ZERO));
    }
}
