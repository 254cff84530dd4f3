//! PostgreSQL's fast path: an order is one statement, so it costs one round trip and holds its locks for no longer.
//!
//! The statement decides with the same rules as [`draft`](super::draft), and returns what it decided on, from which a refusal is
//! told. The portable twin is [`portable`](super::portable); the same tests hold both.

use entity::{OrderFulfillmentStatus, OrderItemId, OrderStatus, orders};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use uuid::Uuid;

use super::command::PlaceOrder;
use super::draft::{Draft, Facts, Offer, draft};
use super::refusal::PlaceError;
use super::{Attempt, PlacedOrder};
use crate::error::DatabaseError;
use crate::inventory::movement::Place;
use crate::orders::state::financial_status;

/// Keeps the customer and the variants, locks the stock in the order of variant and location, and writes order, lines and stock when
/// everything fits, else nothing. A location of '' is no stock.
///
/// `priced` sees each stock row as it is once its lock is granted. What exists already under the id or the number is no error
/// but nothing written, so that a caller's transaction stays usable.
const PLACE: &str = r"
WITH buyer AS (
    SELECT id FROM customers WHERE id = $3 FOR KEY SHARE
), wanted AS (
    SELECT * FROM unnest($9::uuid[], $10::uuid[], $11::text[], $12::bigint[], $13::numeric[], $14::numeric[])
        AS w (id, variant, location, quantity, discount, tax)
), known AS (
    SELECT v.id, v.sku, v.price, v.is_available, p.status,
           left(p.title || coalesce(' (' || nullif(concat_ws(', ', nullif(v.size, ''), nullif(v.frame_type, '')), '') || ')', ''), 500)
               AS title
    FROM product_variants v
    JOIN products p ON p.id = v.product_id
    WHERE v.id = ANY ($10) AND ($3 IS NULL OR EXISTS (SELECT FROM buyer))
    ORDER BY v.id
    FOR KEY SHARE OF v
), held AS (
    SELECT i.id, w.id AS line, w.quantity, i.quantity_available, i.quantity_reserved
    FROM wanted w
    JOIN known k ON k.id = w.variant
    JOIN inventory i ON i.product_variant_id = w.variant AND i.location = w.location
    ORDER BY i.product_variant_id, i.location
    FOR UPDATE OF i
), priced AS (
    SELECT w.*, k.sku, k.title, k.price, k.is_available, k.status, h.quantity_available,
           k.price * w.quantity AS cost,
           k.is_available AND k.status = 'active' AND w.quantity <= 2147483647
               AND (w.location = ''
                    OR h.quantity_available >= w.quantity AND h.quantity_reserved + w.quantity <= 2147483647)
               AND w.discount <= k.price * w.quantity AND w.discount < 100000000 AND w.tax < 100000000
               AND k.price * w.quantity - w.discount + w.tax < 10000000000
               AS possible
    FROM wanted w
    LEFT JOIN known k ON k.id = w.variant
    LEFT JOIN held h ON h.line = w.id
), summed AS (
    SELECT sum(cost) AS subtotal, sum(discount) + $5 AS discount, sum(tax) + $6 AS tax,
           sum(cost) - sum(discount) - $5 + sum(tax) + $6 + $7 AS total, bool_and(coalesce(possible, false)) AS possible
    FROM priced
), placed AS (
    INSERT INTO orders (id, order_number, customer_id, currency, financial_status,
                        subtotal_amount, discount_amount, tax_amount, shipping_amount, total_amount)
    SELECT $1, coalesce($2, 'VW-' || nextval('order_numbers')), $3, $4, CASE total WHEN 0 THEN 'paid' ELSE 'unpaid' END,
           subtotal, discount, tax, $7, total
    FROM summed
    WHERE possible AND discount <= subtotal AND ($8 IS NULL OR total = $8)
      AND subtotal < 10000000000 AND tax < 10000000000 AND total < 10000000000
      AND NOT EXISTS (SELECT FROM orders WHERE id = $1)
    ON CONFLICT DO NOTHING
    RETURNING id, order_number, created_at, updated_at
), items AS (
    INSERT INTO order_items (id, order_id, product_variant_id, sku, title, location, quantity, price,
                             discount_amount, tax_amount, total_amount)
    SELECT p.id, o.id, p.variant, p.sku, p.title, nullif(p.location, ''), p.quantity, p.price,
           p.discount, p.tax, p.cost - p.discount + p.tax
    FROM priced p CROSS JOIN placed o
), moved AS (
    UPDATE inventory i
    SET quantity_available = i.quantity_available - h.quantity,
        quantity_reserved = i.quantity_reserved + h.quantity
    FROM held h CROSS JOIN placed
    WHERE i.id = h.id
)
SELECT p.variant, p.location, p.sku, p.title, p.price, p.is_available, p.status, p.quantity_available,
       o.order_number, o.created_at, o.updated_at, $3 IS NULL OR EXISTS (SELECT FROM buyer) AS customer_known
FROM priced p LEFT JOIN placed o ON true";

/// Whether every line says from which one location it is taken.
pub(super) fn can_place(command: &PlaceOrder) -> bool {
    command
        .demands()
        .values()
        .all(|demand| demand.preferred.quantity == 0)
}

/// Places the order in one statement, which is its own commit outside of a transaction.
pub(super) async fn place<C: ConnectionTrait>(db: &C, command: &PlaceOrder) -> Result<Attempt, PlaceError> {
    let (statement, ids) = statement(command);
    let rows = db
        .query_all_raw(statement)
        .await
        .map_err(DatabaseError::of_commit)?;
    let answer = Answer::read(&rows).map_err(DatabaseError::from)?;
    if let Some(id) = command.customer
        && !answer.customer_known
    {
        return Err(PlaceError::UnknownCustomer { id });
    }
    let mut draft = draft(command, &answer.facts)?;
    for (item, id) in draft.items.iter_mut().zip(ids) {
        item.id = id;
    }
    Ok(match answer.written {
        Some(written) => Attempt::Placed(Box::new(placed(command, draft, written))),
        None => Attempt::Taken,
    })
}

fn statement(command: &PlaceOrder) -> (Statement, Vec<OrderItemId>) {
    let (mut ids, mut variants, mut locations) = (Vec::new(), Vec::new(), Vec::new());
    let (mut quantities, mut discounts, mut taxes) = (Vec::new(), Vec::new(), Vec::new());
    for (variant, demand) in command.demands() {
        for (location, share) in demand.fixed {
            ids.push(OrderItemId::new());
            variants.push(Uuid::from(variant));
            locations.push(location.unwrap_or_default());
            quantities.push(share.quantity);
            discounts.push(share.discount);
            taxes.push(share.tax);
        }
    }
    let values = [
        command.id.into(),
        command.order_number.clone().into(),
        command.customer.into(),
        command.currency.clone().into(),
        command.discount.into(),
        command.tax.into(),
        command.shipping.into(),
        command.expected_total.into(),
        ids.iter().copied().map(Uuid::from).collect::<Vec<_>>().into(),
        variants.into(),
        locations.into(),
        quantities.into(),
        discounts.into(),
        taxes.into(),
    ];
    (
        Statement::from_sql_and_values(DbBackend::Postgres, PLACE, values),
        ids,
    )
}

/// What the statement decided on, and what it wrote.
#[derive(Default)]
struct Answer {
    customer_known: bool,
    facts: Facts,
    written: Option<Written>,
}

struct Written {
    order_number: String,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

impl Answer {
    fn read(rows: &[QueryResult]) -> Result<Self, sea_orm::DbErr> {
        let mut answer = Self::default();
        for row in rows {
            answer.customer_known = row.try_get("", "customer_known")?;
            let variant = row.try_get("", "variant")?;
            if let Some(sku) = row.try_get("", "sku")? {
                let offer = Offer {
                    sku,
                    title: row.try_get("", "title")?,
                    price: row.try_get("", "price")?,
                    status: row.try_get("", "status")?,
                    is_available: row.try_get("", "is_available")?,
                };
                answer.facts.offers.insert(variant, offer);
            }
            if let Some(free) = row.try_get::<Option<i32>>("", "quantity_available")? {
                let location = row.try_get("", "location")?;
                answer.facts.free.insert(Place { variant, location }, free.into());
            }
            if let Some(order_number) = row.try_get("", "order_number")? {
                answer.written = Some(Written {
                    order_number,
                    created_at: row.try_get("", "created_at")?,
                    updated_at: row.try_get("", "updated_at")?,
                });
            }
        }
        Ok(answer)
    }
}

fn placed(command: &PlaceOrder, draft: Draft, written: Written) -> PlacedOrder {
    PlacedOrder {
        order: orders::Model {
            id: command.id,
            order_number: written.order_number,
            shopify_order_id: None,
            customer_id: command.customer,
            status: OrderStatus::Pending,
            financial_status: financial_status(draft.total, Decimal::ZERO, Decimal::ZERO),
            fulfillment_status: OrderFulfillmentStatus::Unfulfilled,
            currency: command.currency.clone(),
            subtotal_amount: draft.subtotal,
            discount_amount: draft.discount,
            tax_amount: draft.tax,
            shipping_amount: command.shipping,
            total_amount: draft.total,
            created_at: written.created_at,
            updated_at: written.updated_at,
        },
        items: draft.items,
    }
}
