//! Changing a KPI.

use entity::{AgentId, KpiFrequency, KpiId, kpis};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    TransactionTrait,
};

use super::define::without_owner;
use super::{KpiError, check_calculation, check_target};
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// What to change of a KPI. `None` leaves a value as it is; `Some(None)` clears one that may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of DefineKpi, with its limits")]
pub struct UpdateKpi {
    /// Which KPI.
    pub id: KpiId,
    pub name: Option<String>,
    pub category: Option<String>,
    pub calculation_sql: Option<Option<String>>,
    pub unit: Option<Option<String>>,
    pub target_value: Option<Option<Decimal>>,
    pub frequency: Option<KpiFrequency>,
    pub owner: Option<Option<AgentId>>,
}

impl UpdateKpi {
    /// Changes nothing yet.
    #[must_use]
    pub fn new(id: KpiId) -> Self {
        Self {
            id,
            name: None,
            category: None,
            calculation_sql: None,
            unit: None,
            target_value: None,
            frequency: None,
            owner: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let Some(category) = &self.category {
            checks.name("category", category, 100);
        }
        if let Some(Some(sql)) = &self.calculation_sql {
            check_calculation(&mut checks, sql);
        }
        if let Some(Some(unit)) = &self.unit {
            checks.text("unit", unit, 50);
        }
        if let Some(Some(target)) = self.target_value {
            check_target(&mut checks, target);
        }
        checks.finish()
    }

    fn changes(&self) -> kpis::ActiveModel {
        let mut row = <kpis::ActiveModel as ActiveModelTrait>::default();
        if let Some(name) = &self.name {
            row.name = Set(name.clone());
        }
        if let Some(category) = &self.category {
            row.category = Set(category.clone());
        }
        if let Some(sql) = &self.calculation_sql {
            row.calculation_sql = Set(sql.clone());
        }
        if let Some(unit) = &self.unit {
            row.unit = Set(unit.clone());
        }
        if let Some(target) = self.target_value {
            row.target_value = Set(target);
        }
        if let Some(frequency) = self.frequency {
            row.frequency = Set(frequency);
        }
        if let Some(owner) = self.owner {
            row.owner_agent_id = Set(owner);
        }
        row
    }
}

/// Starts or stops measuring a KPI. What was measured stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetKpiActive {
    /// Which KPI.
    pub id: KpiId,
    /// Whether it is measured from now on.
    pub active: bool,
}

/// What an update led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedKpi {
    /// The KPI as it is now.
    pub kpi: kpis::Model,
}

/// Changes what the command names, in one statement.
///
/// # Errors
///
/// [`KpiError::NotFound`], [`KpiError::NameTaken`] (one statement more, to say whose it is), [`KpiError::UnknownOwner`],
/// [`KpiError::Invalid`].
pub async fn update<C>(db: &C, command: UpdateKpi) -> Result<UpdatedKpi, KpiError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.kpis.update");
    command.check()?;
    match write(db, command.id, command.changes()).await {
        Err(DatabaseError::Duplicate { .. }) => Err(taken(db, command.name.unwrap_or_default()).await?),
        Err(error) => Err(without_owner(error, command.owner.flatten())),
        Ok(None) => Err(KpiError::NotFound { id: command.id }),
        Ok(Some(kpi)) => Ok(UpdatedKpi { kpi }),
    }
}

/// Activates or deactivates a KPI, in one statement; setting it again changes nothing.
///
/// # Errors
///
/// [`KpiError::NotFound`].
pub async fn set_active<C>(db: &C, command: SetKpiActive) -> Result<UpdatedKpi, KpiError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.kpis.set_active");
    let changes = kpis::ActiveModel {
        is_active: Set(command.active),
        ..<kpis::ActiveModel as ActiveModelTrait>::default()
    };
    match write(db, command.id, changes).await? {
        Some(kpi) => Ok(UpdatedKpi { kpi }),
        None => Err(KpiError::NotFound { id: command.id }),
    }
}

async fn write<C>(db: &C, id: KpiId, changes: kpis::ActiveModel) -> Result<Option<kpis::Model>, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    if !changes.is_changed() {
        return Ok(kpis::Entity::find_by_id(id).one(db).await?);
    }
    let transaction = transaction::begin(db).await?;
    let outcome = kpis::Entity::update_many()
        .set(changes)
        .filter(kpis::Column::Id.eq(id))
        .exec_with_returning(&transaction)
        .await
        .map_err(DatabaseError::from);
    let rows = transaction::finish(transaction, outcome).await?;
    Ok(rows.into_iter().next())
}

async fn taken<C: ConnectionTrait>(db: &C, name: String) -> Result<KpiError, DatabaseError> {
    let by: Option<KpiId> = kpis::Entity::find()
        .select_only()
        .column(kpis::Column::Id)
        .filter(kpis::Column::Name.eq(name.as_str()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(match by {
        Some(by) => KpiError::NameTaken { name, by },
        None => DatabaseError::Changed { table: "kpis" }.into(),
    })
}
