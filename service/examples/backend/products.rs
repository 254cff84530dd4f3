//! Products: a page, one with its stock, a new one.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use entity::{ProductId, ProductStatus, product_variants, products};
use rust_decimal::Decimal;
use sea_orm::DatabaseConnection;
use serde::{Deserialize, Serialize};
use service::PageRequest;
use service::catalogue::{self, CreateError, CreateProduct, GetError, ListProducts, NewVariant, ProductKey};

use crate::problem::Problem;

#[derive(Deserialize)]
pub(crate) struct ListForm {
    collection: Option<String>,
    after: Option<ProductId>,
    limit: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct ProductPage {
    items: Vec<products::Model>,
    /// What to send as `after` to get the next page.
    next: Option<ProductId>,
}

pub(crate) async fn list(
    State(db): State<DatabaseConnection>,
    Query(form): Query<ListForm>,
) -> Result<Json<ProductPage>, Problem> {
    let query = ListProducts {
        collection: form.collection,
        status: Some(ProductStatus::Active),
        page: PageRequest {
            after: form.after,
            limit: form.limit.unwrap_or(50),
        },
    };
    match catalogue::list(&db, query).await {
        Ok(page) => Ok(Json(ProductPage {
            items: page.items,
            next: page.next,
        })),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

#[derive(Serialize)]
pub(crate) struct ProductView {
    product: products::Model,
    variants: Vec<VariantView>,
}

#[derive(Serialize)]
struct VariantView {
    #[serde(flatten)]
    variant: product_variants::Model,
    available: i64,
}

pub(crate) async fn get(
    State(db): State<DatabaseConnection>,
    Path(handle): Path<String>,
) -> Result<Json<ProductView>, Problem> {
    match catalogue::get(&db, ProductKey::Handle(handle)).await {
        Ok(details) => Ok(Json(ProductView {
            product: details.product,
            variants: details
                .variants
                .into_iter()
                .map(|row| VariantView {
                    available: row.available(),
                    variant: row.variant,
                })
                .collect(),
        })),
        Err(error @ GetError::NotFound { .. }) => Err(Problem::of(&error, StatusCode::NOT_FOUND)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}

#[derive(Deserialize)]
pub(crate) struct CreateForm {
    handle: String,
    title: String,
    price: Decimal,
    variants: Vec<VariantForm>,
}

#[derive(Deserialize)]
struct VariantForm {
    sku: String,
    price: Decimal,
}

#[derive(Serialize)]
pub(crate) struct CreatedView {
    product: products::Model,
    variants: Vec<product_variants::Model>,
}

pub(crate) async fn create(
    State(db): State<DatabaseConnection>,
    Json(form): Json<CreateForm>,
) -> Result<(StatusCode, Json<CreatedView>), Problem> {
    let variants = form.variants.into_iter();
    let command = CreateProduct {
        variants: variants.map(|v| NewVariant::new(v.sku, v.price)).collect(),
        ..CreateProduct::new(form.handle, form.title, form.price)
    };
    match catalogue::create(&db, command).await {
        Ok(created) => Ok((
            StatusCode::CREATED,
            Json(CreatedView {
                product: created.product,
                variants: created.variants,
            }),
        )),
        Err(error @ CreateError::Invalid(_)) => Err(Problem::of(&error, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(error) => Err(Problem::of(&error, StatusCode::CONFLICT)),
    }
}
