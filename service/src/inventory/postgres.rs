//! PostgreSQL's fast path: a batch is one statement, so it costs one round trip and holds its locks for no longer.
//!
//! The portable twin is [`portable`](super::portable); the tests of the operations run on both engines and hold them to the
//! same outcomes.

use std::collections::BTreeMap;

use entity::ProductVariantId;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::journal::Journal;
use super::level::{Moved, StockError};
use super::movement::{Batch, Counts, Place};
use crate::error::DatabaseError;

/// Locks the rows in the order of variant and location, and changes all of them when every one can be, else none. What changes is
/// written down under the movement's id first, and when the id is taken nothing changes: an insert waits for the one that is
/// taking it. A movement that is part of something else has no id, and no note of its own.
///
/// `held` sees each row as it is once its lock is granted. The new values are added to the row itself, not copied from `held`:
/// should the lock ever be lost, the CHECKs still stand between two writers and a counter below zero.
const APPLY: &str = r#"
WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
        AS w (variant, location, available, reserved, incoming)
), held AS (
    SELECT i.id, w.variant, w.location,
           i.quantity_available, i.quantity_reserved, i.quantity_incoming,
           w.available, w.reserved, w.incoming
    FROM wanted w
    JOIN inventory i ON i.product_variant_id = w.variant AND i.location = w.location
    ORDER BY i.product_variant_id, i.location
    FOR UPDATE OF i
), possible AS (
    SELECT id, variant, location, available, reserved, incoming,
           quantity_available + available AS new_available,
           quantity_reserved + reserved AS new_reserved,
           quantity_incoming + incoming AS new_incoming
    FROM held
    WHERE quantity_available + available BETWEEN 0 AND 2147483647
      AND quantity_reserved + reserved BETWEEN 0 AND 2147483647
      AND quantity_incoming + incoming BETWEEN 0 AND 2147483647
), remembered AS (
    INSERT INTO system_events (id, event_type, severity, message, details, created_at)
    SELECT $6, $7, 'info', $7,
           jsonb_build_object('command', $8::jsonb, 'outcome', jsonb_build_object('levels', jsonb_agg(
               jsonb_build_object(
                   'variant', variant, 'location', location, 'available', new_available,
                   'reserved', new_reserved, 'incoming', new_incoming
               ) ORDER BY variant, location COLLATE "C"))),
           $9
    FROM possible
    HAVING $6::uuid IS NOT NULL AND count(*) = (SELECT count(*) FROM wanted)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), moved AS (
    UPDATE inventory i
    SET quantity_available = i.quantity_available + p.available,
        quantity_reserved = i.quantity_reserved + p.reserved,
        quantity_incoming = i.quantity_incoming + p.incoming
    FROM possible p
    WHERE i.id = p.id
      AND CASE WHEN $6 IS NULL THEN (SELECT count(*) FROM possible) = (SELECT count(*) FROM wanted)
               ELSE EXISTS (SELECT FROM remembered) END
    RETURNING i.id
)
SELECT variant, location, quantity_available, quantity_reserved, quantity_incoming,
       (SELECT count(*) FROM moved) AS moved
FROM held"#;

/// Applies the batch in one statement, once; a refusal costs a second, which looks up the skus.
///
/// [`DatabaseError::Serialization`] when the movement's id is taken.
pub(super) async fn apply<C: ConnectionTrait>(
    db: &C,
    batch: &Batch,
    journal: Option<&Journal>,
) -> Result<Moved, StockError> {
    let (present, moved) = send(db, batch, journal).await?;
    match batch.outcome(&present) {
        Err(refusal) => Err(refusal.explain(db).await),
        Ok(outcome) if moved == batch.0.len() => Ok(outcome),
        // The id is taken.
        Ok(_) if moved == 0 && journal.is_some() => Err(DatabaseError::Serialization.into()),
        Ok(_) => Err(DatabaseError::Changed { table: "inventory" }.into()),
    }
}

/// What there was before, and how many rows were changed: all or none.
async fn send<C: ConnectionTrait>(
    db: &C,
    batch: &Batch,
    journal: Option<&Journal>,
) -> Result<(BTreeMap<Place, Counts>, usize), DatabaseError> {
    let (mut variants, mut locations) = (Vec::new(), Vec::new());
    let (mut available, mut reserved, mut incoming) = (Vec::new(), Vec::new(), Vec::new());
    for (place, change) in &batch.0 {
        variants.push(Uuid::from(place.variant));
        locations.push(place.location.clone());
        available.push(change.available);
        reserved.push(change.reserved);
        incoming.push(change.incoming);
    }
    let values = [
        variants.into(),
        locations.into(),
        available.into(),
        reserved.into(),
        incoming.into(),
        journal.map(|journal| Uuid::from(journal.id)).into(),
        journal.map(|journal| journal.kind).into(),
        journal.map(|journal| journal.command.clone()).into(),
        journal.and_then(|journal| journal.id.instant()).into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, APPLY, values);
    // Outside a transaction the statement is its own commit.
    let rows = db
        .query_all_raw(statement)
        .await
        .map_err(DatabaseError::of_commit)?;
    let mut moved = 0;
    let mut present = BTreeMap::new();
    for row in rows {
        let count = |column| row.try_get::<i32>("", column).map(i64::from);
        let variant: ProductVariantId = row.try_get("", "variant")?;
        let counts = Counts {
            available: count("quantity_available")?,
            reserved: count("quantity_reserved")?,
            incoming: count("quantity_incoming")?,
        };
        present.insert(
            Place {
                variant,
                location: row.try_get("", "location")?,
            },
            counts,
        );
        moved = usize::try_from(row.try_get::<i64>("", "moved")?).unwrap_or_default();
    }
    Ok((present, moved))
}
