//! Three roles: who owns the schema, who runs the shop, who looks.

mod application;
mod commands;
mod history;
mod reading;
mod tour;
mod upkeep;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use service::connect::Settings;
use tests::{Engine, TestDatabase};
use url::Url;

const GRANTS: &str = include_str!("../../../../../migration/roles.sql");
const README: &str = include_str!("../../../../../README.md");

#[derive(Clone, Copy, Debug)]
enum Role {
    Owner,
    Application,
    ReadOnly,
}

/// Hands everything in the schema to another role, as if that had migrated.
const HAND_OVER: &str = "DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT oid::regclass AS name, relkind FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO {owner}',
            CASE it.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, it.name);
    END LOOP;
    FOR it IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', it.name);
    END LOOP;
END
$$";

/// A database in which the README's block was run.
struct Granted {
    database: TestDatabase,
    name: String,
}

impl Granted {
    /// One that was migrated and then handed over.
    async fn new() -> Option<Self> {
        let granted = Self::with_roles(TestDatabase::migrated(Engine::Postgres).await?).await;
        let owner = granted.role(Role::Owner);
        granted.administer(&HAND_OVER.replace("{owner}", &owner)).await;
        granted.grant().await;
        Some(granted)
    }

    /// One that its owner has migrated.
    async fn migrated_by_its_owner() -> Option<Self> {
        let granted = Self::with_roles(TestDatabase::empty(Engine::Postgres).await?).await;
        let owner = granted.connect(Role::Owner).await;
        migration::up_on(&owner, None).await.unwrap();
        granted.grant().await;
        Some(granted)
    }

    async fn with_roles(database: TestDatabase) -> Self {
        let name = Statement::from_string(Engine::Postgres.backend(), "SELECT current_database()::text");
        let name = database.connection().query_one_raw(name).await.unwrap();
        let name = name.unwrap().try_get_by_index(0).unwrap();
        let granted = Self { database, name };
        for role in [Role::Owner, Role::Application, Role::ReadOnly] {
            granted
                .administer(&format!("CREATE ROLE {}", granted.role(role)))
                .await;
        }
        let (name, owner) = (&granted.name, granted.role(Role::Owner));
        granted
            .administer(&format!("ALTER DATABASE {name} OWNER TO {owner}"))
            .await;
        granted
    }

    /// Runs the block, as the owner.
    async fn grant(&self) {
        let grants = GRANTS.replace("vividwalls", &self.name);
        let owner = self.connect(Role::Owner).await;
        owner.execute_unprepared(&grants).await.unwrap();
        owner.close().await.unwrap();
    }

    /// What the block calls `vividwalls_…`: roles belong to the whole server, so each test has its own.
    fn role(&self, role: Role) -> String {
        let suffix = match role {
            Role::Owner => "owner",
            Role::Application => "app",
            Role::ReadOnly => "readonly",
        };
        format!("{}_{suffix}", self.name)
    }

    /// The URL under which every session is that role's from its first statement.
    fn url(&self, role: Role) -> String {
        let mut url: Url = self.database.url().parse().unwrap();
        url.query_pairs_mut()
            .append_pair("options[role]", &self.role(role));
        url.into()
    }

    async fn connect(&self, role: Role) -> DatabaseConnection {
        service::connect(&self.url(role), &Settings::default())
            .await
            .unwrap()
    }

    async fn administer(&self, sql: &str) {
        self.database.connection().execute_unprepared(sql).await.unwrap();
    }

    /// Takes the roles back, with all that is theirs.
    async fn end(self) {
        let [owner, app, readonly] =
            [Role::Owner, Role::Application, Role::ReadOnly].map(|role| self.role(role));
        self.administer(&format!("ALTER DATABASE {} OWNER TO CURRENT_USER", self.name))
            .await;
        // One after the other: PostgreSQL fails when two of them in one statement share a default privilege.
        for role in [app, readonly, owner] {
            self.administer(&format!("DROP OWNED BY {role}")).await;
            self.administer(&format!("DROP ROLE {role}")).await;
        }
    }
}

/// What a role is told that may not.
async fn refused(db: &DatabaseConnection, sql: &str) {
    let error = db.execute_unprepared(sql).await.expect_err(sql);
    let text = error.to_string();
    assert!(
        text.contains("permission denied") || text.contains("must be owner"),
        "{sql}: {text}"
    );
}

#[test]
fn the_readme_quotes_the_grants() {
    let quoted = format!("```sql\n{GRANTS}```");
    assert!(
        README.contains(&quoted),
        "the block in README.md and migration/roles.sql differ"
    );
}
