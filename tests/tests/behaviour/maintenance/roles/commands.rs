//! Each command runs under the role that the README states for it.

use std::path::Path;

use rstest::rstest;

use super::{Granted, Role};
use crate::command::{run, service};

/// Exit status and what it said.
pub(super) fn ran(granted: &Granted, role: Role, arguments: &[&str]) -> (i32, String) {
    let (status, output, errors) = run(service().args(arguments).env("DATABASE_URL", granted.url(role)));
    (status, output + &errors)
}

#[tokio::test(flavor = "multi_thread")]
async fn upkeep_is_the_owners_and_looking_is_anybodys() {
    let Some(granted) = Granted::migrated_by_its_owner().await else {
        return;
    };
    let _shared = granted.database.rely_on_shared_statistics().await;
    for (role, arguments, expected) in [
        (Role::Owner, &["partitions", "ensure"][..], 0),
        (Role::Owner, &["views", "refresh"], 0),
        (Role::Owner, &["vacuum", "--analyze", "orders", "transactions"], 0),
        (Role::ReadOnly, &["partitions", "list"], 0),
        (Role::ReadOnly, &["views", "status"], 0),
        (Role::ReadOnly, &["export", "orders", "--format", "csv"], 0),
        (Role::Application, &["views", "status"], 0),
        (Role::Application, &["vacuum"], 2),
        (Role::ReadOnly, &["vacuum"], 2),
        (Role::Application, &["views", "refresh"], 2),
    ] {
        let (status, said) = ran(&granted, role, arguments);
        assert_eq!(status, expected, "{role:?} {arguments:?}: {said}");
        if expected == 2 {
            assert!(said.contains("may not"), "{said}");
        }
    }
    // Status 1 is the doctor's: the tests' server has autovacuum off.
    let (status, said) = ran(&granted, Role::ReadOnly, &["doctor"]);
    assert!(status < 2 && !said.contains("may not"), "{said}");
    let (status, said) = ran(&granted, Role::Owner, &["maintain"]);
    assert!(
        status < 2 && said.contains("partitions") && !said.contains("failed"),
        "{said}"
    );
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_look_into_the_schema_is_told_what_it_needs() {
    let Some(granted) = Granted::migrated_by_its_owner().await else {
        return;
    };
    let application = granted.role(Role::Application);
    granted
        .administer(&format!(
            "REVOKE USAGE ON SCHEMA public FROM PUBLIC, {application}"
        ))
        .await;
    let (status, said) = ran(&granted, Role::Application, &["views", "status"]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("it needs USAGE on public") && said.contains("run `service doctor`"),
        "{said}"
    );
    assert!(!said.contains("migration -- up"), "{said}");
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_made_up_by_the_owner_and_filled_by_the_application() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let (status, said) = ran(
        &granted,
        Role::Owner,
        &["seed", "--orders", "50", "--months", "2"],
    );
    assert_eq!(status, 0, "{said}");
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shopify/products.csv");
    let import = ["import", "shopify", "--products", export.to_str().unwrap()];
    let (status, said) = ran(&granted, Role::ReadOnly, &import);
    assert_ne!(status, 0, "{said}");
    let (status, said) = ran(&granted, Role::Application, &import);
    // Some of the export's lines are refused, for reasons of their own.
    assert!(status < 2 && !said.contains("may not"), "{said}");
    granted.end().await;
}

/// Says for a table and for each of its partitions what to do; `{it}` is its name.
fn with_partitions(table: &str, sql: &str) -> String {
    format!(
        "DO $$ DECLARE it regclass; BEGIN FOR it IN SELECT relid FROM pg_partition_tree('{table}') LOOP \
         EXECUTE replace('{sql}', '{{it}}', it::text); END LOOP; END $$"
    )
}

/// The server vacuums what it may of a table and says that all is well.
#[rstest]
#[case(15, "ALTER TABLE {it} OWNER TO {role}")]
#[case(17, "GRANT MAINTAIN ON {it} TO {role}")]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_vacuumed_by_whom_its_partitions_allow_it_as_well(
    #[case] since: i32,
    #[case] allow: &str,
) {
    let Some(granted) = Granted::new().await else {
        return;
    };
    if granted.database.server_version().await >= Some(since) {
        let allow = allow.replace("{role}", &granted.role(Role::Application));
        let vacuum = ["vacuum", "--analyze", "transactions"];
        granted.administer(&allow.replace("{it}", "transactions")).await;
        let (status, said) = ran(&granted, Role::Application, &vacuum);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains("may not vacuum all of transactions"), "{said}");
        granted.administer(&with_partitions("transactions", &allow)).await;
        let (status, said) = ran(&granted, Role::Application, &vacuum);
        assert_eq!(status, 0, "{said}");
        let owner = format!("ALTER TABLE {{it}} OWNER TO {}", granted.role(Role::Owner));
        granted.administer(&with_partitions("transactions", &owner)).await;
    }
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_version_17_on_the_application_may_be_trusted_with_views_and_vacuum() {
    let Some(granted) = Granted::migrated_by_its_owner().await else {
        return;
    };
    if granted.database.server_version().await >= Some(17) {
        let application = granted.role(Role::Application);
        granted
            .administer(&format!(
                "GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {application}"
            ))
            .await;
        // The month that comes next is made with the grants of its siblings.
        let (status, said) = ran(&granted, Role::Owner, &["partitions", "ensure", "--ahead", "13"]);
        assert_eq!(status, 0, "{said}");
        for command in [&["views", "refresh"][..], &["vacuum", "transactions", "orders"]] {
            let (status, said) = ran(&granted, Role::Application, command);
            assert_eq!(status, 0, "{command:?}: {said}");
        }
    }
    granted.end().await;
}
