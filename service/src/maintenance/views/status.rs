//! How far behind the views are.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend};
use serde::Serialize;

use super::changes::{Changes, Unknown};
use super::record::{self, RefreshRecord};
use super::{View, postgres};
use crate::error::DatabaseError;

/// A view, and how far behind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ViewStatus {
    /// Which view.
    pub view: View,
    /// How far behind it is.
    #[serde(flatten)]
    pub state: ViewState,
}

/// How far behind a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ViewState {
    /// SQLite computes it on every read.
    AlwaysFresh,
    /// The schema does not have it.
    Missing,
    /// It shows the shop as of its last refresh.
    Materialized {
        /// When this was found out, by the server's clock.
        at: DateTime<Utc>,
        /// Whether it has data. One without refuses its readers.
        filled: bool,
        /// The last refresh on record.
        last: Option<RefreshRecord>,
        /// How many rows were written since.
        changes: Changes,
    },
}

impl ViewState {
    /// Whether a refresh would change what the view shows, as far as anybody knows: it has no data, rows changed or may have
    /// changed, or the day has turned since, in UTC.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        match self {
            Self::AlwaysFresh => false,
            Self::Missing => true,
            Self::Materialized {
                at,
                filled,
                last,
                changes,
            } => {
                let turned = last.is_none_or(|last| last.started_at.date_naive() < at.date_naive());
                !filled || turned || *changes != Changes::Rows(0)
            }
        }
    }

    /// How long ago the last refresh on record began.
    #[must_use]
    pub fn age(&self) -> Option<TimeDelta> {
        match self {
            Self::Materialized {
                at, last: Some(last), ..
            } => Some(*at - last.started_at),
            _ => None,
        }
    }
}

/// How far behind each view is, by name. 4 statements, none on SQLite; any role that may read `configurations` may ask.
///
/// # Errors
///
/// What the database reports.
pub async fn status<C: ConnectionTrait>(db: &C) -> Result<Vec<ViewStatus>, DatabaseError> {
    if db.get_database_backend() != DbBackend::Postgres {
        let state = ViewState::AlwaysFresh;
        return Ok(View::ALL.map(|view| ViewStatus { view, state }).to_vec());
    }
    let standing = postgres::standing(db, &View::ALL).await?;
    let mut all = Vec::with_capacity(View::ALL.len());
    for view in View::ALL {
        let state = match standing.iter().find(|standing| standing.view == view) {
            None => ViewState::Missing,
            Some(now) => {
                let remembered = record::read(db, view).await?;
                ViewState::Materialized {
                    at: now.at,
                    filled: now.filled,
                    last: remembered.as_ref().map(|remembered| remembered.refresh),
                    changes: remembered.map_or(Changes::Unknown(Unknown::NotRecorded), |remembered| {
                        remembered.counters.until(&now.counters)
                    }),
                }
            }
        };
        all.push(ViewStatus { view, state });
    }
    Ok(all)
}
