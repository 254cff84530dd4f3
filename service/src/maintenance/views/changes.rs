//! How many rows changed since, by the server's counters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many rows of a view's tables were written since its last refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Changes {
    /// At most so many were inserted, updated or deleted.
    Rows(u64),
    /// Nobody can tell; the next refresh ends that.
    Unknown(Unknown),
}

/// Why nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unknown {
    /// No refresh is on record: the view is as its migration or somebody's own REFRESH left it.
    NotRecorded,
    /// The server's counters began anew, by hand, by a crash, or because this is a copy of the database.
    StatisticsReset,
    /// A table or a partition that the view read is no longer there.
    PartitionGone,
}

/// The counters of the tables that a view reads, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counters {
    /// Changes when any counter begins anew.
    pub(super) epoch: String,
    /// Rows inserted, updated and deleted since then, by the object id of the table or partition.
    pub(super) written: BTreeMap<String, u64>,
}

impl Counters {
    /// What was counted from `self` to `now`.
    pub(super) fn until(&self, now: &Self) -> Changes {
        if self.epoch != now.epoch {
            return Changes::Unknown(Unknown::StatisticsReset);
        }
        if self.written.keys().any(|leaf| !now.written.contains_key(leaf)) {
            return Changes::Unknown(Unknown::PartitionGone);
        }
        let since = now.written.iter().map(|(leaf, now)| {
            // A partition that was made since counts from nothing.
            let then = self.written.get(leaf).copied().unwrap_or_default();
            now.checked_sub(then)
        });
        // A counter that went back began anew, whatever the epoch says.
        since
            .sum::<Option<u64>>()
            .map_or(Changes::Unknown(Unknown::StatisticsReset), Changes::Rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(epoch: &str, written: &[(&str, u64)]) -> Counters {
        Counters {
            epoch: epoch.to_owned(),
            written: written.iter().map(|(leaf, n)| ((*leaf).to_owned(), *n)).collect(),
        }
    }

    #[test]
    fn counters_that_cannot_be_compared_say_so() {
        let then = counters("1", &[("10", 5), ("11", 7)]);
        for (now, expected) in [
            (counters("1", &[("10", 5), ("11", 7)]), Changes::Rows(0)),
            (counters("1", &[("10", 8), ("11", 8)]), Changes::Rows(4)),
            (
                counters("1", &[("10", 5), ("11", 7), ("12", 3)]),
                Changes::Rows(3),
            ),
            (
                counters("2", &[("10", 9), ("11", 9)]),
                Changes::Unknown(Unknown::StatisticsReset),
            ),
            (
                counters("1", &[("10", 4), ("11", 90)]),
                Changes::Unknown(Unknown::StatisticsReset),
            ),
            (
                counters("1", &[("10", 5)]),
                Changes::Unknown(Unknown::PartitionGone),
            ),
        ] {
            assert_eq!(then.until(&now), expected, "{now:?}");
        }
    }
}
