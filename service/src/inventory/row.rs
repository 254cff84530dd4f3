//! Stock rows: making the ones that do not exist, and locking the ones that do.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::{InventoryId, ProductVariantId, inventory, product_variants};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Order, Query, Value};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::level::StockError;
use super::movement::{Counts, Place};
use crate::batch::{among, nth, rows};
use crate::error::DatabaseError;

/// Makes the rows that are not there yet, with nothing in them. Two statements: the first keeps the variants from being deleted
/// until the transaction ends.
pub(crate) async fn make<C: ConnectionTrait>(db: &C, places: BTreeSet<Place>) -> Result<(), StockError> {
    let wanted: BTreeSet<_> = places.iter().map(|place| place.variant).collect();
    let known: HashSet<ProductVariantId> = product_variants::Entity::find()
        .select_only()
        .column(product_variants::Column::Id)
        .filter(among(db, product_variants::Column::Id, wanted.iter().copied()))
        .order_by_asc(product_variants::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple()
        .all(db)
        .await
        .map_err(DatabaseError::from)?
        .into_iter()
        .collect();
    let variants: Vec<_> = wanted
        .into_iter()
        .filter(|variant| !known.contains(variant))
        .collect();
    if !variants.is_empty() {
        return Err(StockError::UnknownVariants { variants });
    }
    use inventory::Column;
    let mut statement = Query::insert();
    statement
        .into_table(inventory::Entity)
        .columns([Column::Id, Column::ProductVariantId, Column::Location])
        .on_conflict(
            OnConflict::columns([Column::ProductVariantId, Column::Location])
                .do_nothing()
                .to_owned(),
        );
    for Place { variant, location } in places {
        let values: [Value; 3] = [InventoryId::new().into(), variant.into(), location.into()];
        statement.values_panic(values.map(Expr::value));
    }
    db.execute(&statement).await.map_err(DatabaseError::from)?;
    Ok(())
}

/// A stock row under its lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) id: InventoryId,
    pub(crate) counts: Counts,
}

/// Locks the rows that exist, in the order of variant and location. One statement.
pub(crate) async fn lock<'a, C: ConnectionTrait>(
    db: &C,
    places: impl Iterator<Item = &'a Place>,
) -> Result<BTreeMap<Place, Held>, DatabaseError> {
    use inventory::Column;
    const WANTED: &str = "wanted";
    let wanted: Vec<Vec<Value>> = places
        .map(|place| vec![place.variant.into(), place.location.clone().into()])
        .collect();
    let of_inventory = |column: Column| (inventory::Entity, column);
    let statement = Query::select()
        .columns(
            [
                Column::Id,
                Column::ProductVariantId,
                Column::Location,
                Column::QuantityAvailable,
                Column::QuantityReserved,
                Column::QuantityIncoming,
            ]
            .map(of_inventory),
        )
        .from(rows(WANTED, wanted))
        .inner_join(
            inventory::Entity,
            Expr::col(of_inventory(Column::ProductVariantId))
                .eq(nth(WANTED, 1))
                .and(Expr::col(of_inventory(Column::Location)).eq(nth(WANTED, 2))),
        )
        .order_by(of_inventory(Column::ProductVariantId), Order::Asc)
        .order_by(of_inventory(Column::Location), Order::Asc)
        .lock_with_tables(LockType::Update, [inventory::Entity])
        .to_owned();
    let mut held = BTreeMap::new();
    for row in db.query_all(&statement).await? {
        let count = |column| row.try_get::<i32>("", column).map(i64::from);
        let place = Place {
            variant: row.try_get("", "product_variant_id")?,
            location: row.try_get("", "location")?,
        };
        let counts = Counts {
            available: count("quantity_available")?,
            reserved: count("quantity_reserved")?,
            incoming: count("quantity_incoming")?,
        };
        held.insert(
            place,
            Held {
                id: row.try_get("", "id")?,
                counts,
            },
        );
    }
    Ok(held)
}
