//! Segments, their members, and the segments of a customer.

use entity::{CustomerId, CustomerSegmentId, customer_segment_members, customer_segments, customers};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::error::SegmentError;
use crate::error::DatabaseError;
use crate::operation;
use crate::page::{self, Direction, Page, PageRequest};

/// Reads a segment. One statement.
///
/// # Errors
///
/// [`SegmentError::NotFound`].
pub async fn get<C: ConnectionTrait>(
    db: &C,
    id: CustomerSegmentId,
) -> Result<customer_segments::Model, SegmentError> {
    let db = &operation::named(db, "segments.get");
    let segment = customer_segments::Entity::find_by_id(id).one(db).await;
    segment
        .map_err(DatabaseError::from)?
        .ok_or(SegmentError::NotFound { id })
}

/// Which segments to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListSegments {
    /// Archived ones as well.
    pub archived_too: bool,
    /// Which page.
    pub page: PageRequest<CustomerSegmentId>,
}

/// Lists segments by id, which is the order in which this application created them.
///
/// One statement on the primary key: a shop has tens of segments, not millions.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListSegments,
) -> Result<Page<customer_segments::Model, CustomerSegmentId>, DatabaseError> {
    use customer_segments::Column;
    let db = &operation::named(db, "segments.list");
    let limit = query.page.clamped();
    let mut select = customer_segments::Entity::find();
    if !query.archived_too {
        select = select.filter(Column::IsActive.eq(true));
    }
    let rows = page::by_key(select, Direction::Ascending, Column::Id, query.page.after)
        .limit(limit + 1)
        .all(db)
        .await?;
    Ok(Page::cut(rows, limit, |row| row.id))
}

/// Whose members to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListMembers {
    /// Those of this segment.
    pub segment: CustomerSegmentId,
    /// Which page; a key is a member's score and customer.
    pub page: PageRequest<(Decimal, CustomerId)>,
}

/// A customer in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The customer.
    pub customer: customers::Model,
    /// How well it fits and since when it belongs.
    pub membership: customer_segment_members::Model,
}

/// Lists the members of a segment, the best fitting first, and among equals the newest customers first.
///
/// One statement; `idx_customer_segment_members_segment_score` serves it. A segment that does not exist has no members.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn members<C: ConnectionTrait>(
    db: &C,
    query: ListMembers,
) -> Result<Page<Member, (Decimal, CustomerId)>, DatabaseError> {
    use customer_segment_members::Column;
    let db = &operation::named(db, "segments.members");
    let limit = query.page.clamped();
    let select = customer_segment_members::Entity::find().filter(Column::SegmentId.eq(query.segment));
    let columns = (Column::Score, Column::CustomerId);
    let rows = page::by_pair(select, Direction::Descending, columns, query.page.after)
        .limit(limit + 1)
        .find_also_related(customers::Entity)
        .all(db)
        .await?;
    let members = rows
        .into_iter()
        .filter_map(|(membership, customer)| {
            Some(Member {
                customer: customer?,
                membership,
            })
        })
        .collect();
    Ok(Page::cut(members, limit, |member: &Member| {
        (member.membership.score, member.membership.customer_id)
    }))
}

/// A segment to which a customer belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The segment.
    pub segment: customer_segments::Model,
    /// How well the customer fits and since when it belongs.
    pub membership: customer_segment_members::Model,
}

/// Reads all segments of a customer by id, archived ones as well. One statement; the primary key serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn of_customer<C: ConnectionTrait>(
    db: &C,
    customer: CustomerId,
) -> Result<Vec<Membership>, DatabaseError> {
    use customer_segment_members::Column;
    let db = &operation::named(db, "segments.of_customer");
    let rows = customer_segment_members::Entity::find()
        .filter(Column::CustomerId.eq(customer))
        .order_by_asc(Column::SegmentId)
        .find_also_related(customer_segments::Entity)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(membership, segment)| {
            Some(Membership {
                segment: segment?,
                membership,
            })
        })
        .collect())
}
