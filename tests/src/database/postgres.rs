//! Databases in the run's PostgreSQL server: one that is migrated, and its copies.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use url::Url;

use super::connect;
use crate::{cluster, runtime, scratch};

/// No run lasts that long: what is older was left behind by one that was killed.
const STALE: Duration = Duration::from_secs(6 * 60 * 60);

/// A database that is dropped with the value.
#[derive(Debug)]
pub(super) struct OwnDatabase {
    name: String,
    url: String,
}

impl OwnDatabase {
    pub(super) fn migrated() -> Self {
        let template = scratch::once("template", || runtime::wait_for(make_template()));
        // A file copy of 29 tables takes half of the time that writing them to the log takes (14 against 29 ms).
        Self::create(&format!("TEMPLATE {template} STRATEGY FILE_COPY"))
    }

    pub(super) fn empty() -> Self {
        Self::create("TEMPLATE template0")
    }

    fn create(source: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = name(&NUMBER.fetch_add(1, Ordering::Relaxed).to_string());
        let sql = format!("CREATE DATABASE {name} {source}");
        runtime::wait_for(administer(&sql)).expect("a database of the test's own");
        Self {
            url: url_of(&name),
            name,
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        let dropped = runtime::wait_for(administer(&format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            self.name
        )));
        // A test that fails already has a better reason.
        if !std::thread::panicking() {
            dropped.expect("the test's database can be dropped");
        }
    }
}

/// A name that tells when its run made it.
fn name(suffix: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970")
        .as_secs();
    format!("vividwalls_{now}_{}_{suffix}", std::process::id())
}

fn url_of(database: &str) -> String {
    let mut url: Url = cluster::url();
    url.set_path(database);
    url.into()
}

async fn administer(sql: &str) -> Result<(), DbErr> {
    let server = server().await;
    let done = server.execute_unprepared(sql).await;
    server.close().await?;
    done.map(drop)
}

async fn server() -> DatabaseConnection {
    connect(cluster::url().as_str(), 1).await
}

/// Migrates a database that nobody uses but as a template, and returns its name.
///
/// On a server that outlives the run it stays behind, until the first run more than [`STALE`] later.
async fn make_template() -> String {
    let name = name("template");
    let server = server().await;
    remove_stale(&server)
        .await
        .expect("the server lets us in, and drop what earlier runs left behind");
    server
        .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0"))
        .await
        .expect("a database for the template");
    let template = connect(&url_of(&name), 2).await;
    migration::up_on(&template, None)
        .await
        .expect("the migrations succeed on PostgreSQL");
    template.close().await.expect("the connection closes");
    // CREATE DATABASE refuses a template that somebody is connected to: so nobody can.
    server
        .execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .await
        .expect("the database is ours");
    server.close().await.expect("the connection closes");
    name
}

async fn remove_stale(server: &DatabaseConnection) -> Result<(), DbErr> {
    let names = "SELECT datname FROM pg_database WHERE datname ~ '^vividwalls_[0-9]{10}_[0-9]+_([0-9]+|template)$' \
                 AND to_timestamp(split_part(datname, '_', 2)::bigint) < now() - make_interval(secs => $1)";
    let stale = Statement::from_sql_and_values(DbBackend::Postgres, names, [STALE.as_secs_f64().into()]);
    for row in server.query_all_raw(stale).await? {
        let name: String = row.try_get_by_index(0)?;
        server
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await?;
    }
    Ok(())
}
