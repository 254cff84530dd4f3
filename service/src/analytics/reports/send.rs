//! Marking a report as sent.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{ReportId, reports};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};

use super::{ReportError, get};
use crate::error::DatabaseError;
use crate::operation;
use crate::transaction;

/// A report that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkSent {
    /// Which report.
    pub id: ReportId,
    /// When it was sent; to the microsecond, and not before it was generated.
    pub at: DateTime<Utc>,
}

/// A report after [`mark_sent`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentReport {
    /// The report.
    pub report: reports::Model,
}

/// Marks a report as sent, once: of several senders that finish at the same moment, one is told that it was the one.
///
/// One statement; a refusal or a repetition with the same time, which changes nothing, sends another.
///
/// # Errors
///
/// [`ReportError::AlreadySent`] at another time, [`ReportError::NotYetGenerated`], [`ReportError::NotFound`].
pub async fn mark_sent<C>(db: &C, command: MarkSent) -> Result<SentReport, ReportError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "analytics.reports.mark_sent");
    let id = command.id;
    let at = command.at.trunc_subsecs(6);
    let sent = reports::ActiveModel {
        sent_at: Set(Some(at)),
        ..<reports::ActiveModel as sea_orm::ActiveModelTrait>::default()
    };
    let transaction = transaction::begin(db).await?;
    let outcome = reports::Entity::update_many()
        .set(sent)
        .filter(reports::Column::Id.eq(id))
        .filter(reports::Column::SentAt.is_null())
        .filter(reports::Column::GeneratedAt.lte(at))
        .exec_with_returning(&transaction)
        .await
        .map_err(DatabaseError::from);
    let rows = transaction::finish(transaction, outcome).await?;
    if let Some(report) = rows.into_iter().next() {
        return Ok(SentReport { report });
    }
    let report = get(db, id).await?;
    match report.sent_at {
        Some(sent_at) if sent_at == at => Ok(SentReport { report }),
        Some(sent_at) => Err(ReportError::AlreadySent { id, sent_at }),
        None if report.generated_at > at => Err(ReportError::NotYetGenerated {
            id,
            generated_at: report.generated_at,
        }),
        None => Err(DatabaseError::Changed { table: "reports" }.into()),
    }
}
