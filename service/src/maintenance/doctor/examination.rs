//! What an examination found.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// Nothing is wrong yet: it becomes slow, or wrong later.
    Warning,
    /// Data or schema contradict what operations rely on.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What makes a finding go away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", content = "run", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Repair {
    /// A command of this project, as it is typed.
    Command(String),
    /// SQL that mends every row of the finding, also those that are not listed; for a role that may write.
    Sql(String),
    /// An operation of this library, and what to give it.
    Operation(String),
    /// No program can know what is right here: what somebody has to decide.
    Decision(String),
}

impl Repair {
    /// The command, the SQL, or the sentence.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Command(text) | Self::Sql(text) | Self::Operation(text) | Self::Decision(text) => text,
        }
    }
}

/// A row, or an object of the schema, that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The row's id, or the object's name.
    pub row: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// A check that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check's name.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What should hold and does not.
    pub holds: &'static str,
    /// How many rows are concerned.
    pub total: u64,
    /// The first of them by id, at most [`Selection::rows`](super::Selection::rows).
    pub faults: Vec<Fault>,
    /// What to do, never empty.
    pub repairs: Vec<Repair>,
}

/// A check that could not be made, because the schema lacks what it reads; the schema's own findings say what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// The check's name.
    pub check: &'static str,
    /// What is missing: a table, a column, a function or a sequence.
    pub missing: String,
}

/// A check that the database could not make of the rows that are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The check's name.
    pub check: &'static str,
    /// What the database said.
    pub error: String,
}

/// What [`examine`](super::examine) saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// How many checks were made.
    pub checked: usize,
    /// What does not hold, in the order of the checks.
    pub findings: Vec<Finding>,
    /// What could not be looked at.
    pub unchecked: Vec<Unchecked>,
    /// What was looked at in vain.
    pub failed: Vec<Failed>,
}

impl Examination {
    /// Whether everything was looked at and everything holds.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty() && self.unchecked.is_empty() && self.failed.is_empty()
    }

    /// What was found by a check.
    #[must_use]
    pub fn finding(&self, check: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.check == check)
    }
}
