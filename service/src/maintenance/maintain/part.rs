//! What a step did and left.

use super::error::StepError;
use super::report::{State, Why};
use super::time::Time;
use crate::error::Classified;

/// What a step did and left, part by part: one that fails does not stop those after it.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) done: Vec<String>,
    pub(super) left: Vec<String>,
    /// Why the first was left.
    pub(super) why: Option<Why>,
    pub(super) findings: Vec<String>,
    errors: Vec<String>,
    /// Whether one of the errors is there to stay.
    is_broken: bool,
}

impl Part {
    pub(super) fn leave(&mut self, what: impl Into<String>, why: Why) {
        self.left.push(what.into());
        self.why.get_or_insert(why);
    }

    /// Leaves what ended in an error, and tells the error when it is one that the next run may meet again.
    pub(super) fn end(&mut self, what: impl Into<String>, error: &StepError, time: &Time) {
        match why(error, time) {
            Some(why) => self.leave(what, why),
            None => {
                self.left.push(what.into());
                self.fail(error);
            }
        }
    }

    fn fail(&mut self, error: &StepError) {
        self.errors.push(with_causes(error));
        self.is_broken |= !error.is_retryable();
    }

    /// What a step came to that ended in an error as a whole.
    pub(super) fn of_error(error: &StepError, time: &Time) -> State {
        let mut part = Self::default();
        match why(error, time) {
            Some(why) => State::left(why),
            None => {
                part.fail(error);
                part.into()
            }
        }
    }
}

/// Why an error leaves what it ended to the next run; `None`: it failed.
fn why(error: &StepError, time: &Time) -> Option<Why> {
    if error.is_timeout() && time.is_up() {
        Some(Why::OutOfTime)
    } else if error.is_busy() {
        Some(Why::Busy)
    } else {
        None
    }
}

/// The message and those of its causes.
fn with_causes(error: &StepError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}

impl From<Part> for State {
    fn from(part: Part) -> Self {
        let Part {
            done,
            left,
            why,
            findings,
            errors,
            is_broken,
        } = part;
        match why {
            _ if !errors.is_empty() => Self::Failed {
                done,
                left,
                errors,
                retryable: !is_broken,
            },
            Some(why) => Self::Left { done, left, why },
            None if !findings.is_empty() => Self::Findings { checks: findings },
            None if done.is_empty() => Self::NotDue,
            None => Self::Done { done },
        }
    }
}
