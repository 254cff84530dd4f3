//! Which checks to make.

use thiserror::Error;

use super::registry::{Check, checks};
use crate::error::{Class, Classified};

/// Which checks to make, and how much to tell of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Names of checks, and of their groups (`stock` stands for all of `stock.…`). Empty: all.
    only: Vec<String>,
    /// How many rows of a finding are listed; the others are counted.
    pub rows: usize,
}

/// A name that no check and no group has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no check {name}")]
pub struct UnknownCheck {
    /// What was asked for.
    pub name: String,
}

impl Classified for UnknownCheck {
    fn class(&self) -> Class {
        Class::Refused
    }
}

impl Default for Selection {
    /// All checks, with twenty rows of each finding.
    fn default() -> Self {
        Self {
            only: Vec::new(),
            rows: 20,
        }
    }
}

impl Selection {
    /// Only these checks and groups; all when there are none.
    ///
    /// # Errors
    ///
    /// [`UnknownCheck`] for the first name that is neither.
    pub fn only(names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, UnknownCheck> {
        let only: Vec<String> = names.into_iter().map(Into::into).collect();
        match only
            .iter()
            .find(|name| !checks().any(|check| covers(name, check)))
        {
            Some(name) => Err(UnknownCheck { name: name.clone() }),
            None => Ok(Self {
                only,
                ..Self::default()
            }),
        }
    }

    /// Whether the check is to be made.
    #[must_use]
    pub fn includes(&self, check: &Check) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| covers(name, check))
    }
}

fn covers(name: &str, check: &Check) -> bool {
    check.name == name || check.group() == name
}
