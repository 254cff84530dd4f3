//! Creating a product with its variants.

use entity::{ProductId, ProductStatus, product_variants, products};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait};
use thiserror::Error;

use super::product;
use super::taken::{Claims, Taken, TakenList};
use super::variant::{self, NewVariant};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// A product and its variants, to be created together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateProduct {
    /// What it is called in URLs; unique in the shop. At most 255 characters.
    pub handle: String,
    /// What it is called on the page. At most 500 characters.
    pub title: String,
    /// Shopify's id, when it came from there.
    pub shopify_id: Option<String>,
    /// Any length; HTML is kept as it is.
    pub description: Option<String>,
    /// At most 255 characters.
    pub collection: Option<String>,
    /// At most 255 characters.
    pub category: Option<String>,
    /// At most 250 of at most 255 characters.
    pub tags: Vec<String>,
    /// Zero or more, with at most two decimals.
    pub base_price: Decimal,
    /// What it costs the shop. Zero or more, with at most two decimals.
    pub cost: Option<Decimal>,
    /// Whether it is sold, paused or retired.
    pub status: ProductStatus,
    /// At most 2 000, none twice.
    pub variants: Vec<NewVariant>,
}

impl CreateProduct {
    /// An active product without variants and without anything optional.
    pub fn new(handle: impl Into<String>, title: impl Into<String>, base_price: Decimal) -> Self {
        Self {
            handle: handle.into(),
            title: title.into(),
            shopify_id: None,
            description: None,
            collection: None,
            category: None,
            tags: Vec::new(),
            base_price,
            cost: None,
            status: ProductStatus::Active,
            variants: Vec::new(),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("handle", &self.handle, 255);
        checks.name("title", &self.title, 500);
        for (field, value, max) in [
            ("shopify_id", &self.shopify_id, 255),
            ("description", &self.description, usize::MAX),
            ("collection", &self.collection, 255),
            ("category", &self.category, 255),
        ] {
            if let Some(value) = value {
                checks.text(field, value, max);
            }
        }
        product::check_tags(&mut checks, &self.tags);
        checks.amount("base_price", self.base_price, (10, 2));
        if let Some(cost) = self.cost {
            checks.amount("cost", cost, (10, 2));
        }
        variant::check_all(&mut checks, "variants", &self.variants);
        checks.finish()
    }

    fn claims(&self) -> Claims {
        Claims {
            product: None,
            handle: Some(self.handle.clone()),
            shopify_id: self.shopify_id.clone(),
            skus: self.variants.iter().map(|v| (None, v.sku.clone())).collect(),
            shopify_variant_ids: self
                .variants
                .iter()
                .filter_map(|v| Some((None, v.shopify_variant_id.clone()?)))
                .collect(),
        }
    }
}

/// What [`create`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedProduct {
    /// The product.
    pub product: products::Model,
    /// Its variants by sku.
    pub variants: Vec<product_variants::Model>,
}

/// Why a product was not created.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Handle, skus or Shopify ids that other products have.
    #[error("{}", TakenList(taken))]
    Taken {
        /// All of them; never empty.
        taken: Vec<Taken>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CreateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Taken { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Creates a product and its variants, all or nothing.
///
/// Four statements: two INSERTs and two reads, however many variants; one INSERT fewer without any.
///
/// # Errors
///
/// [`CreateError::Taken`] lists every handle, sku and Shopify id that belongs to another product, for which two more statements
/// are sent. [`CreateError::Invalid`] before anything is sent.
pub async fn create<C>(db: &C, command: CreateProduct) -> Result<CreatedProduct, CreateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "catalogue.create");
    command.check()?;
    let claims = command.claims();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(DatabaseError::Duplicate { .. }) => Err(match claims.taken(db).await? {
            // Whoever had it has given it up in the meantime.
            taken if taken.is_empty() => DatabaseError::Changed { table: "products" }.into(),
            taken => CreateError::Taken { taken },
        }),
        outcome => Ok(outcome?),
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: CreateProduct) -> Result<CreatedProduct, DatabaseError> {
    let id = ProductId::new();
    let row = products::ActiveModel {
        id: Set(id),
        handle: Set(command.handle),
        shopify_id: Set(command.shopify_id),
        title: Set(command.title),
        description: Set(command.description),
        collection: Set(command.collection),
        category: Set(command.category),
        tags: Set(command.tags.into()),
        base_price: Set(command.base_price),
        cost: Set(command.cost),
        status: Set(command.status),
        ..Default::default()
    };
    products::Entity::insert(row).exec_without_returning(db).await?;
    variant::insert_all(db, id, command.variants).await?;
    let (product, variants) = product::read_back(db, id).await?;
    Ok(CreatedProduct { product, variants })
}
