//! Retiring a product without forgetting anything.

use entity::{ProductId, ProductStatus, products};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

use super::product;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
use crate::transaction;

/// The product to retire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveProduct {
    /// Its id.
    pub id: ProductId,
}

/// What [`archive`] found and left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedProduct {
    /// The product, now archived.
    pub product: products::Model,
    /// What it was before; `Archived` when there was nothing to do.
    pub was: ProductStatus,
}

/// Why a product was not archived.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// There is no such product.
    #[error("there is no product {id}")]
    NotFound {
        /// What was asked for.
        id: ProductId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ArchiveError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Sets a product's status to `archived`. Variants, stock, reservations, orders and metrics stay as they are.
///
/// Three statements under the product's lock; a product that is archived already costs one and changes nothing, not even
/// `updated_at`.
///
/// # Errors
///
/// [`ArchiveError::NotFound`].
pub async fn archive<C>(db: &C, command: ArchiveProduct) -> Result<ArchivedProduct, ArchiveError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "catalogue.archive");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command.id).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<ArchivedProduct, ArchiveError> {
    let product = product::lock(db, id)
        .await?
        .ok_or(ArchiveError::NotFound { id })?;
    let was = product.status;
    if was == ProductStatus::Archived {
        return Ok(ArchivedProduct { product, was });
    }
    products::Entity::update_many()
        .col_expr(products::Column::Status, Expr::value(ProductStatus::Archived))
        .filter(products::Column::Id.eq(id))
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    let product = products::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    let product = product.ok_or(DatabaseError::Changed { table: "products" })?;
    Ok(ArchivedProduct { product, was })
}
