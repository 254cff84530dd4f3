//! What happened between a customer and the shop, in the order of time.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};
use entity::{
    CampaignStatus, CustomerId, campaigns, customer_interactions, customer_segment_members,
    email_subscribers, orders,
};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::get::{GetError, get};
use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Page, PageRequest};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The customer ordered.
    Ordered(orders::Model),
    /// A contact with the shop or an agent.
    Contacted(customer_interactions::Model),
    /// An address of the customer was put on a list; the row says what became of it.
    Subscribed(email_subscribers::Model),
    /// It was taken off again.
    Unsubscribed(email_subscribers::Model),
    /// A campaign began for a segment to which the customer belongs now; one that is a draft or cancelled did not.
    Targeted(campaigns::Model),
}

/// One thing that happened, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub event: Event,
}

/// Where in a timeline a page begins: the key of an entry. The newest come first; of one instant, in the order of [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelineKey {
    at: DateTime<Utc>,
    rank: u8,
    id: Uuid,
}

impl Ord for TimelineKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |key: &Self| (Reverse(key.at), key.rank, Reverse(key.id));
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for TimelineKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl TimelineEntry {
    /// Its place in a timeline.
    #[must_use]
    pub fn key(&self) -> TimelineKey {
        let (rank, id) = match &self.event {
            Event::Ordered(row) => (0, row.id.into()),
            Event::Contacted(row) => (1, row.id.into()),
            Event::Subscribed(row) => (2, id_of(row)),
            Event::Unsubscribed(row) => (3, id_of(row)),
            Event::Targeted(row) => (4, row.id.into()),
        };
        TimelineKey {
            at: self.at,
            rank,
            id,
        }
    }
}

/// A subscription has no id: this stands for its list and address, of which a customer may have several.
fn id_of(row: &email_subscribers::Model) -> Uuid {
    let digest = Sha256::new()
        .chain_update(row.list_id.as_uuid())
        .chain_update(&row.email)
        .finalize();
    let mut id = [0; 16];
    for (byte, digit) in id.iter_mut().zip(digest) {
        *byte = digit;
    }
    Uuid::from_bytes(id)
}

/// Whose timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTimeline {
    /// This customer's.
    pub customer: CustomerId,
    /// Which page.
    pub page: PageRequest<TimelineKey>,
}

/// Lists what happened between a customer and the shop, the newest first.
///
/// Five statements, whatever there is: each source gives at most a page, from `idx_orders_customer_created`,
/// `idx_customer_interactions_customer_created`, the customer's subscriptions, and the campaigns of its segments.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn timeline<C: ConnectionTrait>(
    db: &C,
    query: ListTimeline,
) -> Result<Page<TimelineEntry, TimelineKey>, GetError> {
    let db = &operation::named(db, "customers.timeline");
    let (id, after) = (query.customer, query.page.after);
    let limit = query.page.clamped();
    get(db, id).await?;
    let mut entries = ordered(db, id, after, limit).await?;
    entries.extend(contacted(db, id, after, limit).await?);
    entries.extend(subscribed(db, id, after).await?);
    entries.extend(targeted(db, id, after, limit).await?);
    entries.sort_by_key(TimelineEntry::key);
    Ok(Page::cut(entries, limit, TimelineEntry::key))
}

async fn ordered<C: ConnectionTrait>(
    db: &C,
    id: CustomerId,
    after: Option<TimelineKey>,
    limit: u64,
) -> Result<Vec<TimelineEntry>, DatabaseError> {
    use orders::Column;
    let select = orders::Entity::find().filter(Column::CustomerId.eq(id));
    let rows = newest(select, 0, (Column::CreatedAt, Column::Id), after, limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TimelineEntry {
            at: row.created_at,
            event: Event::Ordered(row),
        })
        .collect())
}

async fn contacted<C: ConnectionTrait>(
    db: &C,
    id: CustomerId,
    after: Option<TimelineKey>,
    limit: u64,
) -> Result<Vec<TimelineEntry>, DatabaseError> {
    use customer_interactions::Column;
    let select = customer_interactions::Entity::find().filter(Column::CustomerId.eq(id));
    let rows = newest(select, 1, (Column::CreatedAt, Column::Id), after, limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TimelineEntry {
            at: row.created_at,
            event: Event::Contacted(row),
        })
        .collect())
}

/// All of them: a customer is on as many lists as the shop has, at most.
async fn subscribed<C: ConnectionTrait>(
    db: &C,
    id: CustomerId,
    after: Option<TimelineKey>,
) -> Result<Vec<TimelineEntry>, DatabaseError> {
    let rows = email_subscribers::Entity::find()
        .filter(email_subscribers::Column::CustomerId.eq(id))
        .all(db)
        .await?;
    let mut entries = Vec::new();
    for row in rows {
        if let Some(at) = row.unsubscribed_at {
            entries.push(TimelineEntry {
                at,
                event: Event::Unsubscribed(row.clone()),
            });
        }
        entries.push(TimelineEntry {
            at: row.subscribed_at,
            event: Event::Subscribed(row),
        });
    }
    entries.retain(|entry| after.is_none_or(|after| entry.key() > after));
    Ok(entries)
}

async fn targeted<C: ConnectionTrait>(
    db: &C,
    id: CustomerId,
    after: Option<TimelineKey>,
    limit: u64,
) -> Result<Vec<TimelineEntry>, DatabaseError> {
    use campaigns::Column;
    let segments = customer_segment_members::Entity::find()
        .select_only()
        .column(customer_segment_members::Column::SegmentId)
        .filter(customer_segment_members::Column::CustomerId.eq(id))
        .into_query();
    let select = campaigns::Entity::find()
        .filter(Column::TargetSegmentId.in_subquery(segments))
        .filter(Column::Status.is_not_in([CampaignStatus::Draft, CampaignStatus::Cancelled]));
    let rows = newest(select, 4, (Column::CreatedAt, Column::Id), after, limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TimelineEntry {
            at: row.created_at,
            event: Event::Targeted(row),
        })
        .collect())
}

/// The newest of one source after a key: of the key's instant, what its rank puts behind it.
fn newest<E: EntityTrait>(
    select: Select<E>,
    rank: u8,
    (at, id): (impl ColumnTrait, impl ColumnTrait),
    after: Option<TimelineKey>,
    limit: u64,
) -> Select<E> {
    let select = select.order_by_desc(at).order_by_desc(id).limit(limit + 1);
    let Some(after) = after else { return select };
    select.filter(match rank.cmp(&after.rank) {
        Ordering::Less => at.lt(after.at),
        Ordering::Greater => at.lte(after.at),
        Ordering::Equal => {
            let columns = Expr::tuple([at.into_expr(), id.into_expr()]);
            let values = Expr::tuple([Expr::value(after.at), Expr::value(after.id)]);
            columns.binary(BinOper::SmallerThan, values)
        }
    })
}
