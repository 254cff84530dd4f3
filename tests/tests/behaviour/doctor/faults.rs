//! Faults of rows: each is found, alone, at its row, and its repair mends it.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::doctor::Repair;
use tests::Engine;
use uuid::Uuid;

use super::bed::{Bed, names};
use super::plants::{PLANTS, Past, Plant};
use super::trade::trade;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_fault_that_is_planted_is_found_at_its_row_and_mended(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
    for plant in PLANTS {
        if plant.on.is_none_or(|on| on == engine) {
            found_and_mended(&bed, engine, plant).await;
        }
    }
}

async fn found_and_mended(bed: &Bed, engine: Engine, plant: &Plant) {
    bed.past(plant.past, plant.sql).await;
    let examination = bed.examine().await;
    let mut expected = vec![plant.check];
    if engine == Engine::Postgres && matches!(plant.past, Past::Check(..)) {
        // The CHECK that had to go.
        expected.insert(0, "schema.constraints");
    }
    assert_eq!(names(&examination), expected, "{} {examination:#?}", plant.sql);
    let finding = examination.finding(plant.check).unwrap();
    if !plant.row.is_empty() {
        let row = bed.id(plant.row).await;
        let named = |row: Uuid| {
            finding
                .faults
                .iter()
                .any(|fault| fault.row.contains(&row.to_string()))
        };
        assert!(named(row), "{row} in {finding:#?}");
    }
    assert!(finding.repairs.iter().all(|repair| !repair.text().is_empty()));
    match plant.undo {
        Some(undo) => bed.past(plant.past, undo).await,
        None => {
            for repair in &finding.repairs {
                assert!(
                    matches!(repair, Repair::Sql(_)),
                    "{} is mended by {repair:?}",
                    plant.check
                );
                bed.run(repair.text()).await;
            }
        }
    }
    for finding in &examination.findings {
        if finding.check == "schema.constraints" {
            for repair in &finding.repairs {
                bed.run(repair.text()).await;
            }
        }
    }
    let examination = bed.examine().await;
    assert!(
        examination.is_healthy(),
        "after {}: {examination:#?}",
        plant.check
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_finding_names_the_first_rows_and_counts_all(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    for _ in 0..30 {
        tests::rows::insert(&bed.db, "content", [("status", "published".into())]).await;
    }
    let finding = bed.only("content.published").await;
    assert_eq!((finding.total, finding.faults.len()), (30, 20));
    assert!(finding.faults.is_sorted_by(|a, b| a.row < b.row));
    bed.mend(&finding).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn circles_of_agents_and_of_goals_are_found(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    for (table, parent, check) in [
        ("agents", "parent_id", "agents.cycles"),
        ("goals", "parent_goal_id", "goals.cycles"),
    ] {
        let mut ids = Vec::new();
        for _ in 0..3 {
            let given = (table == "agents").then_some(("type", "director".into()));
            ids.push(tests::rows::insert(&bed.db, table, given).await.id());
        }
        for (id, above) in [(0, 1), (1, 2), (2, 0)] {
            let sql = format!(
                "UPDATE {table} SET {parent} = {} WHERE id = {}",
                bed.literal(ids[above]),
                bed.literal(ids[id])
            );
            bed.past(Past::Triggers(table), &sql).await;
        }
        let finding = bed.only(check).await;
        assert_eq!(finding.total, 3);
        let sql = format!("UPDATE {table} SET {parent} = NULL");
        bed.past(Past::Triggers(table), &sql).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_id_and_date_disagree_is_found_where_the_window_is_lost() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let month = bed
        .text("SELECT to_char(now() AT TIME ZONE 'UTC', '\"system_events_y\"YYYY\"m\"MM')")
        .await;
    bed.db
        .execute_unprepared(&format!(
            "ALTER TABLE {month} DROP CONSTRAINT {month}_window; \
             INSERT INTO system_events (event_type, message, created_at) VALUES ('x', 'y', '2001-01-01')"
        ))
        .await
        .unwrap();
    assert_eq!(names(&bed.examine().await), ["schema.partitions", "ids.times"]);
}
