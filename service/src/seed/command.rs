//! What is asked for, and what came of it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{NaiveDate, Utc};
use serde::Serialize;
use thiserror::Error;

use super::calendar::months_before;
use crate::agents::{OrganisationLine, RefusedLine};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule};

/// The most orders of one shop.
const MAX_ORDERS: u64 = 100_000_000;

/// The most months of one shop: twenty years.
const MAX_MONTHS: u32 = 240;

/// A shop to be made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// How many orders, cancelled ones included; at least one and at most 100 000 000. The number of everything else follows.
    pub orders: u64,
    /// Over how many months they are spread; 1 to 240.
    pub months: u32,
    /// The seed of all chance.
    pub rng: u64,
    /// The first day on which nothing has happened yet (UTC); today at the latest.
    pub until: NaiveDate,
    /// Who works there; `None` for a made-up organisation of 42 agents.
    pub agents: Option<Vec<OrganisationLine>>,
}

impl Seed {
    /// Two years until today, with a made-up organisation and the seed 1.
    #[must_use]
    pub fn new(orders: u64) -> Self {
        Self {
            orders,
            months: 24,
            rng: 1,
            until: Utc::now().date_naive(),
            agents: None,
        }
    }

    /// The first day.
    pub(super) fn from(&self) -> Result<NaiveDate, SeedError> {
        let mut checks = Checks::default();
        if self.orders == 0 {
            checks.refuse("orders", Rule::NotPositive);
        }
        if self.orders > MAX_ORDERS {
            checks.refuse(
                "orders",
                Rule::TooLarge {
                    max: MAX_ORDERS.into(),
                },
            );
        }
        if self.months == 0 {
            checks.refuse("months", Rule::NotPositive);
        }
        if self.months > MAX_MONTHS {
            checks.refuse(
                "months",
                Rule::TooLarge {
                    max: MAX_MONTHS.into(),
                },
            );
        }
        if self.until > Utc::now().date_naive() {
            let expected = "today (UTC) or a day before";
            checks.refuse("until", Rule::Malformed { expected });
        }
        checks.finish()?;
        // Ids carry their time, which begins in 1970; and what is set up came before the first day.
        months_before(self.until, self.months)
            .filter(|first| first.signed_duration_since(NaiveDate::default()).num_days() > 366)
            .ok_or(SeedError::TooEarly { until: self.until })
    }
}

/// How far a seed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Partitions that are made, of all that were missing; `None` once rows are written. Never on SQLite.
    pub months: Option<(u64, u64)>,
    /// Orders that are written.
    pub orders: u64,
    /// Orders that there will be.
    pub of: u64,
    /// Rows of all tables that are written.
    pub rows: u64,
}

/// Whether materialized views and the planner's statistics know of the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Upkeep {
    /// They do.
    Done,
    /// They do not. [`maintain`](crate::maintenance::maintain::maintain()) sees to it, as the owner of the schema.
    Left {
        /// What the database said.
        reason: String,
    },
}

/// What [`seed`](super::seed()) wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// Rows by table, for every table.
    pub rows: BTreeMap<&'static str, u64>,
    /// Whether views and statistics know of the rows.
    pub upkeep: Upkeep,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which nothing has happened yet.
    pub until: NaiveDate,
}

impl Seeded {
    /// Rows of all tables.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// Why no shop was made up. Then no row of it is in the database.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SeedError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The months before that day reach further back than ids do.
    #[error("the shop would have opened before 1971: not so many months lie before {until}")]
    TooEarly {
        /// The day.
        until: NaiveDate,
    },
    /// The organisation has lines that cannot be as they are.
    #[error("{} lines of the organisation are refused, first line {}: {}", lines.len(), lines.first().map_or(0, |refused| refused.line), lines.first().map_or_else(String::new, |refused| refused.problem.to_string()))]
    Organisation {
        /// All of them; never empty.
        lines: Vec<RefusedLine>,
    },
    /// The role lacks rights (PostgreSQL).
    #[error("this role may not seed: it lacks {}", Lacking(missing))]
    NotPermitted {
        /// All of them; never empty.
        missing: Vec<MissingRight>,
    },
    /// Somebody else is filling the database. On SQLite, whoever keeps writing to it.
    #[error("somebody else is filling the database: wait for the end, and see what it holds then")]
    Busy,
    /// There are rows already.
    #[error("the database is not empty: there are rows in {}", tables.join(", "))]
    NotEmpty {
        /// The tables that have rows; never empty.
        tables: Vec<String>,
    },
    /// The caller stopped it.
    #[error("stopped after {orders} of {of} orders; no row of it remains")]
    Stopped {
        /// Orders that had been written.
        orders: u64,
        /// Orders that there would have been.
        of: u64,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A right that a role needs to seed, and lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingRight {
    /// The privilege: `INSERT`.
    pub right: String,
    /// The table or sequence.
    pub on: String,
    /// Its owner, who has the right and can grant it.
    pub owner: String,
}

struct Lacking<'a>(&'a [MissingRight]);

impl fmt::Display for Lacking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 3;
        for (n, missing) in self.0.iter().take(NAMED).enumerate() {
            let separator = if n == 0 { "" } else { ", " };
            write!(f, "{separator}{} on {}", missing.right, missing.on)?;
        }
        if self.0.len() > NAMED {
            write!(f, " and {} more", self.0.len() - NAMED)?;
        }
        let mut owners: Vec<_> = self.0.iter().map(|missing| missing.owner.as_str()).collect();
        owners.sort_unstable();
        owners.dedup();
        write!(f, "; {} has the right", owners.join(", "))
    }
}

impl Classified for SeedError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}
