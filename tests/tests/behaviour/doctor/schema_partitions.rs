//! Faults of partitions. Each holds a month of the books, so no repair drops one.

use service::maintenance::doctor::{Repair, Severity};
use tests::Engine;

use super::bed::{Bed, names};
use super::schema_decisions::{decide, offered};

async fn with_next(table: &str) -> Option<(Bed, String)> {
    let bed = Bed::new(Engine::Postgres).await?;
    let months = "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '\"_y\"YYYY\"m\"MM')";
    let next = format!("{table}{}", bed.text(months).await);
    Some((bed, next))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_without_its_window_gets_it() {
    let Some((bed, next)) = with_next("transactions").await else {
        return;
    };
    bed.run(&format!("ALTER TABLE {next} DROP CONSTRAINT {next}_window"))
        .await;
    let finding = bed.only("schema.partitions").await;
    assert_eq!(finding.faults[0].row, format!("transactions.{next}"));
    bed.mend(&finding).await;

    bed.run(&format!(
        "ALTER TABLE {next} DROP CONSTRAINT {next}_window, ADD CONSTRAINT {next}_window CHECK (true)"
    ))
    .await;
    let finding = bed.only("schema.partitions").await;
    bed.mend(&finding).await;

    bed.run(&format!(
        "ALTER TABLE {next} ADD CONSTRAINT \"More\" CHECK (true)"
    ))
    .await;
    let finding = bed.only("schema.partitions").await;
    decide(&bed, &finding).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_is_stored_otherwise_is_stored_as_its_table() {
    let Some((bed, next)) = with_next("system_events").await else {
        return;
    };
    bed.run(&format!("ALTER TABLE {next} RESET (autovacuum_freeze_min_age)"))
        .await;
    let finding = bed.only("schema.settings").await;
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.faults[0].row, format!("{next}.autovacuum_freeze_min_age"));
    bed.mend(&finding).await;

    bed.run(&format!("ALTER TABLE {next} SET UNLOGGED")).await;
    let finding = bed.only("schema.partitions").await;
    bed.mend(&finding).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_was_detached_is_attached_again() {
    let Some((bed, next)) = with_next("transactions").await else {
        return;
    };
    bed.run(&format!("ALTER TABLE transactions DETACH PARTITION {next}"))
        .await;
    let examination = bed.examine().await;
    assert_eq!(names(&examination), ["schema.tables", "partitions.months"]);
    let finding = examination.finding("schema.tables").unwrap();
    assert_eq!(
        (finding.faults[0].row.as_str(), finding.total),
        (next.as_str(), 1)
    );
    let Repair::Decision(text) = &finding.repairs[0] else {
        panic!("{finding:#?}");
    };
    assert!(!text.contains("DROP"), "{text}");
    decide(&bed, finding).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_partition_comes_back_from_wherever_it_went() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run("ALTER TABLE transactions DETACH PARTITION transactions_default")
        .await;
    let examination = bed.examine().await;
    let [table, partition] =
        ["schema.tables", "schema.partitions"].map(|check| examination.finding(check).unwrap());
    assert_eq!(table.repairs, partition.repairs);
    decide(&bed, table).await;

    bed.run(
        "ALTER TABLE transactions DETACH PARTITION transactions_default; DROP TABLE transactions_default",
    )
    .await;
    let examination = bed.examine().await;
    bed.mend(examination.finding("schema.partitions").unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detachment_that_was_cut_short_is_finished_and_undone() {
    let Some((bed, next)) = with_next("transactions").await else {
        return;
    };
    bed.run(&format!(
        "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = '{next}'::regclass"
    ))
    .await;
    let examination = bed.examine().await;
    let finding = examination.finding("schema.partitions").unwrap();
    // FINALIZE runs in no script of several statements.
    for sql in offered(&finding.repairs[0])[0].split(';') {
        bed.run(sql).await;
    }
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_with_other_bounds_is_found() {
    let Some((bed, next)) = with_next("system_events").await else {
        return;
    };
    bed.run(&format!(
        "ALTER TABLE system_events DETACH PARTITION {next}; ALTER TABLE {next} DROP CONSTRAINT {next}_window; \
         ALTER TABLE system_events ATTACH PARTITION {next} FOR VALUES FROM ('00000000-0000-0000-0000-000000000001') \
         TO ('00000000-0000-0000-0000-000000000002')"
    ))
    .await;
    let examination = bed.examine().await;
    let finding = examination.finding("schema.partitions").unwrap();
    assert_eq!(finding.faults[0].row, format!("system_events.{next}"));
    assert!(matches!(&finding.repairs[0], Repair::Decision(text) if !text.contains("DROP")));
}
