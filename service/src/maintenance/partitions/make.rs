//! Making one month, and moving into it what the default partition holds of it.
//!
//! A month that has rows in the default partition cannot simply be added: the server refuses a partition whose rows lie in another.
//! Deleting them there cascades to their tasks or attribution, and a partition that is referred to cannot be detached. So, in one
//! transaction:
//!
//! 1. A table with the shape of a partition is made aside and filled with the rows of the month, while everybody writes on.
//! 2. The table is locked against everybody, for as long as the rest takes: what writers have changed since is copied again; the
//!    rows are deleted from the default partition, while a trigger on the tables that refer to them keeps every row of those; and
//!    the new table is attached, which checks what it refers to. The foreign keys stay in place, and hold at the commit as before.
//!
//! A lock that is not free in time is let go and asked for again after a pause, so that writers never queue for long; what was copied
//! stays. Nobody sees anything in between, and whatever interrupts it leaves everything as it was.

mod shape;
mod swap;
mod there;

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, IsolationLevel, TransactionOptions, TransactionTrait};
use serde::Serialize;

use self::shape::Shape;
use self::there::There;
use super::{Month, Partitioned};
use crate::error::DatabaseError;
use crate::maintenance::deadline;
use crate::operation;
use crate::transaction;

/// The key of the lock that lasts as long as a transaction that changes partitions: "vividprt" in ASCII.
const KEY: i64 = i64::from_be_bytes(*b"vividprt");

/// How long writers may be made to wait, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long one lock is waited for at a time: so long those queue that come after. Below the server's `deadlock_timeout` (1 s)
    /// nobody else is ever the victim of a deadlock.
    pub lock_timeout: Duration,
    /// How often the locks are asked for, with pauses of 0.1 to 0.5 s. The last attempt waits at least 1.5 s for each: only after
    /// `deadlock_timeout` the server interrupts an autovacuum that is in the way. Zero counts as one.
    pub attempts: u32,
}

impl Default for Patience {
    /// Ten attempts of 0.2 s for a lock.
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_millis(200),
            attempts: 10,
        }
    }
}

impl Patience {
    fn lock_timeout(&self, attempt: u32) -> Duration {
        if attempt + 1 < self.attempts || self.attempts <= 1 {
            self.lock_timeout
        } else {
            self.lock_timeout.max(Duration::from_millis(1500))
        }
    }
}

/// The month to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MakeMonth {
    /// Of which table.
    pub table: Partitioned,
    /// Which month.
    pub month: Month,
    /// How long writers may be made to wait.
    pub patience: Patience,
    /// After this the server ends the statement that runs, such as the one that copies the rows, and no further attempt is made.
    pub deadline: Option<Instant>,
}

impl MakeMonth {
    /// The month with [`Patience::default`], and no deadline.
    #[must_use]
    pub fn new(table: Partitioned, month: Month) -> Self {
        Self {
            table,
            month,
            patience: Patience::default(),
            deadline: None,
        }
    }
}

/// What [`make`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// SQLite: the table has no partitions.
    NotPartitioned,
    /// A partition covers the month already.
    Already,
    /// The month has its partition now.
    Made(MadeMonth),
    /// A table that is no partition has the name: one that was detached. Attach it, rename it or drop it.
    NameTaken {
        /// The name.
        name: String,
    },
    /// The locks were not free in any attempt, or somebody else is changing partitions. Nothing has changed.
    Busy,
}

/// A month that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MadeMonth {
    /// Of which table.
    pub table: Partitioned,
    /// Which month.
    pub month: Month,
    /// Its name.
    pub name: String,
    /// How many rows came from the default partition.
    pub drained: u64,
    /// How long the table was locked for others, in milliseconds, until the commit.
    pub locked_ms: u64,
    /// How many attempts it took to get the locks.
    pub attempts: u32,
}

/// Why a transaction that was to make a month is rolled back.
enum Halt {
    Already,
    NameTaken(String),
    Busy,
    Database(DatabaseError),
}

impl From<DatabaseError> for Halt {
    /// Whatever waits for a lock in vain, also a first look at the tables, leaves the month to the next run.
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::LockTimeout | DatabaseError::Deadlock => Self::Busy,
            error => Self::Database(error),
        }
    }
}

/// Gives a month its partition, as the migrations make it, and moves into it what the default partition holds of it.
///
/// In one transaction, of 9 statements, 5 more when rows are moved and 2 for the grants and another owner of its siblings; 2 for each
/// further attempt to get the locks. The rows are
/// copied without a lock that anybody notices. Then the table, the default partition, and when rows are moved the tables that refer
/// to it are locked against everybody, and the tables that it refers to against writers: for some milliseconds, and about 15 µs for each
/// row that is moved and may be referred to ([`MadeMonth::locked_ms`]).
///
/// A transaction that began before and has not read the table yet, in REPEATABLE READ or SERIALIZABLE, does not see moved rows. Run it
/// on a connection or pool: inside a caller's transaction all locks last until that ends.
///
/// # Errors
///
/// [`DatabaseError::StatementTimeout`] when the deadline of the command ended a statement, and what the database
/// reports. Nothing has changed then.
pub async fn make<C>(db: &C, command: MakeMonth) -> Result<Made, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "maintenance.partitions.make");
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(Made::NotPartitioned);
    }
    // Each statement has to see what was committed before it, whatever the connection's default is.
    let options = TransactionOptions {
        isolation_level: Some(IsolationLevel::ReadCommitted),
        ..TransactionOptions::default()
    };
    let transaction = db
        .begin_with_options(options)
        .await
        .map_err(DatabaseError::from)?;
    let outcome = prepare_and_swap(&transaction, &command).await;
    let swapped = outcome.as_ref().ok().map(|(_, since)| *since);
    let finished = transaction::finish(transaction, outcome).await;
    match finished {
        Ok((mut made, _)) => {
            made.locked_ms = swapped.map_or(0, |since| {
                u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
            });
            Ok(Made::Made(made))
        }
        Err(Halt::Already) => Ok(Made::Already),
        Err(Halt::NameTaken(name)) => Ok(Made::NameTaken { name }),
        Err(Halt::Busy) => Ok(Made::Busy),
        Err(Halt::Database(error)) => Err(error),
    }
}

/// Everything before the commit; and since when the locks are held.
async fn prepare_and_swap<C>(db: &C, command: &MakeMonth) -> Result<(MadeMonth, Instant), Halt>
where
    C: ConnectionTrait + TransactionTrait,
{
    let MakeMonth {
        table,
        month,
        patience,
        deadline,
    } = *command;
    shape::alone(db, patience.lock_timeout(0), deadline).await?;
    let name = month.partition_of(table);
    match there::look(db, table, month).await? {
        There::Nothing => {}
        There::Covered => return Err(Halt::Already),
        There::Name => return Err(Halt::NameTaken(name)),
    }
    let shape = Shape::read(db, table, month).await?;
    shape.create(db).await?;
    let copied = shape.copy(db).await?;
    for attempt in 0.. {
        let locked = Instant::now();
        let part = transaction::begin(db).await?;
        let outcome = swap::swap(&part, &shape, copied, (patience.lock_timeout(attempt), deadline)).await;
        match transaction::finish(part, outcome).await {
            Ok(drained) => {
                let made = MadeMonth {
                    table,
                    month,
                    name,
                    drained,
                    locked_ms: 0,
                    attempts: attempt + 1,
                };
                return Ok((made, locked));
            }
            Err(DatabaseError::LockTimeout | DatabaseError::Deadlock)
                if attempt + 1 < patience.attempts && !deadline::is_over(deadline) =>
            {
                shape::pause(db).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Halt::Busy)
}
