//! The schema that the doctor knows is the one that the migrations build.

use std::path::PathBuf;

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use service::maintenance::doctor::schema;
use tests::Engine;

use super::bed::Bed;

/// Set, it makes the test below write the snapshots instead of holding them against the migrations.
const WRITE: &str = "VIVIDWALLS_WRITE_SCHEMA";

fn snapshot(engine: Engine) -> PathBuf {
    let name = match engine {
        Engine::Postgres => "postgres.txt",
        Engine::Sqlite => "sqlite.txt",
    };
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../service/src/maintenance/doctor/schema")
        .join(name)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_snapshot_is_what_the_migrations_build(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    if std::env::var_os(WRITE).is_some() {
        let described = schema::describe(&bed.db).await.unwrap();
        std::fs::write(snapshot(engine), described).unwrap();
        return;
    }
    let examination = bed.examine().await;
    assert!(
        examination.is_healthy(),
        "{examination:#?}\nafter a change of the migrations run `{WRITE}=1 cargo test -p tests the_snapshot_is_what`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn constraints_and_views_that_went_through_a_dump_are_the_same() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    // What pg_dump writes and a restore reads: each definition as the server prints it.
    let rebuilt = bed
        .db
        .query_all_raw(Statement::from_string(
            sea_orm::DbBackend::Postgres,
            "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', c.relname, k.conname, k.conname, \
                    pg_get_constraintdef(k.oid)) \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
             WHERE k.contype = 'c' AND c.relnamespace = 'public'::regnamespace AND k.coninhcount = 0 \
             UNION ALL \
             SELECT format('ALTER TABLE %I ALTER %I SET DEFAULT %s', c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)) \
             FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum \
             WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition \
             UNION ALL \
             SELECT format('DROP INDEX %I; %s', i.relname, pg_get_indexdef(i.oid)) \
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid \
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition AND x.indpred IS NOT NULL",
        ))
        .await
        .unwrap();
    assert!(rebuilt.len() > 100, "{}", rebuilt.len());
    let script: Vec<String> = rebuilt
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    bed.run(&script.join(";\n")).await;
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}
