//! Rows of `products`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::StringList;

crate::typed_id! {
    /// Identifies a row of `products`.
    ProductId
}

/// What `products.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProductStatus {
    #[default]
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "inactive")]
    Inactive,
    #[sea_orm(string_value = "archived")]
    Archived,
}

crate::closed_set!(ProductStatus);

/// A row of `products`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub handle: String,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub shopify_id: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub collection: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub category: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: StringList,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub base_price: Decimal,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub cost: Option<Decimal>,
    pub status: ProductStatus,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `products` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The rows of `product_metrics` whose `product_id` refers here.
    #[sea_orm(has_many = "super::product_metrics::Entity", via_rel = "Relation::Product")]
    ProductMetrics,
    /// The rows of `product_variants` whose `product_id` refers here.
    #[sea_orm(has_many = "super::product_variants::Entity", via_rel = "Relation::Product")]
    ProductVariants,
}

impl Related<super::product_metrics::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ProductMetrics.def()
    }
}

impl Related<super::product_variants::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ProductVariants.def()
    }
}

crate::identified!(ActiveModel, id: ProductId);
