//! What products did in a period. A product's periods do not overlap (`chk_product_metrics_no_overlap`), so that their figures add
//! up; a period that is recorded again is replaced.

mod figures;
mod read;

pub use figures::ProductFigures;
pub use read::{
    ListMetrics, ProductSummary, SummarizeMetrics, SummarizeMetricsError, list_metrics, summarize_metrics,
};

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{ProductId, ProductMetricId, product_metrics, products};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};
use thiserror::Error;

use crate::batch::{MAX_ELEMENTS, among};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
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
    /// Periods of the same products that share days with this one and are not the same.
    #[error("{} recorded periods share days with this one", periods.len())]
    Overlapping {
        /// All of them, by product and start; never empty.
        periods: Vec<RecordedPeriod>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A period for which a product has figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordedPeriod {
    /// The product.
    pub product: ProductId,
    /// Its first day.
    pub period_start: NaiveDate,
    /// Its last day.
    pub period_end: NaiveDate,
}

impl Classified for RecordMetricsError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::UnknownProducts { .. } | Self::Overlapping { .. } => Class::Refused,
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
/// Locks the products in the order of their ids, until the transaction ends: the trigger that holds overlaps off does, so that of
/// two overlapping periods that are recorded at once one is refused. In a caller's REPEATABLE READ transaction it may not see
/// what was recorded since that began; a caller that wants more than READ COMMITTED takes SERIALIZABLE.
///
/// # Errors
///
/// [`RecordMetricsError::UnknownProducts`] lists every product that does not exist, [`RecordMetricsError::Overlapping`] every
/// recorded period that is in the way; one more statement is sent for either.
pub async fn record_metrics<C>(db: &C, command: RecordMetrics) -> Result<RecordedMetrics, RecordMetricsError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "catalogue.record_metrics");
    command.check()?;
    if command.products.is_empty() {
        return Ok(RecordedMetrics { rows: Vec::new() });
    }
    let products: Vec<_> = command.products.iter().map(|figures| figures.product).collect();
    let days = (command.period_start, command.period_end);
    let transaction = transaction::begin(db).await?;
    let outcome = upsert(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(DatabaseError::MissingReference { .. }) => Err(match unknown(db, products).await? {
            products if products.is_empty() => DatabaseError::Changed { table: "products" }.into(),
            products => RecordMetricsError::UnknownProducts { products },
        }),
        Err(DatabaseError::InvalidValue { constraint }) if constraint == NO_OVERLAP => {
            Err(match overlapping(db, products, days).await? {
                // They are gone again.
                periods if periods.is_empty() => DatabaseError::Changed {
                    table: "product_metrics",
                }
                .into(),
                periods => RecordMetricsError::Overlapping { periods },
            })
        }
        outcome => Ok(outcome?),
    }
}

/// The rule that a trigger guards.
const NO_OVERLAP: &str = "chk_product_metrics_no_overlap";

async fn overlapping<C: ConnectionTrait>(
    db: &C,
    products: Vec<ProductId>,
    (start, end): (NaiveDate, NaiveDate),
) -> Result<Vec<RecordedPeriod>, DatabaseError> {
    use product_metrics::Column;
    let period = Expr::tuple([Column::PeriodStart.into_expr(), Column::PeriodEnd.into_expr()]);
    let rows: Vec<(ProductId, NaiveDate, NaiveDate)> = product_metrics::Entity::find()
        .select_only()
        .columns([Column::ProductId, Column::PeriodStart, Column::PeriodEnd])
        .filter(among(db, Column::ProductId, products))
        .filter(Column::PeriodStart.lte(end))
        .filter(Column::PeriodEnd.gte(start))
        .filter(period.ne(Expr::tuple([Expr::value(start), Expr::value(end)])))
        .order_by_asc(Column::ProductId)
        .order_by_asc(Column::PeriodStart)
        .into_tuple()
        .all(db)
        .await?;
    let periods = rows
        .into_iter()
        .map(|(product, period_start, period_end)| RecordedPeriod {
            product,
            period_start,
            period_end,
        });
    Ok(periods.collect())
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
