//! What a KPI's `calculation_sql` comes to.
//!
//! The text is data that somebody wrote, so it runs where it can do no harm: on a connection of its own, which is closed
//! afterwards together with whatever the text did to its session.
//!
//! | | PostgreSQL | SQLite |
//! |---|---|---|
//! | writes | refused by `BEGIN READ ONLY`, which is rolled back | refused by a file opened read-only, and `PRAGMA query_only` |
//! | time | `statement_timeout` and `lock_timeout` | a progress handler that looks at the clock, and the busy timeout |
//! | one statement | the extended protocol takes no second one | the text is read beforehand |
//!
//! The text is read beforehand on both engines: it has to be one SELECT (or WITH) and may not name functions that reach beyond a
//! transaction, which a rollback does not undo, such as `pg_terminate_backend`. That reading is a belt; the database is the brace.
//! What neither stops is a function of your own that sends a mail: whoever may write `calculation_sql` acts as the role of the
//! pool, so give that role no such functions. And SQLite looks at the clock between its steps only: one step that builds a text
//! of a gigabyte takes what it takes.
//!
//! Only a pool is taken, and no caller's transaction: there a calculation could change the caller's session, and an error would
//! spoil what the caller has done so far. It sees what is committed.
//!
//! The result has to be one row with one number. It is rounded half away from zero to the four decimals that a measurement holds,
//! since an average has no last decimal; a number with too many digits before the point is refused.

mod calculate;
mod compute;
mod number;
mod postgres;
mod sqlite;
mod text;

pub use calculate::{Calculate, CalculateError, Calculated, calculate};
pub use compute::{Compute, ComputeError, Computed, compute};
pub use number::Found;
pub(crate) use text::is_one_query;
