//! What the database knows of a batch of products, in two statements.

use std::collections::HashMap;

use entity::{product_variants, products};
use rust_decimal::Decimal;
use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationTrait,
};

use super::block::ProductBlock;
use crate::batch::among_texts;
use crate::error::DatabaseError;

/// Names in one list: fewer than the parameters that either engine takes in a statement.
const LIST: usize = 10_000;

/// The products that have a handle, and the variants that have a SKU, of some blocks.
#[derive(Default)]
pub(super) struct KnownProducts {
    pub(super) products: HashMap<String, products::Model>,
    pub(super) variants: HashMap<String, KnownVariant>,
}

/// A variant and the handle of the product that owns it.
#[derive(Debug, FromQueryResult)]
pub(super) struct KnownVariant {
    pub(super) handle: String,
    pub(super) sku: String,
    pub(super) size: Option<String>,
    pub(super) frame_type: Option<String>,
    pub(super) price: Decimal,
}

impl KnownProducts {
    /// Looks up every handle and SKU of the blocks: two statements, and one more for every 10 000 SKUs of a batch.
    pub(super) async fn of<C>(db: &C, blocks: &[ProductBlock]) -> Result<Self, DatabaseError>
    where
        C: ConnectionTrait,
    {
        let mut known = Self::default();
        let handles: Vec<_> = blocks.iter().map(|block| block.handle.clone()).collect();
        let named = among_texts(db, products::Column::Handle, handles);
        for product in products::Entity::find().filter(named).all(db).await? {
            known.products.insert(product.handle.clone(), product);
        }
        let skus = blocks
            .iter()
            .flat_map(|block| &block.variants)
            .map(|variant| variant.sku.clone());
        let skus: Vec<_> = skus.filter(|sku| !sku.is_empty()).collect();
        for skus in skus.chunks(LIST) {
            let variants = product_variants::Entity::find()
                .select_only()
                .columns([
                    product_variants::Column::Sku,
                    product_variants::Column::Size,
                    product_variants::Column::FrameType,
                    product_variants::Column::Price,
                ])
                .column(products::Column::Handle)
                .join(JoinType::InnerJoin, product_variants::Relation::Product.def())
                .filter(among_texts(db, product_variants::Column::Sku, skus.to_vec()));
            for variant in variants.into_model::<KnownVariant>().all(db).await? {
                known.variants.insert(variant.sku.clone(), variant);
            }
        }
        Ok(known)
    }
}
