//! Texts that want to be more than a calculation. Rows are written past the checks, as somebody with another program could.

use std::time::Duration;

use entity::{KpiId, kpis};
use rstest::rstest;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter};
use service::analytics::calculation::{Calculate, CalculateError, calculate};
use tests::{Engine, TestDatabase};

use super::kpi;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    NotOneStatement,
    Forbidden,
    Wrote,
    TimedOut,
    Failed,
    NotOneNumber,
}

use Refusal::{Failed, Forbidden, NotOneNumber, NotOneStatement, TimedOut, Wrote};

const ON_BOTH: [(&str, Refusal); 14] = [
    ("SELECT 1; DROP TABLE kpi_measurements", NotOneStatement),
    ("SELECT 1; UPDATE kpis SET name = 'pwned'; --", NotOneStatement),
    ("SELECT 1 /* ; */; DELETE FROM kpis", NotOneStatement),
    ("SELECT 1 /* /* */ ; DELETE FROM kpis; -- */", NotOneStatement),
    ("SELECT E'\\'; DELETE FROM kpis; --'", NotOneStatement),
    ("SELECT 1 AS [a']; DELETE FROM kpis; --'", NotOneStatement),
    (
        "INSERT INTO kpis (name, category) VALUES ('x', 'x')",
        NotOneStatement,
    ),
    ("UPDATE kpis SET name = 'pwned' RETURNING 1", NotOneStatement),
    ("DROP TABLE kpi_measurements", NotOneStatement),
    ("COMMIT", NotOneStatement),
    ("ROLLBACK; DELETE FROM kpis", NotOneStatement),
    ("EXPLAIN ANALYZE DELETE FROM kpis", NotOneStatement),
    ("WITH x AS (SELECT 1) DELETE FROM kpis RETURNING 1", Wrote),
    (
        "WITH x AS (SELECT 1) UPDATE kpis SET name = 'pwned' RETURNING 1",
        Wrote,
    ),
];

const ON_POSTGRES: [(&str, Refusal); 21] = [
    (
        "WITH gone AS (DELETE FROM kpis RETURNING 1) SELECT count(*) FROM gone",
        Wrote,
    ),
    (
        "WITH new AS (INSERT INTO kpis (name, category) VALUES ('x', 'x') RETURNING 1) SELECT count(*) FROM new",
        Wrote,
    ),
    ("SELECT 1 AS n INTO stolen", Wrote),
    ("SELECT 1 AS n INTO TEMP stolen", Wrote),
    ("SELECT 1 FROM kpis FOR UPDATE", Wrote),
    ("SELECT setval('a_sequence', 99)", Wrote),
    ("SELECT nextval('a_sequence')", Wrote),
    ("SELECT set_config('transaction_read_only', 'off', true)", Failed),
    (
        "SELECT set_config('transaction_read_only', 'off', false), deed()",
        Failed,
    ),
    ("SELECT deed()", Wrote),
    ("SELECT deed_that_turns_the_lock()", Failed),
    ("SELECT set_config('statement_timeout', '0', false)", NotOneNumber),
    (
        "SELECT count(*) FROM (SELECT set_config('statement_timeout', '0', false), pg_sleep(60)) t",
        TimedOut,
    ),
    ("SELECT CAST(CAST(pg_sleep(60) AS text) AS integer)", TimedOut),
    ("SELECT pg_terminate_backend(pg_backend_pid())", Forbidden),
    ("SELECT pg_advisory_lock(7)", Forbidden),
    (
        "SELECT query_to_xml('SELECT pg_' || 'advisory_lock(7)', true, false, '')",
        Forbidden,
    ),
    (
        "SELECT length(query_to_xml_and_xmlschema('SELECT pg_' || 'advisory_lock(7)', true, false, '')::text)",
        Forbidden,
    ),
    ("COPY kpis TO PROGRAM 'true'", NotOneStatement),
    ("SELECT $$1$$; DELETE FROM kpis", NotOneStatement),
    ("DO 'BEGIN DELETE FROM kpis; END'", NotOneStatement),
];

const ON_SQLITE: [(&str, Refusal); 13] = [
    ("PRAGMA query_only = OFF", NotOneStatement),
    ("PRAGMA writable_schema = ON", NotOneStatement),
    ("SELECT * FROM pragma_query_only(0)", Failed),
    ("SELECT * FROM pragma_journal_mode('delete')", Failed),
    ("ATTACH 'stolen.db' AS stolen", NotOneStatement),
    ("VACUUM INTO 'stolen.db'", NotOneStatement),
    ("SELECT load_extension('/tmp/evil')", Forbidden),
    ("SELECT \"load_extension\"('/tmp/evil')", Forbidden),
    ("SELECT fts3_tokenizer('simple')", Forbidden),
    ("SELECT writefile('stolen', 'x')", Failed),
    (
        "WITH x AS (DELETE FROM kpis RETURNING 1) SELECT count(*) FROM x",
        Failed,
    ),
    (
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n",
        TimedOut,
    ),
    (
        "WITH x AS (SELECT 1) INSERT INTO kpis (name, category) VALUES ('x', 'x') RETURNING 1",
        Wrote,
    ),
];

/// A function that writes, and one that first tries to be allowed to.
const DEEDS: &str = "
CREATE SEQUENCE a_sequence;
CREATE FUNCTION deed() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN UPDATE kpis SET name = 'pwned'; RETURN 1; END $$;
CREATE FUNCTION deed_that_turns_the_lock() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN PERFORM set_config('transaction_read_only', 'off', true); UPDATE kpis SET name = 'pwned'; RETURN 1; END $$;";

async fn tried(db: &DatabaseConnection, id: KpiId, sql: &str) -> Result<(), CalculateError> {
    let text = kpis::ActiveModel {
        calculation_sql: Set(Some(sql.into())),
        ..<kpis::ActiveModel as sea_orm::ActiveModelTrait>::default()
    };
    kpis::Entity::update_many()
        .set(text)
        .filter(kpis::Column::Id.eq(id))
        .exec(db)
        .await
        .unwrap();
    let limit = Duration::from_millis(400);
    calculate(db, Calculate { kpi: id, limit }).await.map(drop)
}

fn is(error: &CalculateError, refusal: Refusal) -> bool {
    refusal
        == match error {
            CalculateError::NotOneStatement => NotOneStatement,
            CalculateError::Forbidden { .. } => Forbidden,
            CalculateError::Wrote { .. } => Wrote,
            CalculateError::TimedOut { .. } => TimedOut,
            CalculateError::Failed { .. } => Failed,
            CalculateError::NotOneNumber { .. } => NotOneNumber,
            _ => return false,
        }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_calculation_changes_anything(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = kpi(db, "victim").await;
    let bystander = kpis::Entity::find_by_id(kpi(db, "bystander").await);
    let untouched = bystander.clone().one(db).await.unwrap();
    let own: &[(&str, Refusal)] = match engine {
        Engine::Postgres => {
            db.execute_unprepared(DEEDS).await.unwrap();
            &ON_POSTGRES
        }
        Engine::Sqlite => &ON_SQLITE,
    };
    for (sql, refusal) in ON_BOTH.iter().chain(own) {
        let error = tried(db, id, sql).await.unwrap_err();
        assert!(is(&error, *refusal), "{sql} was refused as {error:?}");
        assert_eq!(bystander.clone().one(db).await.unwrap(), untouched, "{sql}");
        assert_eq!(kpis::Entity::find().all(db).await.unwrap().len(), 2, "{sql}");
    }
    // The pool is as it was: it writes, and nobody holds a lock.
    kpi(db, "afterwards").await;
    if engine == Engine::Postgres {
        let locks = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'";
        let row = db
            .query_one_raw(sea_orm::Statement::from_string(engine.backend(), locks))
            .await
            .unwrap();
        assert_eq!(row.unwrap().try_get::<i64>("", "n").unwrap(), 0);
    }
}
