//! Whether a table needs it, from its statistics alone.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// Statistics older than that are due, when a hundredth of the rows changed since.
const OLD: TimeDelta = TimeDelta::days(30);

/// The statistics over all partitions are due when those of one are so much newer. Their own ANALYZE takes those of each after them.
const LAG: TimeDelta = TimeDelta::hours(1);

/// What the server counts of a table or partition.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// Rows that can be read, as far as the server knows.
    pub live: u64,
    /// Whether the planner has no statistics of it although it fills more than a page: after an upgrade or a crash the server
    /// counts from nothing, and `live` is nothing, too.
    pub unknown: bool,
    /// Versions of rows that nobody can read any more.
    pub dead: u64,
    /// Rows that were inserted since the last VACUUM.
    pub inserted: u64,
    /// Rows that were written since the last ANALYZE.
    pub modified: u64,
    /// The last ANALYZE, by hand or by the server.
    pub analyzed: Option<DateTime<Utc>>,
    /// How many transactions began since the oldest row that is not frozen.
    pub age: u64,
    /// The same of groups of transactions that share a row lock.
    pub multixact_age: u64,
    /// Of a partitioned table, which stores nothing: the latest ANALYZE of any partition.
    pub partitions_analyzed: Option<DateTime<Utc>>,
    /// Whether it is a partitioned table itself.
    pub partitioned: bool,
}

/// What the table's settings, or else the server's, call too many.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Dead rows: so many, and this share of the live ones.
    pub dead: (u64, f64),
    /// Inserted rows; negative: never.
    pub inserted: (i64, f64),
    /// Modified rows.
    pub modified: (u64, f64),
    /// Transactions.
    pub age: u64,
    /// Groups of transactions.
    pub multixact_age: u64,
}

/// Why a table is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// More dead rows than its settings allow.
    DeadRows,
    /// Many rows are new: their pages are not marked all-visible yet, nor frozen.
    InsertedRows,
    /// Its oldest row nears the age at which the server freezes whatever the load.
    Age,
    /// The same of groups of transactions.
    MultixactAge,
    /// It has rows and no statistics.
    NeverAnalyzed,
    /// More rows were written since its statistics were taken than its settings allow.
    StaleStatistics,
    /// Its statistics are more than a month old, and not for want of writes.
    OldStatistics,
    /// The statistics over all partitions are an hour older than those of a partition: autovacuum takes none.
    PartitionsChanged,
    /// A fifth of the SQLite file is empty.
    FreePages,
}

impl Reason {
    /// Whether VACUUM is the remedy; ANALYZE is of the others.
    #[must_use]
    pub const fn wants_vacuum(self) -> bool {
        matches!(
            self,
            Self::DeadRows | Self::InsertedRows | Self::Age | Self::MultixactAge | Self::FreePages
        )
    }
}

/// Why a table is due at the moment `now`; nothing when it is not.
#[must_use]
pub fn reasons(statistics: &Statistics, limits: &Limits, now: DateTime<Utc>) -> Vec<Reason> {
    let live = statistics.live;
    if statistics.partitioned {
        return reason_of_partitioned(statistics).into_iter().collect();
    }
    let mut reasons = Vec::new();
    if statistics.dead > above(limits.dead, live) {
        reasons.push(Reason::DeadRows);
    }
    if let Ok(least) = u64::try_from(limits.inserted.0)
        && statistics.inserted > above((least, limits.inserted.1), live)
    {
        reasons.push(Reason::InsertedRows);
    }
    if statistics.age > limits.age {
        reasons.push(Reason::Age);
    }
    if statistics.multixact_age > limits.multixact_age {
        reasons.push(Reason::MultixactAge);
    }
    let statistics_are = match statistics.analyzed {
        None if live > limits.modified.0 || statistics.unknown => Some(Reason::NeverAnalyzed),
        _ if statistics.modified > above(limits.modified, live) => Some(Reason::StaleStatistics),
        Some(at) if now - at > OLD && statistics.modified > above((0, 0.01), live) => {
            Some(Reason::OldStatistics)
        }
        _ => None,
    };
    reasons.extend(statistics_are);
    reasons
}

fn reason_of_partitioned(statistics: &Statistics) -> Option<Reason> {
    match (statistics.analyzed, statistics.partitions_analyzed) {
        (None, _) if statistics.live > 0 => Some(Reason::NeverAnalyzed),
        (Some(own), Some(latest)) if latest - own > LAG => Some(Reason::PartitionsChanged),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a threshold is a rough number, and a share of it is not negative"
)]
fn above((least, share): (u64, f64), live: u64) -> u64 {
    least.saturating_add((share.max(0.0) * live as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy() -> Statistics {
        Statistics {
            live: 100_000,
            unknown: false,
            dead: 1_000,
            inserted: 5_000,
            modified: 1_000,
            analyzed: Some(Utc::now()),
            age: 10_000,
            multixact_age: 10,
            partitions_analyzed: None,
            partitioned: false,
        }
    }

    fn found(change: impl FnOnce(&mut Statistics)) -> Vec<Reason> {
        let limits = Limits {
            dead: (50, 0.02),
            inserted: (1_000, 0.2),
            modified: (50, 0.1),
            age: 150_000_000,
            multixact_age: 150_000_000,
        };
        let mut statistics = healthy();
        change(&mut statistics);
        reasons(&statistics, &limits, Utc::now())
    }

    #[test]
    fn a_healthy_table_is_not_due() {
        assert_eq!(found(|_| {}), []);
        let small = |live| {
            found(|s| {
                (s.live, s.dead, s.inserted, s.modified) = (live, 50, 50, 50);
                s.analyzed = None;
            })
        };
        assert_eq!(small(0), []);
        assert_eq!(small(50), []);
    }

    #[test]
    fn each_reason_has_its_edge() {
        assert_eq!(found(|s| s.dead = 2_050), []);
        assert_eq!(found(|s| s.dead = 2_051), [Reason::DeadRows]);
        assert_eq!(found(|s| s.inserted = 21_001), [Reason::InsertedRows]);
        assert_eq!(found(|s| s.age = 150_000_001), [Reason::Age]);
        assert_eq!(found(|s| s.multixact_age = 150_000_001), [Reason::MultixactAge]);
        assert_eq!(found(|s| s.modified = 10_051), [Reason::StaleStatistics]);
        assert_eq!(found(|s| s.analyzed = None), [Reason::NeverAnalyzed]);
        let counted_from_nothing = found(|s| {
            (s.live, s.dead, s.inserted, s.modified) = (0, 0, 0, 0);
            (s.analyzed, s.unknown) = (None, true);
        });
        assert_eq!(counted_from_nothing, [Reason::NeverAnalyzed]);
        let long_ago = Some(Utc::now() - TimeDelta::days(31));
        assert_eq!(found(|s| s.analyzed = long_ago), []);
        assert_eq!(
            found(|s| (s.analyzed, s.modified) = (long_ago, 1_001)),
            [Reason::OldStatistics]
        );
    }

    #[test]
    fn a_partitioned_table_is_analysed_after_its_partitions() {
        let (early, late) = (Utc::now() - TimeDelta::days(1), Utc::now());
        let own = |own, latest| {
            found(|s| {
                s.partitioned = true;
                s.dead = 1_000_000;
                (s.analyzed, s.partitions_analyzed) = (own, latest);
            })
        };
        assert_eq!(own(None, None), [Reason::NeverAnalyzed]);
        assert_eq!(own(Some(early), Some(late)), [Reason::PartitionsChanged]);
        assert_eq!(own(Some(late), Some(early)), []);
        assert_eq!(own(Some(late), None), []);
    }
}
