//! Lists come in pages, and a page begins after a key, never after a number of rows.
//!
//! A page therefore costs the same wherever it lies, and rows that come or go between two pages shift nothing. The key is the
//! row's id: ids that the application makes are UUIDv7, so pages run from the oldest row to the newest.

/// The most rows that one page returns, however many are asked for.
pub const MAX_LIMIT: u64 = 500;

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// The page begins after this key; `None` is the first page.
    pub after: Option<K>,
    /// How many rows to return: at least 1 and at most [`MAX_LIMIT`]; what lies outside is moved to the nearer bound.
    pub limit: u64,
}

impl<K> Default for PageRequest<K> {
    /// The first fifty.
    fn default() -> Self {
        Self {
            after: None,
            limit: 50,
        }
    }
}

impl<K> PageRequest<K> {
    pub(crate) fn clamped(&self) -> u64 {
        self.limit.clamp(1, MAX_LIMIT)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The rows, in the order of their keys.
    pub items: Vec<T>,
    /// What to ask for as [`PageRequest::after`] to get the next page; `None` when this page is the last.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// The page of a filter that nothing can match.
    pub(crate) fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }

    /// Makes a page of rows that were read with a limit of one more than the page holds.
    pub(crate) fn cut(mut items: Vec<T>, limit: u64, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }
}
