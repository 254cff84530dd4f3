//! Defining a KPI.

use entity::{AgentId, KpiFrequency, KpiId, kpis};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait,
};

use super::{KpiError, check_calculation, check_target};
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// A KPI to be defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefineKpi {
    /// The caller's id: sent again under it, the KPI is defined once.
    pub id: KpiId,
    /// Unique. At most 255 characters.
    pub name: String,
    /// What it is listed under. At most 100 characters.
    pub category: String,
    /// The query that computes it, see [`calculation`](crate::analytics::calculation); `None` when it is only recorded.
    pub calculation_sql: Option<String>,
    /// At most 50 characters.
    pub unit: Option<String>,
    /// What it should come to, with at most four decimals.
    pub target_value: Option<Decimal>,
    /// How often it is measured.
    pub frequency: KpiFrequency,
    /// Who answers for it.
    pub owner: Option<AgentId>,
    /// Whether it is measured at all.
    pub is_active: bool,
}

impl DefineKpi {
    /// An active KPI, measured daily, under a new id and without anything optional.
    pub fn new(name: impl Into<String>, category: impl Into<String>) -> Self {
        Self {
            id: KpiId::new(),
            name: name.into(),
            category: category.into(),
            calculation_sql: None,
            unit: None,
            target_value: None,
            frequency: KpiFrequency::default(),
            owner: None,
            is_active: true,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        checks.name("category", &self.category, 100);
        if let Some(sql) = &self.calculation_sql {
            check_calculation(&mut checks, sql);
        }
        if let Some(unit) = &self.unit {
            checks.text("unit", unit, 50);
        }
        if let Some(target) = self.target_value {
            check_target(&mut checks, target);
        }
        checks.finish()
    }

    fn row(&self) -> kpis::ActiveModel {
        kpis::ActiveModel {
            id: Set(self.id),
            name: Set(self.name.clone()),
            category: Set(self.category.clone()),
            calculation_sql: Set(self.calculation_sql.clone()),
            unit: Set(self.unit.clone()),
            target_value: Set(self.target_value),
            frequency: Set(self.frequency),
            owner_agent_id: Set(self.owner),
            is_active: Set(self.is_active),
            ..Default::default()
        }
    }

    fn made(&self, row: &kpis::Model) -> bool {
        row.name == self.name
            && row.category == self.category
            && row.calculation_sql == self.calculation_sql
            && row.unit == self.unit
            && row.target_value == self.target_value
            && row.frequency == self.frequency
            && row.owner_agent_id == self.owner
            && row.is_active == self.is_active
    }
}

/// What [`define`] wrote, now or the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinedKpi {
    /// The KPI.
    pub kpi: kpis::Model,
}

/// Defines a KPI. One statement; a repetition sends another.
///
/// The same command again returns the KPI. One that was updated since has other content, and so conflicts with its first
/// definition: there is no telling the repetition from a mistake.
///
/// # Errors
///
/// [`KpiError::NameTaken`], [`KpiError::UnknownOwner`], [`KpiError::Conflict`], [`KpiError::Invalid`].
pub async fn define<C>(db: &C, command: DefineKpi) -> Result<DefinedKpi, KpiError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.kpis.define");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = kpis::Entity::insert(command.row())
        .exec_with_returning(&transaction)
        .await
        .map_err(DatabaseError::from);
    match transaction::finish(transaction, outcome).await {
        Ok(kpi) => Ok(DefinedKpi { kpi }),
        Err(DatabaseError::Duplicate { .. }) => already_there(db, command).await,
        Err(error) => Err(without_owner(error, command.owner)),
    }
}

/// The owner is the only row that a KPI refers to.
pub(super) fn without_owner(error: DatabaseError, owner: Option<AgentId>) -> KpiError {
    match (error, owner) {
        (DatabaseError::MissingReference { .. }, Some(agent)) => KpiError::UnknownOwner { agent },
        (error, _) => error.into(),
    }
}

async fn already_there<C: ConnectionTrait>(db: &C, command: DefineKpi) -> Result<DefinedKpi, KpiError> {
    let found = kpis::Entity::find()
        .filter(
            Condition::any()
                .add(kpis::Column::Id.eq(command.id))
                .add(kpis::Column::Name.eq(command.name.as_str())),
        )
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    let mut by_name = None;
    for kpi in found {
        if kpi.id == command.id {
            let id = kpi.id.into();
            return match command.made(&kpi) {
                true => Ok(DefinedKpi { kpi }),
                false => Err(Conflict { id }.into()),
            };
        }
        by_name = Some(kpi.id);
    }
    Err(match by_name {
        Some(by) => KpiError::NameTaken {
            name: command.name,
            by,
        },
        // Whoever had it has given it up in the meantime.
        None => DatabaseError::Changed { table: "kpis" }.into(),
    })
}
