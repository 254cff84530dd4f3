//! Refreshing.

use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend};
use serde::Serialize;
use thiserror::Error;

use super::record::RefreshRecord;
use super::{View, postgres};
use crate::error::{Class, Classified, DatabaseError};

/// What to do when somebody else is refreshing the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfBusy {
    /// Wait, however long it takes, and then refresh, unless somebody has done that since this was asked for.
    Wait,
    /// Leave the view to them.
    Leave,
}

/// Views to refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Which ones; a view that is named twice is refreshed once.
    pub views: Vec<View>,
    /// What to do about those that somebody is refreshing.
    pub if_busy: IfBusy,
}

impl Refresh {
    /// Every view, but for those that somebody is refreshing.
    #[must_use]
    pub fn all() -> Self {
        Self {
            views: View::ALL.to_vec(),
            if_busy: IfBusy::Leave,
        }
    }
}

/// What became of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshOutcome {
    /// It is fresh.
    Refreshed(RefreshRecord),
    /// Somebody else has refreshed it, beginning after this was asked for.
    ByAnother(RefreshRecord),
    /// Somebody is refreshing it, and it was left to them.
    Busy,
    /// SQLite computes it on every read.
    AlwaysFresh,
}

/// A view, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ViewRefresh {
    /// Which view.
    pub view: View,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: RefreshOutcome,
}

/// Why a view was not refreshed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// The database failed at this view. It is as it was before; those after it were not begun.
    #[error("{view} was not refreshed")]
    View {
        /// The view.
        view: View,
        /// The views before it, which keep what they have.
        done: Vec<ViewRefresh>,
        /// What the database reported.
        source: DatabaseError,
    },
}

impl Classified for RefreshError {
    fn class(&self) -> Class {
        match self {
            Self::View { source, .. } => source.class(),
        }
    }
}

/// Refreshes views one after the other, by name, each in a transaction of its own. See [the module](super) for what holds.
///
/// 6 statements for each view, 4 more when it waits; none on SQLite. The session's statement timeout is lifted for the refresh
/// alone. Its lock timeout stays: it runs out when something else than this function locks the view, such as VACUUM FULL.
///
/// # Locks
///
/// The view against writers, that is against another refresh, until the commit; its readers only while it has no data. Tables are
/// read without a lock that anybody but DDL would notice. The transaction holds back the removal of dead rows for as long as it lasts.
///
/// # Errors
///
/// [`RefreshError::View`] with the failure and with what was done before it. Who does not own the view is told so as
/// [`DatabaseError::NotPermitted`].
pub async fn refresh(db: &DatabaseConnection, command: Refresh) -> Result<Vec<ViewRefresh>, RefreshError> {
    refresh_within(db, command, Duration::ZERO).await
}

/// [`refresh`], in which the server ends a statement that runs for longer than `limit`; zero is no limit.
pub(crate) async fn refresh_within(
    db: &DatabaseConnection,
    command: Refresh,
    limit: Duration,
) -> Result<Vec<ViewRefresh>, RefreshError> {
    let mut views = command.views;
    views.sort_unstable();
    views.dedup();
    let mut done = Vec::with_capacity(views.len());
    for view in views {
        let outcome = match db.get_database_backend() {
            DbBackend::Postgres => postgres::refresh(db, view, command.if_busy, limit).await,
            _ => Ok(RefreshOutcome::AlwaysFresh),
        };
        match outcome {
            Ok(outcome) => done.push(ViewRefresh { view, outcome }),
            Err(source) => return Err(RefreshError::View { view, done, source }),
        }
    }
    Ok(done)
}
