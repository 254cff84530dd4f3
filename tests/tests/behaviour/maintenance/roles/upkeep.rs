//! What lets history go and brings it back, tries an operation, or tells what is slow, under the role that the README states for it.

use super::commands::ran;
use super::{Granted, Role};
use crate::maintenance::retention::history::{Everything, fill, world};

#[tokio::test(flavor = "multi_thread")]
async fn months_are_dropped_and_restored_by_the_owner_and_by_nobody_else() {
    let Some(granted) = Granted::migrated_by_its_owner().await else {
        return;
    };
    let db = granted.database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().to_str().unwrap();
    let drop = [
        "partitions",
        "drop",
        "--before",
        "2024-02-01",
        "--archive",
        archive,
    ];
    // From the default partition into one of its own, as it is with the months of a shop.
    let (status, said) = ran(&granted, Role::Owner, &["partitions", "ensure"]);
    assert_eq!(status, 0, "{said}");
    for role in [Role::Application, Role::ReadOnly] {
        let (status, said) = ran(&granted, role, &drop);
        assert!(status == 2 && said.contains("may not"), "{role:?} {said}");
        assert_eq!(Everything::of(db).await, before);
        let (status, said) = ran(&granted, role, &[&drop[..], &["--dry-run"]].concat());
        assert_eq!(status, 0, "{role:?} {said}");
    }
    let (status, said) = ran(&granted, Role::Owner, &drop);
    assert_eq!(status, 0, "{said}");
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
    let restore = ["partitions", "restore", archive];
    for role in [Role::Application, Role::ReadOnly] {
        let (status, said) = ran(&granted, role, &restore);
        assert!(status == 2 && said.contains("may not"), "{role:?} {said}");
        assert_eq!(Everything::of(db).await.counts(), [0; 5]);
    }
    let (status, said) = ran(&granted, Role::Owner, &restore);
    assert_eq!(status, 0, "{said}");
    assert_eq!(Everything::of(db).await, before);

    let keep = ["maintain", "--keep", "12", "--archive", archive];
    let (status, said) = ran(&granted, Role::Owner, &keep);
    assert!(status < 2 && said.contains("2024-01"), "{said}");
    assert_eq!(Everything::of(db).await.counts()[..4], [0; 4]);
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_tried_by_the_application_and_not_by_who_only_reads() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let (status, said) = ran(
        &granted,
        Role::Owner,
        &["seed", "--orders", "50", "--months", "2"],
    );
    assert_eq!(status, 0, "{said}");
    for operation in ["orders.place", "inventory.reserve"] {
        let (status, said) = ran(&granted, Role::Application, &["explain", operation]);
        assert!(status < 2, "{operation}: {said}");
        let (status, said) = ran(&granted, Role::ReadOnly, &["explain", operation]);
        assert!(status == 2 && said.contains("may not"), "{operation}: {said}");
    }
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_slow_is_shown_to_who_only_reads_as_far_as_it_is_granted() {
    let Some(granted) = Granted::migrated_by_its_owner().await else {
        return;
    };
    let (status, said) = ran(&granted, Role::ReadOnly, &["slow"]);
    assert_eq!(status, 2);
    if !said.contains("run CREATE EXTENSION pg_stat_statements") {
        // A server of somebody else's, or without the contrib package: there is nothing to count with.
        assert!(said.contains("pg_stat_statements"), "{said}");
        return granted.end().await;
    }
    granted.administer("CREATE EXTENSION pg_stat_statements").await;
    let (status, said) = ran(&granted, Role::ReadOnly, &["slow"]);
    assert!(
        status == 1 && said.contains("GRANT pg_read_all_stats"),
        "{status} {said}"
    );
    let role = granted.role(Role::ReadOnly);
    granted
        .administer(&format!("GRANT pg_read_all_stats TO {role}"))
        .await;
    let (status, said) = ran(&granted, Role::ReadOnly, &["slow"]);
    assert_eq!(status, 0, "{said}");
    granted.administer("DROP EXTENSION pg_stat_statements").await;
    granted.end().await;
}
