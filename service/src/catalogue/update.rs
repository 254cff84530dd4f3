//! Changing a product and its variants.

mod command;

use std::collections::BTreeMap;

use entity::{ProductId, ProductVariantId, product_variants, products};
use sea_orm::sea_query::{ExprTrait, Query, Value};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

pub use command::{UpdateProduct, UpdateVariant};

use super::product;
use super::taken::{Taken, TakenList};
use super::variant;
use crate::batch::{nth, rows};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::InvalidInput;
use crate::operation;
use crate::transaction;

/// What [`update`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedProduct {
    /// The product.
    pub product: products::Model,
    /// All of its variants by sku.
    pub variants: Vec<product_variants::Model>,
}

/// Why a product was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such product.
    #[error("there is no product {id}")]
    NotFound {
        /// What was asked for.
        id: ProductId,
    },
    /// Variants that do not exist or belong to another product.
    #[error("{} of the variants are not this product's", variants.len())]
    UnknownVariants {
        /// All of them; never empty.
        variants: Vec<ProductVariantId>,
    },
    /// Handle, skus or Shopify ids that others have.
    #[error("{}", TakenList(taken))]
    Taken {
        /// All of them; never empty.
        taken: Vec<Taken>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for UpdateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::UnknownVariants { .. } | Self::Taken { .. } => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// Changes a product, its variants, or both, all or nothing.
///
/// At most seven statements, however many variants: a lock and an UPDATE each for the product and for its variants, an INSERT of
/// new variants, and two reads; what the command leaves alone costs none. Locks the product, and its variants when some change.
///
/// # Errors
///
/// [`UpdateError::NotFound`], [`UpdateError::UnknownVariants`], and [`UpdateError::Taken`] with every handle, sku and Shopify id
/// that another row has, for which two more statements are sent. Two variants cannot swap their skus in one command.
pub async fn update<C>(db: &C, command: UpdateProduct) -> Result<UpdatedProduct, UpdateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "catalogue.update");
    command.check()?;
    let claims = command.claims();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(UpdateError::Database(DatabaseError::Duplicate { constraint })) => {
            Err(match claims.taken(db).await? {
                // Its own rows got into each other's way, or whoever had the value has given it up in the meantime.
                taken if taken.is_empty() => DatabaseError::Duplicate { constraint }.into(),
                taken => UpdateError::Taken { taken },
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(
    db: &C,
    mut command: UpdateProduct,
) -> Result<UpdatedProduct, UpdateError> {
    let id = command.id;
    product::lock(db, id).await?.ok_or(UpdateError::NotFound { id })?;
    let variants = std::mem::take(&mut command.variants);
    let add_variants = std::mem::take(&mut command.add_variants);
    write_product(db, command).await?;
    if !variants.is_empty() {
        write_variants(db, id, variants).await?;
    }
    variant::insert_all(db, id, add_variants).await?;
    let (product, variants) = product::read_back(db, id).await?;
    Ok(UpdatedProduct { product, variants })
}

async fn write_product<C: ConnectionTrait>(db: &C, command: UpdateProduct) -> Result<(), DatabaseError> {
    let mut row = products::ActiveModel::default();
    macro_rules! set {
        ($($field:ident),*) => { $(if let Some(value) = command.$field { row.$field = Set(value); })* };
    }
    set!(
        handle,
        title,
        shopify_id,
        description,
        collection,
        category,
        base_price,
        cost,
        status
    );
    if let Some(tags) = command.tags {
        row.tags = Set(tags.into());
    }
    if !sea_orm::ActiveModelTrait::is_changed(&row) {
        return Ok(());
    }
    let updated = products::Entity::update_many()
        .set(row)
        .filter(products::Column::Id.eq(command.id))
        .exec(db)
        .await?;
    if updated.rows_affected == 1 {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table: "products" })
    }
}

/// Locks all variants of the product, and writes those that change in one statement.
async fn write_variants<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
    changes: Vec<UpdateVariant>,
) -> Result<(), UpdateError> {
    use product_variants::Column;
    const NEW: &str = "new";
    let mut present: BTreeMap<_, _> = product::lock_variants(db, id)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let unknown: Vec<_> = changes
        .iter()
        .map(|v| v.id)
        .filter(|id| !present.contains_key(id))
        .collect();
    if !unknown.is_empty() {
        return Err(UpdateError::UnknownVariants { variants: unknown });
    }
    let mut values: Vec<Vec<Value>> = Vec::new();
    for change in changes {
        if let Some(mut row) = present.remove(&change.id) {
            change.apply(&mut row);
            values.push(vec![
                row.id.into(),
                row.sku.into(),
                row.shopify_variant_id.into(),
                row.size.into(),
                row.frame_type.into(),
                row.price.into(),
                row.is_available.into(),
            ]);
        }
    }
    let expected = values.len();
    let statement = Query::update()
        .table(product_variants::Entity)
        .value(Column::Sku, nth(NEW, 2))
        .value(Column::ShopifyVariantId, nth(NEW, 3))
        .value(Column::Size, nth(NEW, 4))
        .value(Column::FrameType, nth(NEW, 5))
        .value(Column::Price, nth(NEW, 6))
        .value(Column::IsAvailable, nth(NEW, 7))
        .from(rows(NEW, values))
        .and_where(Column::Id.into_expr().eq(nth(NEW, 1)))
        .to_owned();
    let updated = db.execute(&statement).await.map_err(DatabaseError::from)?;
    if updated.rows_affected() != expected as u64 {
        return Err(DatabaseError::Changed {
            table: "product_variants",
        }
        .into());
    }
    Ok(())
}
