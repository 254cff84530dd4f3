//! What an import did.

use super::refusal::Refusal;
use super::source_error::ExportKind;

/// What became of the products, the variants or the stock rows of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New rows.
    pub created: u64,
    /// Rows that the export changed.
    pub updated: u64,
    /// Rows that were as the export says, and were not written.
    pub unchanged: u64,
    /// What was left out; [`ImportReport::refusals`] has one entry for each.
    pub refused: u64,
}

impl Tally {
    /// Created, updated, unchanged and refused together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.refused
    }

    pub(super) fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.refused += other.refused;
    }
}

/// What an import did, or in a dry run would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Products, by handle.
    pub products: Tally,
    /// Variants, by SKU.
    pub variants: Tally,
    /// Stock rows, by SKU and location.
    pub stock: Tally,
    /// Rows of the inventory export that state no count (`not stocked`, or blank): nothing was written for them.
    pub not_stocked: u64,
    /// What was left out and why, in the order of the files.
    pub refusals: Vec<Refusal>,
    /// Where the observer stopped the import; `None` when it read everything.
    pub stopped: Option<Stopped>,
}

/// An import that ended early, after a whole product or batch of stock rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The file that was being read.
    pub file: ExportKind,
    /// The last line that is done with.
    pub after_line: u64,
}

impl ImportReport {
    /// Whether every line went through.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refusals.is_empty() && self.stopped.is_none()
    }

    /// Adds what a later part of the same import did.
    pub fn absorb(&mut self, later: Self) {
        self.products.add(later.products);
        self.variants.add(later.variants);
        self.stock.add(later.stock);
        self.not_stocked += later.not_stocked;
        self.refusals.extend(later.refusals);
        self.stopped = later.stopped.or(self.stopped);
    }
}
