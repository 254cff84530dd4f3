//! What a run has seen of its file: which handle and which SKU was taken where.
//!
//! Held in memory for the whole run; the rows themselves are not.

use std::collections::HashMap;

/// Handles and SKUs that earlier lines of the file took.
#[derive(Default)]
pub(super) struct Ledger {
    handles: HashMap<String, u64>,
    skus: HashMap<String, Claim>,
}

/// Who took a SKU.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) handle: String,
    pub(super) line: u64,
}

impl Ledger {
    /// Where the rows of a handle began, if that is on another line than this.
    pub(super) fn first_line(&self, handle: &str, line: u64) -> Option<u64> {
        self.handles.get(handle).copied().filter(|first| *first != line)
    }

    pub(super) fn take_handle(&mut self, handle: &str, line: u64) {
        self.handles.insert(handle.to_owned(), line);
    }

    /// Whoever took a SKU on another line than this.
    pub(super) fn owner(&self, sku: &str, line: u64) -> Option<&Claim> {
        self.skus.get(sku).filter(|claim| claim.line != line)
    }

    pub(super) fn take_sku(&mut self, sku: &str, handle: &str, line: u64) {
        self.skus.insert(
            sku.to_owned(),
            Claim {
                handle: handle.to_owned(),
                line,
            },
        );
    }

    pub(super) fn into_skus(self) -> impl Iterator<Item = String> {
        self.skus.into_keys()
    }
}
