//! What the plans of an operation have to keep to.

use serde::Serialize;
use thiserror::Error;

use super::catalogue::Catalogue;
use super::plan::Plan;

/// A table of so many rows is big: nobody may read it from end to end.
pub const BIG: u64 = 10_000;

/// The tables that grow with the business. On SQLite, which does not know how many rows a table has, these are the big ones.
pub const GROWING: [&str; 12] = [
    "customer_interactions",
    "customer_segment_members",
    "customers",
    "email_subscribers",
    "inventory",
    "kpi_measurements",
    "order_items",
    "orders",
    "revenue_attribution",
    "system_events",
    "tasks",
    "transactions",
];

/// What an operation promises for a database of any size. What is not said is not promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// How many statements it sends at most on PostgreSQL, BEGIN and COMMIT apart.
    pub statements_on_postgres: usize,
    /// The same on SQLite.
    pub statements_on_sqlite: usize,
    /// Indexes that its plans use on PostgreSQL once their table is big.
    pub indexes: &'static [&'static str],
    /// How many partitions of a table it reads at most on PostgreSQL.
    pub partitions: &'static [(&'static str, usize)],
    /// How many buffers of 8 kB all its statements together read at most on PostgreSQL.
    pub buffers: u64,
}

/// How plans break a contract.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "breach", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Breach {
    /// It sends more statements than it says.
    #[error("{sent} statements instead of {allowed}")]
    Statements {
        /// How many it sent.
        sent: usize,
        /// How many it may send.
        allowed: usize,
    },
    /// It reads a big table from end to end.
    #[error("{table} is read from end to end")]
    ReadsWhole {
        /// The table.
        table: String,
        /// How many rows were read; unknown on SQLite.
        rows: Option<u64>,
    },
    /// An index is not there.
    #[error("the index {index} does not exist")]
    MissingIndex {
        /// Its name.
        index: &'static str,
    },
    /// An index of a big table is there and not used.
    #[error("the index {index} is not used")]
    UnusedIndex {
        /// Its name.
        index: &'static str,
    },
    /// It reads more partitions than it says.
    #[error("{touched} partitions of {table} instead of {allowed}")]
    Partitions {
        /// The partitioned table.
        table: &'static str,
        /// How many were read.
        touched: usize,
        /// How many may be.
        allowed: usize,
    },
    /// It reads more than it says.
    #[error("{read} buffers instead of {allowed}")]
    Buffers {
        /// How many it read.
        read: u64,
        /// How many it may read.
        allowed: u64,
    },
}

impl Contract {
    /// What the plans break on PostgreSQL.
    pub(super) fn breaches_on_postgres(&self, plans: &[Plan], catalogue: &Catalogue) -> Vec<Breach> {
        let mut breaches = Vec::new();
        self.count(plans, self.statements_on_postgres, &mut breaches);
        for scan in plans.iter().flat_map(|plan| &plan.scans) {
            // An empty partition of a big table may be read as a whole.
            let own = scan.partition.as_deref().unwrap_or(&scan.table);
            let big = catalogue.own_rows(own) >= BIG || scan.rows.is_some_and(|rows| rows >= BIG);
            if big && scan.index.is_none() {
                breaches.push(Breach::ReadsWhole {
                    table: scan.table.clone(),
                    rows: scan.rows,
                });
            }
        }
        for &index in self.indexes {
            match catalogue.table_of(index) {
                None => breaches.push(Breach::MissingIndex { index }),
                Some(table) if catalogue.rows(table) >= BIG && !is_used(plans, index) => {
                    breaches.push(Breach::UnusedIndex { index });
                }
                Some(_) => {}
            }
        }
        for &(table, allowed) in self.partitions {
            let touched = partitions(plans, table);
            if touched > allowed {
                breaches.push(Breach::Partitions {
                    table,
                    touched,
                    allowed,
                });
            }
        }
        let read = plans.iter().filter_map(|plan| plan.buffers).sum();
        if read > self.buffers {
            let allowed = self.buffers;
            breaches.push(Breach::Buffers { read, allowed });
        }
        breaches
    }

    /// What the plans break on SQLite, whose planner tells neither rows nor buffers.
    pub(super) fn breaches_on_sqlite(&self, plans: &[Plan]) -> Vec<Breach> {
        let mut breaches = Vec::new();
        self.count(plans, self.statements_on_sqlite, &mut breaches);
        for scan in plans.iter().flat_map(|plan| &plan.scans) {
            if GROWING.contains(&&*scan.table) && scan.index.is_none() {
                let table = scan.table.clone();
                breaches.push(Breach::ReadsWhole { table, rows: None });
            }
        }
        breaches
    }

    fn count(&self, plans: &[Plan], allowed: usize, breaches: &mut Vec<Breach>) {
        let sent = plans.len();
        if sent > allowed {
            breaches.push(Breach::Statements { sent, allowed });
        }
    }
}

fn is_used(plans: &[Plan], index: &str) -> bool {
    plans
        .iter()
        .flat_map(|plan| &plan.scans)
        .any(|scan| scan.index.as_deref() == Some(index))
}

fn partitions(plans: &[Plan], table: &str) -> usize {
    let mut touched: Vec<_> = plans
        .iter()
        .flat_map(|plan| &plan.scans)
        .filter(|scan| scan.table == table)
        .filter_map(|scan| scan.partition.as_deref())
        .collect();
    touched.sort_unstable();
    touched.dedup();
    touched.len()
}
