//! A database for one test.

mod postgres;
mod shared;
mod sqlite;

use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::Engine;

pub use shared::SharedStatistics;

/// A database of a test's own, gone when the value is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    // Dropped first: a pool wants to say goodbye to a database that still exists.
    connection: DatabaseConnection,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Postgres(postgres::OwnDatabase),
    Sqlite(sqlite::OwnFile),
}

impl TestDatabase {
    /// A database with every migration applied and no row in it.
    ///
    /// It is a copy of one that was migrated once for the whole run. `None` when the engine
    /// [is not chosen](Engine::is_chosen): the test has nothing to do.
    ///
    /// # Panics
    ///
    /// When there is no PostgreSQL server, with instructions; and when the migrations fail.
    pub async fn migrated(engine: Engine) -> Option<Self> {
        Self::at(engine, postgres::OwnDatabase::migrated, sqlite::OwnFile::migrated).await
    }

    /// A database with nothing in it; on SQLite a file that does not exist yet.
    ///
    /// `None` and panics: as for [`migrated`](Self::migrated).
    pub async fn empty(engine: Engine) -> Option<Self> {
        Self::at(engine, postgres::OwnDatabase::empty, sqlite::OwnFile::empty).await
    }

    async fn at(
        engine: Engine,
        postgres: fn() -> postgres::OwnDatabase,
        sqlite: fn() -> sqlite::OwnFile,
    ) -> Option<Self> {
        if !engine.is_chosen() {
            return None;
        }
        let place = match engine {
            Engine::Postgres => Place::Postgres(postgres()),
            Engine::Sqlite => Place::Sqlite(sqlite()),
        };
        let connection = connect(place.url(), 16).await;
        Some(Self { connection, place })
    }

    /// A pool of up to 16 connections, none of which is open before it is needed.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// One more session, apart from [`connection`](Self::connection): a pool of exactly one connection.
    pub async fn session(&self) -> DatabaseConnection {
        connect(self.url(), 1).await
    }

    /// The major version of the PostgreSQL server, for tests of what older ones do not have; `None` on SQLite.
    ///
    /// # Panics
    ///
    /// When the server does not answer.
    pub async fn server_version(&self) -> Option<i32> {
        let backend = self.connection.get_database_backend();
        let sql = "SELECT current_setting('server_version_num')::integer / 10000";
        match self.place {
            Place::Sqlite(_) => None,
            Place::Postgres(_) => self
                .connection
                .query_one_raw(Statement::from_string(backend, sql))
                .await
                .and_then(|row| row.map(|row| row.try_get_by_index(0)).transpose())
                .expect("the server tells its version"),
        }
    }

    /// The URL of the database, for a program that is tested as a process.
    #[must_use]
    pub fn url(&self) -> &str {
        self.place.url()
    }

    /// The engine it was asked for.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.place {
            Place::Postgres(_) => Engine::Postgres,
            Place::Sqlite(_) => Engine::Sqlite,
        }
    }
}

impl Place {
    fn url(&self) -> &str {
        match self {
            Self::Postgres(database) => database.url(),
            Self::Sqlite(file) => file.url(),
        }
    }
}

async fn connect(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options
        .connect_lazy(true)
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(60))
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|file| {
            file.busy_timeout(Duration::from_secs(60))
                .pragma("synchronous", "NORMAL")
        });
    Database::connect(options)
        .await
        .expect("a lazy pool opens no connection that could fail")
}
