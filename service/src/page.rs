//! Lists come in pages, and a page begins after a key, never after a number of rows.
//!
//! A page therefore costs the same wherever it lies, and rows that come or go between two pages shift nothing. The key is the
//! row's id: ids that the application makes are UUIDv7, so pages run from the oldest row to the newest. A list that is sorted by
//! something else has both as its key, the sorted value and the id.

use sea_orm::sea_query::{BinOper, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, Select, Value};

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

/// In which direction a list runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the smallest to the largest, from the oldest to the newest.
    #[default]
    Ascending,
    /// From the largest to the smallest, from the newest to the oldest.
    Descending,
}

impl Direction {
    fn order(self) -> Order {
        match self {
            Self::Ascending => Order::Asc,
            Self::Descending => Order::Desc,
        }
    }

    fn beyond(self) -> BinOper {
        match self {
            Self::Ascending => BinOper::GreaterThan,
            Self::Descending => BinOper::SmallerThan,
        }
    }
}

/// Sorts by a column that no two rows share, and begins after `after`.
pub(crate) fn by_key<E: EntityTrait, K: Into<Value>>(
    select: Select<E>,
    direction: Direction,
    key: impl ColumnTrait,
    after: Option<K>,
) -> Select<E> {
    let select = select.order_by(key, direction.order());
    match after {
        Some(after) => select.filter(key.into_expr().binary(direction.beyond(), Expr::value(after))),
        None => select,
    }
}

/// Sorts by a column and then by the id, and begins after such a pair, `(column, id) > ($1, $2)`: an index on both serves it.
/// Neither may be nullable.
pub(crate) fn by_pair<E: EntityTrait, A: Into<Value>, B: Into<Value>>(
    select: Select<E>,
    direction: Direction,
    (first, second): (impl ColumnTrait, impl ColumnTrait),
    after: Option<(A, B)>,
) -> Select<E> {
    let select = select
        .order_by(first, direction.order())
        .order_by(second, direction.order());
    match after {
        Some((a, b)) => {
            let columns = Expr::tuple([first.into_expr(), second.into_expr()]);
            let values = Expr::tuple([Expr::value(a), Expr::value(b)]);
            select.filter(columns.binary(direction.beyond(), values))
        }
        None => select,
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
