//! A plan, as far as a contract or a person wants to know it.

use serde::Serialize;

/// The plan of one statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The statement, with the name of its operation.
    pub sql: String,
    /// The plan for people, one node per line, indented.
    pub lines: Vec<String>,
    /// What was read, and how. Nodes that never ran are left out.
    pub scans: Vec<Scan>,
    /// How many buffers of 8 kB it read, from memory or disk. `None` on SQLite.
    pub buffers: Option<u64>,
    /// How long it took under EXPLAIN, in milliseconds. `None` on SQLite.
    pub milliseconds: Option<f64>,
}

/// One reading of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scan {
    /// The table; of a partition, the partitioned one.
    pub table: String,
    /// The partition, if it is one.
    pub partition: Option<String>,
    /// The index; of a partition's index, the partitioned one. `None` when the table was read from end to end.
    pub index: Option<String>,
    /// How many rows were looked at, those filtered away included. `None` on SQLite.
    pub rows: Option<u64>,
}
