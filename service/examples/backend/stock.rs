//! Stock: what arrives or is corrected, and what runs low.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use entity::{ProductVariantId, SystemEventId};
use sea_orm::DatabaseConnection;
use serde::{Deserialize, Serialize};
use service::inventory::{self, Adjust, AdjustLine, ListLowStock, MAIN, Moved, StockError};

use crate::problem::Problem;

#[derive(Deserialize)]
pub(crate) struct AdjustForm {
    lines: Vec<LineForm>,
}

#[derive(Deserialize)]
struct LineForm {
    variant: ProductVariantId,
    location: Option<String>,
    available: i32,
}

/// The client makes the movement's id, so a request that is sent again moves nothing again.
pub(crate) async fn adjust(
    State(db): State<DatabaseConnection>,
    Path(id): Path<SystemEventId>,
    Json(form): Json<AdjustForm>,
) -> Result<Json<Moved>, Problem> {
    let lines = form.lines.into_iter().map(|line| {
        let location = line.location.unwrap_or_else(|| MAIN.to_owned());
        AdjustLine::available(line.variant, line.available).at(location)
    });
    let command = Adjust {
        id,
        lines: lines.collect(),
    };
    match inventory::adjust(&db, command).await {
        Ok(moved) => Ok(Json(moved)),
        Err(error @ StockError::Invalid(_)) => Err(Problem::of(&error, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

#[derive(Serialize)]
pub(crate) struct LowView {
    sku: String,
    location: String,
    available: i32,
    reorder_point: i32,
}

pub(crate) async fn low(State(db): State<DatabaseConnection>) -> Result<Json<Vec<LowView>>, Problem> {
    match inventory::low_stock(&db, ListLowStock::default()).await {
        Ok(page) => Ok(Json(
            page.items
                .into_iter()
                .map(|row| LowView {
                    sku: row.sku,
                    location: row.location,
                    available: row.available,
                    reorder_point: row.reorder_point,
                })
                .collect(),
        )),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}
