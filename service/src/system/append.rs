//! Writing events down.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{AgentId, SystemEventId, SystemEventSeverity, agents, system_events};
use sea_orm::{
    ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set, TransactionTrait, TryInsertResult,
};
use serde_json::{Value, json};
use thiserror::Error;

use crate::batch::{MAX_ELEMENTS, among};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule, same_json};
use crate::operation;
use crate::transaction;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendEvent {
    /// The event's id, a UUIDv7, which carries its time.
    pub id: SystemEventId,
    /// What kind of thing it is, such as `agent.decommissioned`. At most 100 characters.
    pub event_type: String,
    /// How bad it is.
    pub severity: SystemEventSeverity,
    /// The agent that it came from.
    pub source_agent: Option<AgentId>,
    /// One sentence for a person. Any length.
    pub message: String,
    /// A JSON object for a program.
    pub details: Value,
}

impl AppendEvent {
    /// An informational event of this moment, without agent and details.
    pub fn new(event_type: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            id: SystemEventId::new(),
            event_type: event_type.into(),
            severity: SystemEventSeverity::Info,
            source_agent: None,
            message: message.into(),
            details: json!({}),
        }
    }

    fn check(&self, checks: &mut Checks, path: &str) {
        if self.id.instant().is_none() {
            checks.refuse(format!("{path}id"), Rule::NotTimeOrdered);
        }
        checks.name(format!("{path}event_type"), &self.event_type, 100);
        checks.name(format!("{path}message"), &self.message, usize::MAX);
        checks.json_object(format!("{path}details"), &self.details);
    }

    fn row(&self) -> system_events::ActiveModel {
        let row = system_events::ActiveModel {
            id: Set(self.id),
            event_type: Set(self.event_type.clone()),
            severity: Set(self.severity),
            source_agent_id: Set(self.source_agent),
            message: Set(self.message.clone()),
            details: Set(self.details.clone()),
            ..Default::default()
        };
        match self.id.instant() {
            Some(instant) => system_events::ActiveModel {
                created_at: Set(instant),
                ..row
            },
            None => row,
        }
    }

    /// Whether this is the event that was written before. Its agent may have gone since.
    fn is(&self, written: &system_events::Model) -> bool {
        self.id == written.id
            && self.event_type == written.event_type
            && self.severity == written.severity
            && (written.source_agent_id.is_none() || written.source_agent_id == self.source_agent)
            && self.message == written.message
            && same_json(&self.details, &written.details)
    }
}

/// Many things that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendMany {
    /// At most 2 000, no id twice.
    pub events: Vec<AppendEvent>,
}

/// Why no event was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// An id belongs to another event.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Agents that do not exist.
    #[error("{} of the agents do not exist", agents.len())]
    UnknownAgents {
        /// All of them, by id; empty when they have come into being since.
        agents: Vec<AgentId>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for AppendError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Conflict(_) | Self::UnknownAgents { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Writes one event, in the caller's transaction when there is one: the event is there if and only if what it reports is.
///
/// `created_at` is the instant of the id. Safe to repeat: the same event under the same id is written once. One statement; a
/// repetition and a refusal cost one more.
///
/// # Errors
///
/// [`AppendError::Conflict`] when another event has the id, [`AppendError::UnknownAgents`], [`AppendError::Invalid`].
pub async fn append<C>(db: &C, event: AppendEvent) -> Result<system_events::Model, AppendError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "system.append");
    let mut checks = Checks::default();
    event.check(&mut checks, "");
    checks.finish()?;
    let mut written = write(db, std::slice::from_ref(&event)).await?;
    written.pop().ok_or_else(changed)
}

/// Writes many events, all or none, and returns them in the order given. Each is as safe to repeat as [`append`]'s; a batch of
/// which some are there already writes the others.
///
/// One statement, however many; when some are there already, and for a refusal, one more.
///
/// # Errors
///
/// Those of [`append`].
pub async fn append_many<C>(db: &C, command: AppendMany) -> Result<Vec<system_events::Model>, AppendError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "system.append_many");
    let mut checks = Checks::default();
    if command.events.is_empty() {
        checks.refuse("events", Rule::Empty);
    }
    checks.at_most("events", command.events.len(), MAX_ELEMENTS);
    let mut seen = HashSet::new();
    for (i, event) in command.events.iter().enumerate() {
        event.check(&mut checks, &format!("events[{i}]."));
        if !seen.insert(event.id) {
            checks.refuse(format!("events[{i}].id"), Rule::Repeated);
        }
    }
    checks.finish()?;
    write(db, &command.events).await
}

async fn write<C>(db: &C, events: &[AppendEvent]) -> Result<Vec<system_events::Model>, AppendError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = insert(&transaction, events).await;
    match transaction::finish(transaction, outcome).await {
        Err(AppendError::Database(DatabaseError::MissingReference { .. })) => {
            Err(unknown_agents(db, events).await)
        }
        outcome => outcome,
    }
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    events: &[AppendEvent],
) -> Result<Vec<system_events::Model>, AppendError> {
    use system_events::{Column, Entity};
    // In the order of ids, so that two batches that share some never wait for each other in a circle.
    let sorted: BTreeMap<_, _> = events.iter().map(|event| (event.id, event)).collect();
    let inserted = Entity::insert_many(sorted.into_values().map(AppendEvent::row))
        .on_conflict_do_nothing_on([Column::Id])
        .exec_with_returning_many(db)
        .await
        .map_err(DatabaseError::from)?;
    let mut rows: HashMap<SystemEventId, system_events::Model> = match inserted {
        TryInsertResult::Inserted(rows) => rows.into_iter().map(|row| (row.id, row)).collect(),
        TryInsertResult::Conflicted | TryInsertResult::Empty => HashMap::new(),
    };
    let missing: Vec<_> = events
        .iter()
        .filter(|event| !rows.contains_key(&event.id))
        .collect();
    if !missing.is_empty() {
        let known = Entity::find()
            .filter(among(db, Column::Id, missing.iter().map(|event| event.id)))
            .all(db)
            .await
            .map_err(DatabaseError::from)?;
        rows.extend(known.into_iter().map(|row| (row.id, row)));
        for event in missing {
            match rows.get(&event.id) {
                Some(row) if event.is(row) => {}
                Some(_) => return Err(Conflict { id: event.id.into() }.into()),
                None => return Err(changed()),
            }
        }
    }
    events
        .iter()
        .map(|event| rows.remove(&event.id).ok_or_else(changed))
        .collect()
}

/// An event that was there at the insert is not at the look: a month of events was dropped in between, or a caller's REPEATABLE
/// READ does not see it.
fn changed() -> AppendError {
    DatabaseError::Changed {
        table: "system_events",
    }
    .into()
}

async fn unknown_agents<C: ConnectionTrait>(db: &C, events: &[AppendEvent]) -> AppendError {
    let named: BTreeSet<AgentId> = events.iter().filter_map(|event| event.source_agent).collect();
    let known: Result<Vec<AgentId>, _> = agents::Entity::find()
        .select_only()
        .column(agents::Column::Id)
        .filter(among(db, agents::Column::Id, named.iter().copied()))
        .into_tuple()
        .all(db)
        .await;
    match known {
        Ok(known) => AppendError::UnknownAgents {
            agents: named.into_iter().filter(|agent| !known.contains(agent)).collect(),
        },
        Err(error) => DatabaseError::from(error).into(),
    }
}
