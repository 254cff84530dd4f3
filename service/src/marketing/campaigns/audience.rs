//! Whom a campaign targets, from the moment it begins.

use chrono::{DateTime, Utc};
use entity::{CustomerSegmentId, campaigns, customer_segment_members, customer_segments};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Order};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::transition::TransitionError;
use crate::error::DatabaseError;
use crate::marketing::stored;

/// The key of `campaigns.metadata` that the activation writes.
pub(super) const KEY: &str = "audience";

/// Where the segment that a campaign targets since it began came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// The segment it was copied from, which may have changed or gone since.
    pub copied_from: CustomerSegmentId,
    /// What that was called.
    pub name: String,
    /// How many members were copied.
    pub members: u64,
    /// When.
    pub taken_at: DateTime<Utc>,
}

/// Where the segment that the campaign targets came from; `None` before the campaign began, or when it targets everybody.
#[must_use]
pub fn audience(campaign: &campaigns::Model) -> Option<Audience> {
    serde_json::from_value(campaign.metadata.get(KEY)?.clone()).ok()
}

/// Copies the segment's members into a segment of the campaign's own, and says so in the row to be written. Three statements,
/// however many members; the rows of the customers are held against deletion, by id.
pub(super) async fn freeze<C: ConnectionTrait>(
    db: &C,
    campaign: &campaigns::Model,
    segment: CustomerSegmentId,
    at: DateTime<Utc>,
    row: &mut campaigns::ActiveModel,
) -> Result<(), TransitionError> {
    let original = customer_segments::Entity::find_by_id(segment)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(DatabaseError::Changed {
            table: "customer_segments",
        })?;
    if !original.is_active {
        return Err(TransitionError::InactiveSegment { segment });
    }
    let copy = CustomerSegmentId::new();
    let audience = Audience {
        copied_from: segment,
        name: original.name.clone(),
        members: 0,
        taken_at: stored(at),
    };
    insert_copy(db, campaign, copy, original, &audience).await?;
    let members = copy_members(db, segment, copy).await?;
    if members == 0 {
        return Err(TransitionError::EmptySegment { segment });
    }
    let mut metadata = campaign.metadata.clone();
    if !metadata.is_object() {
        metadata = json!({});
    }
    metadata[KEY] = as_json(&Audience { members, ..audience });
    row.metadata = Set(metadata);
    row.target_segment_id = Set(Some(copy));
    Ok(())
}

async fn insert_copy<C: ConnectionTrait>(
    db: &C,
    campaign: &campaigns::Model,
    copy: CustomerSegmentId,
    original: customer_segments::Model,
    audience: &Audience,
) -> Result<(), DatabaseError> {
    let new = customer_segments::ActiveModel {
        id: Set(copy),
        name: Set(format!("Audience of campaign {}", campaign.id)),
        r#type: Set(original.r#type),
        description: Set(Some(format!(
            "Members of {} when the campaign began",
            original.name
        ))),
        // No criteria of the segments' language, so that nothing recomputes the members.
        criteria: Set(json!({
            "copied_from": audience.copied_from,
            "taken_at": audience.taken_at,
            "criteria": original.criteria,
        })),
        is_active: Set(false),
        ..Default::default()
    };
    customer_segments::Entity::insert(new)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// How many members were copied. One statement.
async fn copy_members<C: ConnectionTrait>(
    db: &C,
    from: CustomerSegmentId,
    to: CustomerSegmentId,
) -> Result<u64, DatabaseError> {
    use customer_segment_members::Column;
    let members = Query::select()
        .column(Column::CustomerId)
        .expr(Expr::value(to))
        .columns([Column::Score, Column::AssignedAt])
        .from(customer_segment_members::Entity)
        .and_where(Column::SegmentId.into_expr().eq(from))
        .order_by(Column::CustomerId, Order::Asc)
        .to_owned();
    let mut statement = Query::insert();
    statement
        .into_table(customer_segment_members::Entity)
        .columns([
            Column::CustomerId,
            Column::SegmentId,
            Column::Score,
            Column::AssignedAt,
        ])
        .select_from(members)
        .map_err(|error| DatabaseError::Unexpected(sea_orm::DbErr::Custom(error.to_string())))?;
    match db.execute(&statement).await.map_err(DatabaseError::from) {
        // A customer was deleted while being copied.
        Err(DatabaseError::MissingReference { .. }) => Err(DatabaseError::Serialization),
        Err(error) => Err(error),
        Ok(copied) => Ok(copied.rows_affected()),
    }
}

fn as_json(audience: &Audience) -> Value {
    serde_json::to_value(audience).unwrap_or_default()
}
