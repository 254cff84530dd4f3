//! The hot operations, with their contracts and with how to try them.

mod analytics;
mod customers;
mod finance;
mod inventory;
mod marketing;
mod orders;
mod system;
mod workflows;

use std::future::Future;
use std::pin::Pin;

use super::contract::Contract;
use super::error::{TrialError, UnknownOperation};
use super::probe::Probe;

/// What a trial is going to say.
type Attempt<'p> = Pin<Box<dyn Future<Output = Result<(), TrialError>> + Send + 'p>>;
/// Sends an operation once, over a probe.
type Trial = for<'p> fn(&'p Probe) -> Attempt<'p>;

/// An operation that a shop calls all the time.
#[derive(Clone, Copy, Debug)]
pub struct HotOperation {
    /// Its path in the map of the operations, with dots.
    pub name: &'static str,
    /// What its plans keep to.
    pub contract: Contract,
    trial: Trial,
}

impl HotOperation {
    /// An operation that sends so many statements on PostgreSQL and on SQLite.
    const fn new(name: &'static str, (on_postgres, on_sqlite): (usize, usize), trial: Trial) -> Self {
        let contract = Contract {
            statements_on_postgres: on_postgres,
            statements_on_sqlite: on_sqlite,
            indexes: &[],
            partitions: &[],
            buffers: 0,
        };
        Self {
            name,
            contract,
            trial,
        }
    }

    const fn using(mut self, indexes: &'static [&'static str]) -> Self {
        self.contract.indexes = indexes;
        self
    }

    const fn touching(mut self, partitions: &'static [(&'static str, usize)]) -> Self {
        self.contract.partitions = partitions;
        self
    }

    const fn within(mut self, buffers: u64) -> Self {
        self.contract.buffers = buffers;
        self
    }

    pub(super) fn attempt<'p>(&self, probe: &'p Probe) -> Attempt<'p> {
        (self.trial)(probe)
    }
}

/// All hot operations, by domain.
pub fn operations() -> impl Iterator<Item = &'static HotOperation> {
    [
        orders::HOT,
        inventory::HOT,
        workflows::HOT,
        customers::HOT,
        marketing::HOT,
        analytics::HOT,
        finance::HOT,
        system::HOT,
    ]
    .into_iter()
    .flatten()
}

/// The hot operation of a name, written with dots or with colons.
///
/// # Errors
///
/// [`UnknownOperation`], with the name that comes closest.
pub fn find(name: &str) -> Result<&'static HotOperation, UnknownOperation> {
    let wanted = name.replace("::", ".");
    operations()
        .find(|operation| operation.name == wanted)
        .ok_or_else(|| UnknownOperation {
            name: name.to_owned(),
            similar: similar(&wanted),
        })
}

/// The name with the fewest letters to change, if it is a third of them at most; a last part alone is enough.
fn similar(wanted: &str) -> Option<&'static str> {
    operations()
        .map(|operation| {
            let last = operation.name.rsplit('.').next().unwrap_or_default();
            let changes = distance(wanted, operation.name).min(distance(wanted, last) + 1);
            (changes, operation.name)
        })
        .min()
        .filter(|(changes, _)| changes * 3 <= wanted.chars().count() + 2)
        .map(|(_, name)| name)
}

/// How many letters to put in, take out or change (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<_> = to.chars().collect();
    let mut row: Vec<_> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_with_dots_and_colons_and_a_typing_error_is_understood() {
        assert_eq!(find("orders.place").unwrap().name, "orders.place");
        assert_eq!(
            find("workflows::tasks::claim").unwrap().name,
            "workflows.tasks.claim"
        );
        let similar = |name| find(name).unwrap_err().similar;
        assert_eq!(similar("orders.plce"), Some("orders.place"));
        assert_eq!(similar("claim"), Some("workflows.tasks.claim"));
        assert_eq!(similar("something else"), None);
    }

    #[test]
    fn every_name_is_there_once() {
        let mut names: Vec<_> = operations().map(|operation| operation.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
