//! What a command came to.

use std::process::ExitCode;

/// How a command that could be carried out ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All is well.
    Complete,
    /// The command ran, and something that it met is not well: lines refused, findings, work left over.
    NotAllWell,
    /// Ctrl-C stopped it at a border between two batches.
    Interrupted,
}

impl Outcome {
    /// Complete only when nothing is wrong.
    pub(super) fn of(all_is_well: bool) -> Self {
        if all_is_well {
            Self::Complete
        } else {
            Self::NotAllWell
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => Self::SUCCESS,
            Outcome::NotAllWell => Self::from(1),
            Outcome::Interrupted => Self::from(130),
        }
    }
}
