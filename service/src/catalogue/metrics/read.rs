//! Reading what products did.

use chrono::NaiveDate;
use entity::ProductId;
use entity::product_metrics::{Column, Entity, Model};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
};

use super::figures::{rate, rounded};
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which periods of a product to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListMetrics {
    /// Of which product.
    pub product: ProductId,
    /// Only periods that begin on this day or later.
    pub from: Option<NaiveDate>,
    /// Only periods that begin on this day or earlier.
    pub until: Option<NaiveDate>,
    /// In which direction of time.
    pub direction: Direction,
    /// Which page, by the first day of the period: a product's periods do not overlap, so no two begin on one day.
    pub page: PageRequest<NaiveDate>,
}

impl ListMetrics {
    /// All of a product's periods, the oldest first.
    #[must_use]
    pub fn new(product: ProductId) -> Self {
        Self {
            product,
            from: None,
            until: None,
            direction: Direction::Ascending,
            page: PageRequest::default(),
        }
    }
}

/// Lists a product's periods by their first day.
///
/// One statement; `idx_product_metrics_product_id_period_start_period_end` serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list_metrics<C: ConnectionTrait>(
    db: &C,
    query: ListMetrics,
) -> Result<Page<Model, NaiveDate>, DatabaseError> {
    let db = &operation::named(db, "catalogue.list_metrics");
    let limit = query.page.clamped();
    let mut select = Entity::find()
        .filter(Column::ProductId.eq(query.product))
        .limit(limit + 1);
    if let Some(from) = query.from {
        select = select.filter(Column::PeriodStart.gte(from));
    }
    if let Some(until) = query.until {
        select = select.filter(Column::PeriodStart.lte(until));
    }
    let select = by_key(select, query.direction, Column::PeriodStart, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.period_start))
}

/// Which periods of which products to add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummarizeMetrics {
    /// At most 2 000.
    pub products: Vec<ProductId>,
    /// First day of the range.
    pub from: NaiveDate,
    /// Last day of the range. A period counts when all of its days lie in the range.
    pub until: NaiveDate,
}

/// What a product did in the periods of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductSummary {
    /// The product.
    pub product: ProductId,
    /// How many periods were added up; at least one.
    pub periods: u64,
    /// First day of the first of them.
    pub period_start: NaiveDate,
    /// Last day of the last of them; days between may have no figures.
    pub period_end: NaiveDate,
    /// How often its page was seen.
    pub views: i64,
    /// How often it was put in a cart.
    pub add_to_carts: i64,
    /// How many purchases contained it.
    pub purchases: i64,
    /// What they brought.
    pub revenue: Decimal,
    /// As of a single period, from the sums.
    pub conversion_rate: Option<Decimal>,
    /// As of a single period, from the sums.
    pub average_order_value: Option<Decimal>,
}

/// Why nothing was added up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SummarizeMetricsError {
    /// The query breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl crate::error::Classified for SummarizeMetricsError {
    fn class(&self) -> crate::error::Class {
        match self {
            Self::Invalid(_) => crate::error::Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Adds up products' periods of a range, in one statement, by product. A product without any is left out.
///
/// # Errors
///
/// [`SummarizeMetricsError::Invalid`] for a range that ends before it starts.
pub async fn summarize_metrics<C: ConnectionTrait>(
    db: &C,
    query: SummarizeMetrics,
) -> Result<Vec<ProductSummary>, SummarizeMetricsError> {
    let db = &operation::named(db, "catalogue.summarize_metrics");
    let mut checks = Checks::default();
    checks.in_order("until", Some(query.from), Some(query.until));
    checks.at_most("products", query.products.len(), MAX_ELEMENTS);
    checks.finish()?;
    if query.products.is_empty() {
        return Ok(Vec::new());
    }
    let engine = db.get_database_backend();
    let sum = |column: Column| Expr::from(Func::sum(column.into_expr()));
    // SQLite keeps decimals as floats, whose sums drift: there the cents are counted as integers.
    let revenue: Expr = match engine {
        DbBackend::Sqlite => {
            let cents = Func::round(Column::Revenue.into_expr().mul(100));
            Func::sum(Func::cast_as(cents, "integer")).into()
        }
        _ => sum(Column::Revenue),
    };
    let select = Entity::find()
        .select_only()
        .column(Column::ProductId)
        .column_as(Column::Id.count(), "periods")
        .column_as(Column::PeriodStart.min(), "period_start")
        .column_as(Column::PeriodEnd.max(), "period_end")
        .column_as(sum(Column::Views), "views")
        .column_as(sum(Column::AddToCarts), "add_to_carts")
        .column_as(sum(Column::Purchases), "purchases")
        .column_as(revenue, "revenue")
        .filter(among(db, Column::ProductId, query.products))
        .filter(Column::PeriodStart.gte(query.from))
        .filter(Column::PeriodEnd.lte(query.until))
        .group_by(Column::ProductId)
        .order_by_asc(Column::ProductId);
    let rows = db
        .query_all(&sea_orm::QueryTrait::into_query(select))
        .await
        .map_err(DatabaseError::from)?;
    let summaries: Result<_, _> = rows.iter().map(|row| read(engine, row)).collect();
    Ok(summaries.map_err(DatabaseError::from)?)
}

fn read(engine: DbBackend, row: &QueryResult) -> Result<ProductSummary, sea_orm::DbErr> {
    let revenue: Decimal = match engine {
        DbBackend::Sqlite => Decimal::new(row.try_get("", "revenue")?, 2),
        _ => row.try_get("", "revenue")?,
    };
    let (views, purchases): (i64, i64) = (row.try_get("", "views")?, row.try_get("", "purchases")?);
    Ok(ProductSummary {
        product: row.try_get("", "product_id")?,
        periods: u64::try_from(row.try_get::<i64>("", "periods")?).unwrap_or_default(),
        period_start: row.try_get("", "period_start")?,
        period_end: row.try_get("", "period_end")?,
        views,
        add_to_carts: row.try_get("", "add_to_carts")?,
        purchases,
        revenue,
        conversion_rate: rate(views, purchases),
        average_order_value: (purchases > 0).then(|| rounded(revenue / Decimal::from(purchases), 2)),
    })
}
