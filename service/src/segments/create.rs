//! Making a segment.

use entity::{CustomerSegmentId, CustomerSegmentType, customer_segments};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait,
    TryInsertResult,
};
use serde_json::Value;

use super::criteria::Criteria;
use super::error::SegmentError;
use super::segment;
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::Checks;
use crate::operation;
use crate::transaction;

/// A segment to be.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSegment {
    /// The caller's id, made before the call: the same command again changes nothing.
    pub id: CustomerSegmentId,
    /// Unique; at most 255 characters.
    pub name: String,
    /// What kind of customers.
    pub segment_type: CustomerSegmentType,
    /// Any length.
    pub description: Option<String>,
    /// Who belongs to it, in the language of [`criteria`](super::criteria).
    pub criteria: Value,
}

impl CreateSegment {
    /// A segment without a description, under a new id.
    pub fn new(name: impl Into<String>, segment_type: CustomerSegmentType, criteria: Value) -> Self {
        Self {
            id: CustomerSegmentId::new(),
            name: name.into(),
            segment_type,
            description: None,
            criteria,
        }
    }

    fn check(&self) -> Result<(), SegmentError> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        if let Some(description) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        checks.json_object("criteria", &self.criteria);
        checks.finish()?;
        Criteria::parse(&self.criteria)?;
        Ok(())
    }
}

/// What [`create`] left: a segment without members until it is [recomputed](super::recompute()).
#[derive(Clone, Debug, PartialEq)]
pub struct CreatedSegment {
    /// The segment.
    pub segment: customer_segments::Model,
}

/// Creates a segment.
///
/// Two statements: an INSERT and a read. The same command again returns the segment as it is now, as long as it still is what the
/// command made it.
///
/// # Errors
///
/// [`SegmentError::Criteria`] with the path of what is not understood; [`SegmentError::NameTaken`], for which one more statement
/// is sent; [`SegmentError::Conflict`] when the id belongs to a segment with other content.
pub async fn create<C>(db: &C, command: CreateSegment) -> Result<CreatedSegment, SegmentError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "segments.create");
    command.check()?;
    let (id, name) = (command.id, command.name.clone());
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(SegmentError::Database(DatabaseError::Duplicate { .. })) => Err(taken(db, id, &name).await?),
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: CreateSegment) -> Result<CreatedSegment, SegmentError> {
    let id = command.id;
    let row = customer_segments::ActiveModel {
        id: Set(id),
        name: Set(command.name.clone()),
        r#type: Set(command.segment_type),
        description: Set(command.description.clone()),
        criteria: Set(command.criteria.clone()),
        ..Default::default()
    };
    let inserted = customer_segments::Entity::insert_many([row])
        .on_conflict_do_nothing_on([customer_segments::Column::Id])
        .exec_without_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let segment = segment::read_back(db, id).await?;
    let is_same = segment.name == command.name
        && segment.r#type == command.segment_type
        && segment.description == command.description
        && segment.criteria == command.criteria;
    match inserted {
        TryInsertResult::Inserted(1) => {}
        _ if is_same => {}
        _ => return Err(Conflict { id: id.into() }.into()),
    }
    Ok(CreatedSegment { segment })
}

/// Who has the name. One statement.
pub(super) async fn taken<C: ConnectionTrait>(
    db: &C,
    id: CustomerSegmentId,
    name: &str,
) -> Result<SegmentError, DatabaseError> {
    let owner = customer_segments::Entity::find()
        .filter(customer_segments::Column::Name.eq(name))
        .one(db)
        .await?;
    Ok(match owner {
        Some(owner) if owner.id != id => SegmentError::NameTaken { owner: owner.id },
        // Whoever had it has given it up in the meantime, or it was this very command, sent twice at once.
        _ => DatabaseError::Changed {
            table: "customer_segments",
        }
        .into(),
    })
}
