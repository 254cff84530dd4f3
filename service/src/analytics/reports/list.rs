//! One report, and pages of them.

use chrono::{DateTime, Utc};
use entity::reports::{Column, Entity, Model};
use entity::{AgentId, ReportId};
use sea_orm::sea_query::extension::postgres::PgBinOper;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Select};
use serde_json::json;

use super::ReportError;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_pair};

/// When a report was generated, and which it is: what a page begins after.
pub type ReportKey = (DateTime<Utc>, ReportId);

/// Which reports to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListReports {
    /// Only those of this kind, spelled exactly so.
    pub kind: Option<String>,
    /// Only those that this agent wrote.
    pub author: Option<AgentId>,
    /// Only those that are still to be sent.
    pub unsent: bool,
    /// Which page.
    pub page: PageRequest<ReportKey>,
}

/// Which agent's reports to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportsFor {
    /// Who gets them.
    pub recipient: AgentId,
    /// Which page.
    pub page: PageRequest<ReportKey>,
}

/// The report, which must exist. One statement.
///
/// # Errors
///
/// [`ReportError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, id: ReportId) -> Result<Model, ReportError> {
    let db = &operation::named(db, "analytics.reports.get");
    Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(ReportError::NotFound { id })
}

/// Lists reports, those generated last first.
///
/// One statement; `idx_reports_generated_at_id`, `idx_reports_type_generated_at_id`, `idx_reports_author_generated_at_id` and
/// `idx_reports_unsent` serve it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListReports,
) -> Result<Page<Model, ReportKey>, DatabaseError> {
    let db = &operation::named(db, "analytics.reports.list");
    let mut select = Entity::find();
    if let Some(kind) = query.kind {
        if !is_storable(&kind) {
            return Ok(Page::empty());
        }
        select = select.filter(Column::Type.eq(kind));
    }
    if let Some(author) = query.author {
        select = select.filter(Column::CreatedByAgentId.eq(author));
    }
    if query.unsent {
        select = select.filter(Column::SentAt.is_null());
    }
    newest_first(db, select, query.page).await
}

/// Finds the reports that an agent gets, those generated last first.
///
/// One statement. On PostgreSQL `idx_reports_recipient_agents` serves it, on SQLite, which has no index into JSON,
/// `idx_reports_generated_at_id`, from the newest on until the page is full.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find_by_recipient<C: ConnectionTrait>(
    db: &C,
    query: ReportsFor,
) -> Result<Page<Model, ReportKey>, DatabaseError> {
    let db = &operation::named(db, "analytics.reports.find_by_recipient");
    let agent = query.recipient.to_string();
    let gets = match db.get_database_backend() {
        DbBackend::Postgres => Column::RecipientAgents
            .into_expr()
            .binary(PgBinOper::Contains, Expr::value(json!([agent]))),
        _ => {
            const RECIPIENT: &str = "recipient";
            let list = Func::cust("json_each").arg(Column::RecipientAgents.into_expr());
            let one = Query::select()
                .expr(Expr::value(1))
                .from_function(list, RECIPIENT)
                .and_where(Expr::col((Alias::new(RECIPIENT), "value")).eq(agent))
                .take();
            Expr::exists(one)
        }
    };
    newest_first(db, Entity::find().filter(gets), query.page).await
}

async fn newest_first<C: ConnectionTrait>(
    db: &C,
    select: Select<Entity>,
    page: PageRequest<ReportKey>,
) -> Result<Page<Model, ReportKey>, DatabaseError> {
    let limit = page.clamped();
    let key = (Column::GeneratedAt, Column::Id);
    let select = by_pair(select, Direction::Descending, key, page.after).limit(limit + 1);
    Ok(Page::cut(select.all(db).await?, limit, |report| {
        (report.generated_at, report.id)
    }))
}
