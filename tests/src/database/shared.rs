//! What the databases of one server share: a test that changes it is alone with it.

use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::{Place, TestDatabase, connect};
use crate::cluster;

/// The key of an advisory lock in the database that all processes of a run know.
const KEY: i64 = 0x7669_7669_6473_7461;

/// Holds on to the server's shared statistics until it is dropped.
#[derive(Debug)]
#[must_use = "nothing is held any more as soon as this is dropped"]
pub struct SharedStatistics {
    /// A session that holds the lock, which the server releases with it. SQLite shares nothing.
    _session: Option<DatabaseConnection>,
}

impl TestDatabase {
    /// Keeps other tests from resetting the statistics that all databases of the server share, for a test that relies on them.
    ///
    /// To be called once in a test: who holds them twice may wait for one that waits for it.
    ///
    /// # Panics
    ///
    /// When the server does not answer.
    pub async fn rely_on_shared_statistics(&self) -> SharedStatistics {
        self.hold("pg_advisory_lock_shared").await
    }

    /// Waits until no other test [relies on](Self::rely_on_shared_statistics) what is shared, and keeps them waiting.
    ///
    /// # Panics
    ///
    /// When the server does not answer.
    pub async fn own_shared_statistics(&self) -> SharedStatistics {
        self.hold("pg_advisory_lock").await
    }

    async fn hold(&self, lock: &str) -> SharedStatistics {
        let Place::Postgres(_) = self.place else {
            return SharedStatistics { _session: None };
        };
        let session = connect(cluster::url().as_str(), 1).await;
        session
            .execute_unprepared(&format!("SELECT {lock}({KEY})"))
            .await
            .expect("a lock in the database that all tests know");
        SharedStatistics {
            _session: Some(session),
        }
    }
}
