//! Storing a report that somebody has written.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound, Utc};
use entity::{AgentId, ReportId, agents, reports};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, TransactionTrait};
use serde_json::Value;

use super::ReportError;
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::operation;
use crate::transaction;

/// A report to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreReport {
    /// The caller's id: sent again under it, the report is stored once.
    pub id: ReportId,
    /// At most 255 characters.
    pub name: String,
    /// What kind of report it is. At most 50 characters.
    pub kind: String,
    /// Which agent wrote it.
    pub author: Option<AgentId>,
    /// Which agents get it; at most 2 000, one twice counts once.
    pub recipients: Vec<AgentId>,
    /// What it says.
    pub content: Value,
    /// When it was generated; to the microsecond.
    pub generated_at: DateTime<Utc>,
}

impl StoreReport {
    /// A report under a new id, without author and recipients.
    pub fn new(
        name: impl Into<String>,
        kind: impl Into<String>,
        content: Value,
        generated_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id: ReportId::new(),
            name: name.into(),
            kind: kind.into(),
            author: None,
            recipients: Vec::new(),
            content,
            generated_at,
        }
    }

    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        checks.name("kind", &self.kind, 50);
        checks.at_most("recipients", self.recipients.len(), MAX_ELEMENTS);
        checks.json("content", &self.content);
        checks.instant("generated_at", self.generated_at);
        checks.finish()
    }

    /// With each recipient once, and the time as it is stored.
    pub(super) fn into_stored(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.recipients.retain(|agent| seen.insert(*agent));
        self.generated_at = self.generated_at.trunc_subsecs(6);
        self
    }

    fn row(&self) -> reports::ActiveModel {
        reports::ActiveModel {
            id: Set(self.id),
            name: Set(self.name.clone()),
            r#type: Set(self.kind.clone()),
            created_by_agent_id: Set(self.author),
            recipient_agents: Set(ids(&self.recipients).into()),
            content: Set(self.content.clone()),
            generated_at: Set(self.generated_at),
            sent_at: Set(None),
        }
    }

    /// Whether it made the row, apart from its content. An author who has gone since is nobody else.
    pub(super) fn made(&self, row: &reports::Model) -> bool {
        row.name == self.name
            && row.r#type == self.kind
            && (row.created_by_agent_id.is_none() || row.created_by_agent_id == self.author)
            && row.recipient_agents == ids(&self.recipients).into()
            && row.generated_at == self.generated_at
    }
}

fn ids(agents: &[AgentId]) -> Vec<String> {
    agents.iter().map(ToString::to_string).collect()
}

/// A report as it is stored, now or from the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    /// The report.
    pub report: reports::Model,
}

/// Stores a report. Two statements, one without author and recipients; a repetition sends another.
///
/// # Errors
///
/// [`ReportError::UnknownAgents`], [`ReportError::Conflict`], [`ReportError::Invalid`].
pub async fn store<C>(db: &C, command: StoreReport) -> Result<StoredReport, ReportError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.reports.store");
    command.check()?;
    let command = command.into_stored();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(ReportError::Database(DatabaseError::Duplicate { .. })) => {
            let id = command.id;
            match reports::Entity::find_by_id(id)
                .one(db)
                .await
                .map_err(DatabaseError::from)?
            {
                Some(report) if command.made(&report) && same_json(&report.content, &command.content) => {
                    Ok(StoredReport { report })
                }
                Some(_) => Err(Conflict { id: id.into() }.into()),
                None => Err(DatabaseError::Changed { table: "reports" }.into()),
            }
        }
        outcome => outcome,
    }
}

/// Writes a report whose agents exist.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    command: &StoreReport,
) -> Result<StoredReport, ReportError> {
    know_agents(db, command).await?;
    let report = reports::Entity::insert(command.row())
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(StoredReport { report })
}

async fn know_agents<C: ConnectionTrait>(db: &C, command: &StoreReport) -> Result<(), ReportError> {
    let named: BTreeSet<AgentId> = command.recipients.iter().copied().chain(command.author).collect();
    if named.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<AgentId> = agents::Entity::find()
        .select_only()
        .column(agents::Column::Id)
        .filter(among(db, agents::Column::Id, named.iter().copied()))
        .into_tuple()
        .all(db)
        .await
        .map_err(DatabaseError::from)?
        .into_iter()
        .collect();
    let agents: Vec<_> = named.difference(&known).copied().collect();
    match agents.is_empty() {
        true => Ok(()),
        false => Err(ReportError::UnknownAgents { agents }),
    }
}
