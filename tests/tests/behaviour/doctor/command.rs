//! `service doctor`.

use rstest::rstest;
use tests::Engine;

use super::bed::Bed;
use crate::command::{run, run_json, service_on};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_whether_something_was_found(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    let only = ["doctor", "--only", "schema", "content.published"];
    let (status, output, errors) = run(&mut service_on(&bed.database, &only));
    assert_eq!((status, errors.as_str()), (0, ""), "{output}");
    assert!(output.contains("nothing found"), "{output}");

    let row = tests::rows::insert(&bed.db, "content", [("status", "published".into())]).await;
    let (status, output, _) = run(&mut service_on(&bed.database, &only));
    assert_eq!(status, 1);
    assert!(
        output.contains(&row.id().to_string()) && output.contains("run this SQL"),
        "{output}"
    );
    let (status, document) = run_json(&mut service_on(&bed.database, &only));
    assert_eq!(status, 1);
    let finding = &document["findings"][0];
    assert_eq!(finding["check"], "content.published");
    assert_eq!(finding["faults"][0]["row"], row.id().to_string());
    assert_eq!(finding["repairs"][0]["by"], "sql");

    let (status, _, errors) = run(&mut service_on(&bed.database, &["doctor", "--only", "stok"]));
    assert_eq!(status, 2);
    assert!(errors.contains("there is no check stok"), "{errors}");
}
