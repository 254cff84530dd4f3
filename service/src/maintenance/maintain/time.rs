//! The time that is left.

use std::time::{Duration, Instant};

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{Database, Postgres, Sqlite};
use sea_orm::{DatabaseConnection, DatabaseConnectionType};

use crate::maintenance::deadline::of_the_server;

/// The doctor reads in one and asks another.
const CONNECTIONS: u32 = 2;

/// How long a connection is waited for.
const CONNECTING: Duration = Duration::from_secs(10);

/// How long another writer of a SQLite file is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A budget of time, spent since it was given.
pub(super) struct Time {
    begun: Instant,
    budget: Duration,
}

impl Time {
    pub(super) fn starting(budget: Duration) -> Self {
        Self {
            begun: Instant::now(),
            budget,
        }
    }

    pub(super) fn spent(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) fn is_up(&self) -> bool {
        self.left().is_zero()
    }

    pub(super) fn left(&self) -> Duration {
        self.budget.saturating_sub(self.spent())
    }

    /// When it is up; `None` beyond what the system's clock can tell.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.begun.checked_add(self.budget)
    }

    /// What a statement may take, for PostgreSQL.
    pub(super) fn statement_timeout(&self) -> Duration {
        of_the_server(self.left())
    }

    /// Connections of their own. The server ends their statements when the time is up, and the wait for a SQLite file ends with it; and
    /// a new connection to a SQLite file knows its present statistics, where an old one goes by those that it read when it was opened.
    pub(super) fn bounded(&self, db: &DatabaseConnection) -> DatabaseConnection {
        match &db.inner {
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                let options = db.get_postgres_connection_pool().connect_options();
                let limit = self.statement_timeout().as_millis().to_string();
                let options = options.as_ref().clone().options([("statement_timeout", limit)]);
                let pool = self.pool::<Postgres>();
                pool.connect_lazy_with(options).into()
            }
            DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
                let options = db.get_sqlite_connection_pool().connect_options();
                if !options.get_filename().exists() {
                    // In memory: there is no second connection to it.
                    return db.clone();
                }
                let options = options.as_ref().clone().busy_timeout(self.left().min(PATIENCE));
                let pool = self.pool::<Sqlite>();
                pool.connect_lazy_with(options).into()
            }
            _ => db.clone(),
        }
    }
    /// A server that takes no more connections is waited for no longer than the budget, and never for long.
    fn pool<DB: Database>(&self) -> PoolOptions<DB> {
        PoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(self.left().clamp(Duration::from_secs(1), CONNECTING))
    }
}
