//! Changing a segment, and retiring it.

use entity::{CustomerSegmentId, CustomerSegmentType, customer_segments};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    TransactionTrait,
};
use serde_json::Value;

use super::create::taken;
use super::criteria::Criteria;
use super::error::SegmentError;
use super::segment;
use crate::error::DatabaseError;
use crate::input::Checks;
use crate::operation;
use crate::transaction;

/// What to change of a segment. `None` leaves a value as it is; `Some(None)` clears one that may be absent.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the columns of CreateSegment, with its limits")]
pub struct UpdateSegment {
    /// Which segment.
    pub id: CustomerSegmentId,
    pub name: Option<String>,
    pub segment_type: Option<CustomerSegmentType>,
    pub description: Option<Option<String>>,
    pub criteria: Option<Value>,
    /// `false` archives it: its members stay as they are, and it is not recomputed. `true` brings it back.
    pub is_active: Option<bool>,
}

impl UpdateSegment {
    /// Changes nothing yet.
    #[must_use]
    pub fn new(id: CustomerSegmentId) -> Self {
        Self {
            id,
            name: None,
            segment_type: None,
            description: None,
            criteria: None,
            is_active: None,
        }
    }

    fn check(&self) -> Result<(), SegmentError> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let Some(Some(description)) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(criteria) = &self.criteria {
            checks.json_object("criteria", criteria);
        }
        checks.finish()?;
        if let Some(criteria) = &self.criteria {
            Criteria::parse(criteria)?;
        }
        Ok(())
    }

    fn row(self) -> customer_segments::ActiveModel {
        let mut row = <customer_segments::ActiveModel as Default>::default();
        macro_rules! set {
            ($($field:ident),*) => { $(if let Some(value) = self.$field { row.$field = Set(value); })* };
        }
        set!(name, description, criteria, is_active);
        if let Some(segment_type) = self.segment_type {
            row.r#type = Set(segment_type);
        }
        row
    }
}

/// What [`update`] or [`archive`] left.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdatedSegment {
    /// The segment. Its members are those of the last [`recompute`](super::recompute()), also when its criteria changed.
    pub segment: customer_segments::Model,
}

/// Changes a segment, but not yet its members.
///
/// Three statements: a lock, an UPDATE and a read; one when nothing changes. Locks the segment, and so waits for a recompute.
///
/// # Errors
///
/// [`SegmentError::NotFound`]; [`SegmentError::Criteria`]; [`SegmentError::NameTaken`], for which one more statement is sent.
pub async fn update<C>(db: &C, command: UpdateSegment) -> Result<UpdatedSegment, SegmentError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "segments.update");
    command.check()?;
    let (id, name) = (command.id, command.name.clone());
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match (transaction::finish(transaction, outcome).await, name) {
        (Err(SegmentError::Database(DatabaseError::Duplicate { .. })), Some(name)) => {
            Err(taken(db, id, &name).await?)
        }
        (outcome, _) => outcome,
    }
}

/// The segment to retire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveSegment {
    /// Its id.
    pub id: CustomerSegmentId,
}

/// Retires a segment: its members stay as they are, so that it is still known whom a campaign was for.
///
/// Three statements, as [`update`]; again it changes nothing.
///
/// # Errors
///
/// [`SegmentError::NotFound`].
pub async fn archive<C>(db: &C, command: ArchiveSegment) -> Result<UpdatedSegment, SegmentError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "segments.archive");
    let is_active = Some(false);
    update(
        db,
        UpdateSegment {
            is_active,
            ..UpdateSegment::new(command.id)
        },
    )
    .await
}

async fn write<C: ConnectionTrait>(db: &C, command: UpdateSegment) -> Result<UpdatedSegment, SegmentError> {
    let id = command.id;
    let segment = segment::lock(db, id)
        .await?
        .ok_or(SegmentError::NotFound { id })?;
    let row = command.row();
    if !row.is_changed() {
        return Ok(UpdatedSegment { segment });
    }
    let updated = customer_segments::Entity::update_many()
        .set(row)
        .filter(customer_segments::Column::Id.eq(id))
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    if updated.rows_affected != 1 {
        return Err(DatabaseError::Changed {
            table: "customer_segments",
        }
        .into());
    }
    let segment = segment::read_back(db, id).await?;
    Ok(UpdatedSegment { segment })
}
