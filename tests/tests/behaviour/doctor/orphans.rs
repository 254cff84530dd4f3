//! Rows that refer to nothing, on PostgreSQL, where a trigger that is off lets them be.

use service::deletion::keys;
use service::maintenance::doctor::{self, Examination, Repair, Selection};
use tests::Engine;

use super::bed::{Bed, names};
use super::plants::Past;
use super::trade::trade;

async fn examined(bed: &Bed) -> Examination {
    let selection = Selection::only(["schema.disabled_triggers", "rows.references"]).unwrap();
    doctor::examine(&bed.db, &selection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_orphaned_while_triggers_were_off_is_found_after_they_are_on_again() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    trade(&bed.db).await;
    let line = bed
        .id("SELECT i.id FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.status = 'pending'")
        .await;
    bed.run("ALTER TABLE orders DISABLE TRIGGER ALL; DELETE FROM orders WHERE status = 'pending'")
        .await;
    let examination = examined(&bed).await;
    assert_eq!(
        names(&examination),
        ["schema.disabled_triggers", "rows.references"]
    );
    let repairs = &examination.findings[0].repairs;
    let goes_on = |repair: &Repair| repair.text().contains("--only rows.references");
    assert!(repairs.iter().any(goes_on), "{repairs:?}");
    for repair in repairs {
        bed.run(repair.text()).await;
    }
    let examination = examined(&bed).await;
    assert_eq!(names(&examination), ["rows.references"]);
    let finding = &examination.findings[0];
    assert_eq!(finding.total, 1);
    let fault = &finding.faults[0];
    assert_eq!(fault.row, format!("order_items {line}"));
    assert!(fault.expected.contains("ON DELETE CASCADE"), "{fault:?}");
    assert!(
        matches!(finding.repairs.as_slice(), [Repair::Decision(_)]),
        "{finding:#?}"
    );
    // What the key would have done.
    bed.run("DELETE FROM order_items i WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = i.order_id)")
        .await;
    assert!(examined(&bed).await.is_healthy());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_of_every_key_is_found() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let mut children = std::collections::BTreeSet::new();
    for (n, key) in keys().iter().enumerate() {
        let nobody = format!("01931dab-8400-7872-8a99-{n:012x}");
        if children.insert(key.table) {
            tests::rows::insert(&bed.db, key.table, []).await;
        }
        // Of a partitioned table, and of a unique key, one row is enough.
        bed.past(
            Past::Nothing,
            &format!(
                "SET session_replication_role = replica; UPDATE {table} SET {column} = '{nobody}' \
                 WHERE ctid IN (SELECT ctid FROM {table} LIMIT 1)",
                table = key.table,
                column = key.column
            ),
        )
        .await;
        let mut selection = Selection::only(["rows.references"]).unwrap();
        selection.rows = 1000;
        let examination = doctor::examine(&bed.db, &selection).await.unwrap();
        let finding = examination.finding("rows.references").unwrap();
        let named = format!("{} {nobody}", key.column);
        assert!(
            finding
                .faults
                .iter()
                .any(|fault| fault.row.starts_with(key.table) && fault.found.starts_with(&named)),
            "{key:?} {finding:#?}"
        );
    }
}
