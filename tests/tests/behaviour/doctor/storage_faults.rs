//! Faults of the server, the file, partitions and views.

use sea_orm::{ConnectionTrait, Database};
use service::connect::Settings;
use service::maintenance::doctor::{self, Repair, Selection};
use service::maintenance::partitions::{self, EnsurePartitions};
use service::maintenance::views::{self, IfBusy, Refresh, View};
use tests::Engine;

use super::bed::{Bed, names};

#[tokio::test(flavor = "multi_thread")]
async fn months_that_are_missing_and_rows_of_no_month_are_found_and_made() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let next = bed
        .text(
            "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '\"transactions_y\"YYYY\"m\"MM')",
        )
        .await;
    bed.run(&format!(
        "ALTER TABLE transactions DETACH PARTITION {next}; DROP TABLE {next}"
    ))
    .await;
    let finding = bed.only("partitions.months").await;
    assert_eq!(finding.total, 1);
    bed.run(
        "INSERT INTO transactions (id, type, category, amount, transaction_date) \
         SELECT uuid_v7_lowest((current_date + interval '1 month') AT TIME ZONE 'UTC'), 'expense', 'x', 1, \
                (current_date + interval '1 month')::date",
    )
    .await;
    let examination = bed.examine().await;
    assert_eq!(names(&examination), ["partitions.months", "partitions.default"]);
    partitions::ensure(&bed.db, EnsurePartitions::ahead(12), || true)
        .await
        .unwrap();
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn views_without_data_and_views_of_long_ago_are_found_and_refreshed() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run("REFRESH MATERIALIZED VIEW agent_performance WITH NO DATA")
        .await;
    assert_eq!(bed.only("views.filled").await.faults[0].row, "agent_performance");
    bed.run("UPDATE seaql_migrations SET applied_at = applied_at - 3 * 86400")
        .await;
    let examination = bed.examine().await;
    assert_eq!(names(&examination), ["views.filled", "views.fresh"]);
    let refresh = Refresh {
        views: View::ALL.to_vec(),
        if_busy: IfBusy::Leave,
    };
    views::refresh(&bed.db, refresh).await.unwrap();
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_operations_rely_on_are_found_missing() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let settings = Settings {
        lock_timeout: std::time::Duration::ZERO,
        statement_timeout: std::time::Duration::ZERO,
        max_connections: Some(1),
        ..Settings::default()
    };
    let db = service::connect(bed.database.url(), &settings).await.unwrap();
    db.execute_unprepared("SET TimeZone = 'Europe/Berlin'")
        .await
        .unwrap();
    let examination = doctor::examine(&db, &Selection::only(["server"]).unwrap())
        .await
        .unwrap();
    assert_eq!(names(&examination)[..2], ["server.time_zone", "server.timeouts"]);
    let without: Vec<_> = examination.findings[1]
        .faults
        .iter()
        .map(|fault| &fault.row)
        .collect();
    assert_eq!(without, ["lock_timeout", "statement_timeout"]);
    bed.run("ALTER TABLE agents SET (autovacuum_enabled = off)").await;
    let examination = bed.examine().await;
    let finding = examination.finding("server.autovacuum").unwrap();
    assert_eq!(finding.faults[0].row, "agents");
    bed.run("ALTER TABLE agents RESET (autovacuum_enabled)").await;
    bed.run("UPDATE pg_class SET relfrozenxid = (((txid_current() + 4294967296 - 1200000000) % 4294967296)::text)::xid WHERE relname = 'agents'")
        .await;
    let finding = bed.only("server.wraparound").await;
    assert_eq!(finding.faults[0].row, "agents");
    bed.mend(&finding).await;
    bed.run("UPDATE pg_class SET relminmxid = '3094967296'::xid WHERE relname = 'agents'")
        .await;
    let finding = bed.only("server.wraparound").await;
    assert!(finding.faults[0].expected.ends_with("multixacts"), "{finding:#?}");
    bed.mend(&finding).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn autovacuum_that_a_table_has_off_is_found_however_it_is_spelt_and_mended() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    for (setting, row) in [
        ("autovacuum_enabled = no", "agents"),
        ("autovacuum_enabled = 'N'", "agents"),
        ("autovacuum_enabled = f", "agents"),
        ("autovacuum_enabled = of", "agents"),
        ("autovacuum_enabled = 0", "agents"),
        ("toast.autovacuum_enabled = false", "agents (TOAST)"),
    ] {
        bed.run("ALTER TABLE goals SET (autovacuum_enabled = yes)").await;
        bed.run(&format!("ALTER TABLE agents SET ({setting})")).await;
        let finding = bed.only("server.autovacuum").await;
        assert_eq!(finding.total, 1, "{setting}: {finding:#?}");
        assert_eq!(finding.faults[0].row, row);
        bed.mend(&finding).await;
    }
}

/// The tests' own server has it off.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_told_to_read_the_setting_that_was_repaired() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    if bed.text("SHOW autovacuum").await == "on" {
        return;
    }
    let examination = doctor::examine(&bed.db, &Selection::only(["server.autovacuum"]).unwrap())
        .await
        .unwrap();
    let repairs: Vec<_> = examination.findings[0].repairs.iter().map(Repair::text).collect();
    assert_eq!(
        repairs,
        ["ALTER SYSTEM SET autovacuum = on", "SELECT pg_reload_conf()"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_as_operations_rely_on_is_found() {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    let variant = tests::rows::insert(&bed.db, "inventory", []).await;
    bed.past(
        super::plants::Past::Nothing,
        "PRAGMA foreign_keys = off; DELETE FROM product_variants",
    )
    .await;
    let finding = bed.only("file.references").await;
    assert_eq!(finding.total, 1);
    bed.run(&format!(
        "DELETE FROM inventory WHERE id = {}",
        bed.literal(variant.id())
    ))
    .await;

    let url = bed.database.url();
    let mut careless = sea_orm::ConnectOptions::new(url);
    careless
        .max_connections(1)
        .map_sqlx_sqlite_opts(|file| file.foreign_keys(false).busy_timeout(std::time::Duration::ZERO));
    let db = Database::connect(careless).await.unwrap();
    let examination = doctor::examine(&db, &Selection::default()).await.unwrap();
    assert_eq!(names(&examination), ["file.foreign_keys", "file.busy_timeout"]);
    db.close().await.unwrap();

    tests::rows::insert(&bed.db, "customers", []).await;
    bed.past(
        super::plants::Past::Nothing,
        "PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = replace(sql, '\"email\"', '\"phone\"') WHERE name = 'idx_customers_email'",
    )
    .await;
    let examination = doctor::examine(&bed.db, &Selection::only(["file.integrity"]).unwrap())
        .await
        .unwrap();
    assert_eq!(names(&examination), ["file.integrity"], "{examination:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_write_ahead_log_is_found() {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    // A copy has the journal of old.
    let url = bed.database.url().replace("vividwalls.db", "copy.db");
    let file = url.trim_start_matches("sqlite://").split('?').next().unwrap();
    bed.run(&format!("VACUUM INTO '{file}'")).await;
    let session = Database::connect(url).await.unwrap();
    let examination = doctor::examine(&session, &Selection::default()).await.unwrap();
    assert_eq!(names(&examination), ["file.journal"], "{examination:#?}");
    session.close().await.unwrap();
}
