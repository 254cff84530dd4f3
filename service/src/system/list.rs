//! Pages of events.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{AgentId, SystemEventId, SystemEventSeverity, system_events};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{self, Direction, Page, PageRequest};

/// Which events to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListEvents {
    /// Only those of this type, spelled exactly so.
    pub event_type: Option<String>,
    /// Only those that are at least this bad.
    pub severity: Option<SystemEventSeverity>,
    /// Only those of this agent.
    pub source_agent: Option<AgentId>,
    /// Only those at or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Only those before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Which page.
    pub page: PageRequest<SystemEventId>,
}

/// Lists events from the newest to the oldest, by id.
///
/// One statement. A time range bounds the ids as well, so only the months that it touches are read.
/// `idx_system_events_event_type_id` serves the type, `idx_system_events_source_agent_id_id` the agent,
/// `idx_system_events_id_warning` what is a warning or worse, and the primary key the rest.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListEvents,
) -> Result<Page<system_events::Model, SystemEventId>, DatabaseError> {
    use system_events::Column;
    let db = &operation::named(db, "system.list");
    let limit = query.page.clamped();
    let mut select = system_events::Entity::find().limit(limit + 1);
    if let Some(event_type) = query.event_type {
        if !is_storable(&event_type) {
            return Ok(Page::empty());
        }
        select = select.filter(Column::EventType.eq(event_type));
    }
    if let Some(agent) = query.source_agent {
        select = select.filter(Column::SourceAgentId.eq(agent));
    }
    match query.severity {
        None | Some(SystemEventSeverity::Debug) => {}
        Some(SystemEventSeverity::Info) => {
            select = select.filter(at_least(SystemEventSeverity::Info));
        }
        Some(severity) => {
            // The first is what the partial index says, word for word: SQLite recognises it no other way.
            select = select.filter(at_least(SystemEventSeverity::Warning));
            if severity != SystemEventSeverity::Warning {
                select = select.filter(at_least(severity));
            }
        }
    }
    if let Some(from) = query.from.map(storable) {
        select = select
            .filter(Column::Id.gte(SystemEventId::lowest(from)))
            .filter(Column::CreatedAt.gte(from));
    }
    if let Some(to) = query.to.map(storable) {
        // Ids count milliseconds: an event of the same millisecond may still be earlier.
        let beyond = to.checked_add_signed(TimeDelta::milliseconds(1)).unwrap_or(to);
        select = select
            .filter(Column::Id.lt(SystemEventId::lowest(beyond)))
            .filter(Column::CreatedAt.lt(to));
    }
    let select = page::by_key(select, Direction::Descending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |event| event.id))
}

/// The instant, or the nearest that PostgreSQL knows and that SQLite's texts sort right, in 1970 or the year 9 900: no event lies
/// beyond.
fn storable(instant: DateTime<Utc>) -> DateTime<Utc> {
    let latest = DateTime::UNIX_EPOCH + TimeDelta::days(2_900_000);
    instant.clamp(DateTime::UNIX_EPOCH, latest)
}

/// Constants, not parameters: only so does a plan that is made once for all parameters know that the partial index will do.
fn at_least(severity: SystemEventSeverity) -> Expr {
    let values = SystemEventSeverity::iter()
        .filter(|other| *other >= severity)
        .map(|other| Expr::Constant(other.to_value().into()));
    system_events::Column::Severity.into_expr().is_in(values)
}
