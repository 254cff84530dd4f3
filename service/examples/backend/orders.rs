//! Orders: placed under an id of the client's, paid, cancelled, read.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use entity::{
    CustomerId, OrderId, ProductVariantId, TransactionId, customers, order_items, orders as rows,
    transactions,
};
use rust_decimal::Decimal;
use sea_orm::DatabaseConnection;
use serde::{Deserialize, Serialize};
use service::PageRequest;
use service::orders::{
    self, CancelError, CancelOrder, GetError, ListOrders, OrderCursor, OrderDetails, OrderLine, OrdersOf,
    PayError, PayOrder, PlaceError, PlaceOrder,
};
use service::retry::{Backoff, retry};

use crate::problem::Problem;

#[derive(Deserialize)]
pub(crate) struct PlaceForm {
    customer: Option<CustomerId>,
    lines: Vec<LineForm>,
    #[serde(default)]
    shipping: Decimal,
    /// What the customer was shown.
    total: Option<Decimal>,
}

#[derive(Deserialize)]
struct LineForm {
    variant: ProductVariantId,
    quantity: u32,
}

#[derive(Serialize)]
pub(crate) struct PlacedView {
    order: rows::Model,
    items: Vec<order_items::Model>,
}

/// PUT, because the client makes the id: sent again, the request finds the order that it has placed.
pub(crate) async fn place(
    State(db): State<DatabaseConnection>,
    Path(id): Path<OrderId>,
    Json(form): Json<PlaceForm>,
) -> Result<Json<PlacedView>, Problem> {
    let lines = form.lines.into_iter();
    let command = PlaceOrder {
        id,
        customer: form.customer,
        shipping: form.shipping,
        expected_total: form.total,
        ..PlaceOrder::new(
            lines
                .map(|line| OrderLine::new(line.variant, line.quantity))
                .collect(),
        )
    };
    // A deadlock or a broken connection is not the client's business while a second try can help.
    let placed = retry(Backoff::default(), tokio::time::sleep, || {
        orders::place(&db, command.clone())
    });
    match placed.await {
        Ok(placed) => Ok(Json(PlacedView {
            order: placed.order,
            items: placed.items,
        })),
        Err(error @ PlaceError::Invalid(_)) => Err(Problem::of(&error, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

#[derive(Deserialize)]
pub(crate) struct PayForm {
    amount: Decimal,
    method: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct PaidView {
    order: rows::Model,
    due: Decimal,
}

pub(crate) async fn pay(
    State(db): State<DatabaseConnection>,
    Path((order, id)): Path<(OrderId, TransactionId)>,
    Json(form): Json<PayForm>,
) -> Result<Json<PaidView>, Problem> {
    let command = PayOrder {
        id,
        payment_method: form.method,
        ..PayOrder::new(order, form.amount)
    };
    match orders::pay(&db, command).await {
        Ok(paid) => Ok(Json(PaidView {
            order: paid.order,
            due: paid.due,
        })),
        Err(error @ PayError::Invalid(_)) => Err(Problem::of(&error, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(error @ PayError::NotFound { .. }) => Err(Problem::of(&error, StatusCode::NOT_FOUND)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

pub(crate) async fn cancel(
    State(db): State<DatabaseConnection>,
    Path(id): Path<OrderId>,
) -> Result<Json<rows::Model>, Problem> {
    match orders::cancel(&db, CancelOrder { id }).await {
        Ok(cancelled) => Ok(Json(cancelled.order)),
        Err(error @ CancelError::NotFound { .. }) => Err(Problem::of(&error, StatusCode::NOT_FOUND)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

#[derive(Serialize)]
pub(crate) struct OrderView {
    order: rows::Model,
    items: Vec<order_items::Model>,
    customer: Option<customers::Model>,
    transactions: Vec<transactions::Model>,
}

impl From<OrderDetails> for OrderView {
    fn from(details: OrderDetails) -> Self {
        Self {
            order: details.order,
            items: details.items,
            customer: details.customer,
            transactions: details.transactions,
        }
    }
}

pub(crate) async fn get(
    State(db): State<DatabaseConnection>,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>, Problem> {
    match orders::get(&db, id).await {
        Ok(details) => Ok(Json(details.into())),
        Err(error @ GetError::NotFound { .. }) => Err(Problem::of(&error, StatusCode::NOT_FOUND)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

#[derive(Deserialize)]
pub(crate) struct ListForm {
    customer: Option<CustomerId>,
    limit: Option<u64>,
    /// Both of `next` of the page before.
    after_time: Option<DateTime<Utc>>,
    after: Option<OrderId>,
}

#[derive(Serialize)]
pub(crate) struct OrderPage {
    items: Vec<OrderView>,
    next: Option<OrderCursor>,
}

pub(crate) async fn list(
    State(db): State<DatabaseConnection>,
    Query(form): Query<ListForm>,
) -> Result<Json<OrderPage>, Problem> {
    let after = match (form.after_time, form.after) {
        (Some(created_at), Some(id)) => Some(OrderCursor { created_at, id }),
        (None, None) => None,
        _ => return Err(Problem::bad_request("after and after_time go together")),
    };
    let query = ListOrders {
        of: form.customer.map_or(OrdersOf::Anybody, OrdersOf::Customer),
        page: PageRequest {
            after,
            limit: form.limit.unwrap_or(50),
        },
        ..ListOrders::default()
    };
    match orders::page(&db, query).await {
        Ok(page) => Ok(Json(OrderPage {
            items: page.items.into_iter().map(OrderView::from).collect(),
            next: page.next,
        })),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}
