//! Placing an order in set-based statements of SeaQuery: lock and look, decide, write.
//!
//! SQLite takes this path for every order. PostgreSQL takes it for those whose lines may be spread over several locations, and has
//! a faster one for all others ([`postgres`](super::postgres)).

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    CustomerId, InventoryId, ProductStatus, ProductVariantId, customers, inventory, order_items, orders,
    product_variants, products,
};
use sea_orm::sea_query::{ExprTrait, LockType, Query, Value};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait, Set,
};

use super::command::{LineStock, PlaceOrder};
use super::draft::{Draft, Facts, Offer, draft, title};
use super::refusal::PlaceError;
use super::{Attempt, PlacedOrder, number};
use crate::batch::{among, nth, rows};
use crate::error::DatabaseError;
use crate::inventory::movement::Place;
use crate::inventory::row::{self, Held};
use crate::orders::state::financial_status;

/// Places the order inside the caller's transaction, which the caller rolls back unless it is placed.
pub(super) async fn place<C: ConnectionTrait>(
    db: &C,
    command: &PlaceOrder,
    tries: u8,
) -> Result<Attempt, PlaceError> {
    if let Some(id) = command.customer {
        keep_customer(db, id).await?;
    }
    let offers = offers(db, command).await?;
    let places = places(command);
    let held = if places.is_empty() {
        BTreeMap::new()
    } else {
        row::lock(db, places.iter()).await?
    };
    let free = held
        .iter()
        .map(|(place, row)| (place.clone(), row.counts.available))
        .collect();
    let draft = draft(command, &Facts { offers, free })?;
    let order_number = match &command.order_number {
        Some(number) => number.clone(),
        None => number::next(db, tries).await?,
    };
    match write(db, command, order_number, draft, &held).await {
        Ok(placed) => Ok(Attempt::Placed(Box::new(placed))),
        Err(DatabaseError::Duplicate { .. }) => Ok(Attempt::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Keeps the customer from being deleted until the transaction ends.
async fn keep_customer<C: ConnectionTrait>(db: &C, id: CustomerId) -> Result<(), PlaceError> {
    let found: Option<CustomerId> = customers::Entity::find_by_id(id)
        .select_only()
        .column(customers::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    match found {
        Some(_) => Ok(()),
        None => Err(PlaceError::UnknownCustomer { id }),
    }
}

#[derive(FromQueryResult)]
struct OfferRow {
    id: ProductVariantId,
    sku: String,
    size: Option<String>,
    frame_type: Option<String>,
    price: rust_decimal::Decimal,
    is_available: bool,
    title: String,
    status: ProductStatus,
}

/// What the catalogue says; keeps the variants from being deleted.
async fn offers<C: ConnectionTrait>(
    db: &C,
    command: &PlaceOrder,
) -> Result<BTreeMap<ProductVariantId, Offer>, DatabaseError> {
    use product_variants::Column;
    let wanted: BTreeSet<_> = command.lines.iter().map(|line| line.variant).collect();
    let mut select = product_variants::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Sku,
            Column::Size,
            Column::FrameType,
            Column::Price,
            Column::IsAvailable,
        ])
        .columns([products::Column::Title, products::Column::Status])
        .join(JoinType::InnerJoin, product_variants::Relation::Product.def())
        .filter(among(db, Column::Id, wanted))
        .order_by_asc(Column::Id);
    QueryTrait::query(&mut select).lock_with_tables(LockType::KeyShare, [product_variants::Entity]);
    let rows = select.into_model::<OfferRow>().all(db).await?;
    let offer = |row: OfferRow| Offer {
        title: title(&row.title, row.size.as_deref(), row.frame_type.as_deref()),
        sku: row.sku,
        price: row.price,
        status: row.status,
        is_available: row.is_available,
    };
    Ok(rows.into_iter().map(|row| (row.id, offer(row))).collect())
}

/// Every place where the order may find stock.
fn places(command: &PlaceOrder) -> BTreeSet<Place> {
    let place = |variant, location: &String| Place {
        variant,
        location: location.clone(),
    };
    let mut places = BTreeSet::new();
    for line in &command.lines {
        match &line.stock {
            LineStock::At(location) => {
                places.insert(place(line.variant, location));
            }
            LineStock::Preferred => {
                places.extend(
                    command
                        .locations
                        .iter()
                        .map(|location| place(line.variant, location)),
                );
            }
            LineStock::Untracked => {}
        }
    }
    places
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: &PlaceOrder,
    order_number: String,
    draft: Draft,
    held: &BTreeMap<Place, Held>,
) -> Result<PlacedOrder, DatabaseError> {
    let row = orders::ActiveModel {
        id: Set(command.id),
        order_number: Set(order_number),
        customer_id: Set(command.customer),
        financial_status: Set(financial_status(
            draft.total,
            Default::default(),
            Default::default(),
        )),
        currency: Set(command.currency.clone()),
        subtotal_amount: Set(draft.subtotal),
        discount_amount: Set(draft.discount),
        tax_amount: Set(draft.tax),
        shipping_amount: Set(command.shipping),
        total_amount: Set(draft.total),
        ..Default::default()
    };
    let order = row.insert(db).await?;
    reserve(db, &draft.items, held).await?;
    let lines = draft
        .items
        .iter()
        .cloned()
        .map(|item| item.into_active_model().reset_all());
    order_items::Entity::insert_many(lines)
        .exec_without_returning(db)
        .await?;
    Ok(PlacedOrder {
        order,
        items: draft.items,
    })
}

async fn reserve<C: ConnectionTrait>(
    db: &C,
    items: &[order_items::Model],
    held: &BTreeMap<Place, Held>,
) -> Result<(), DatabaseError> {
    use inventory::Column;
    const TAKEN: &str = "taken";
    let changes: Vec<Vec<Value>> = items
        .iter()
        .filter_map(|item| {
            let place = Place {
                variant: item.product_variant_id?,
                location: item.location.clone()?,
            };
            let id: InventoryId = held.get(&place)?.id;
            Some(vec![id.into(), item.quantity.into()])
        })
        .collect();
    let expected = items.iter().filter(|item| item.location.is_some()).count();
    if expected == 0 {
        return Ok(());
    }
    let free = Column::QuantityAvailable.into_expr().sub(nth(TAKEN, 2));
    let statement = Query::update()
        .table(inventory::Entity)
        .value(Column::QuantityAvailable, free.clone())
        .value(
            Column::QuantityReserved,
            Column::QuantityReserved.into_expr().add(nth(TAKEN, 2)),
        )
        .from(rows(TAKEN, changes))
        .and_where(Column::Id.into_expr().eq(nth(TAKEN, 1)))
        .and_where(free.gte(0))
        .to_owned();
    let written = db.execute(&statement).await?;
    if written.rows_affected() == expected as u64 {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table: "inventory" })
    }
}
