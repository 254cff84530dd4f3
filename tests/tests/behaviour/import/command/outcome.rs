//! What it says it did, and the exit status.

use entity::products;
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use tests::{Engine, TestDatabase};

use super::super::{PRODUCTS, export};
use super::{counts, fixture, import};
use crate::command::{run, run_json};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_tells_what_it_did_and_names_each_refused_line(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let report = directory.path().join("refused.csv");
    let mut command = import(&database, &fixture("products.csv"));
    command
        .arg("--inventory")
        .arg(fixture("inventory.csv"))
        .arg("--report")
        .arg(&report);

    let (status, output, errors) = run(&mut command);
    assert_eq!(
        (status, errors.as_str()),
        (1, ""),
        "lines were refused, and there is no progress bar in a pipe"
    );
    assert_eq!(counts(&output, "products "), [5, 0, 0, 5]);
    assert_eq!(counts(&output, "variants"), [6, 0, 0, 12]);
    assert_eq!(counts(&output, "stock rows"), [4, 0, 0, 6]);
    assert!(output.contains("not stocked: 4 rows"), "{output}");
    let line = output
        .lines()
        .find(|line| line.contains("products.csv:8 "))
        .unwrap();
    let cells: Vec<_> = line
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    let reason = "the SKU belongs to the product \"amber-shade\" (line 4)";
    assert_eq!(
        cells,
        ["products.csv:8", "amber-echo", "AMBER-ROLL-24X36", reason]
    );

    let mut reader = csv::Reader::from_path(&report).unwrap();
    let refused: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(refused.len(), 23);
    let eighth = [
        "products.csv",
        "8",
        "amber-echo",
        "AMBER-ROLL-24X36",
        "sku_of_another_product",
        reason,
    ];
    assert!(refused.iter().any(|row| row == eighth.as_slice()), "{refused:?}");

    let (status, output, _) = run(&mut command);
    assert_eq!((status, counts(&output, "variants")), (1, vec![0, 0, 6, 12]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_exit_status_is_zero_only_when_nothing_was_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    std::fs::write(&file, export(&["a,A,Size,S,A-1,1.00,active"])).unwrap();
    let (status, output, _) = run(import(&database, &file).arg("--dry-run"));
    assert_eq!((status, counts(&output, "products ")), (0, vec![1, 0, 0, 0]));
    assert!(output.contains("dry run: nothing is written"), "{output}");
    assert_eq!(
        products::Entity::find()
            .count(database.connection())
            .await
            .unwrap(),
        0
    );
    assert_eq!(run(&mut import(&database, &file)).0, 0);
    assert_eq!(
        products::Entity::find()
            .count(database.connection())
            .await
            .unwrap(),
        1
    );

    std::fs::write(
        &file,
        PRODUCTS.replace("royal-past,Royal Past", "royal-past,\"Royal\" Past"),
    )
    .unwrap();
    let (status, output, errors) = run(&mut import(&database, &file));
    assert_eq!(status, 2, "the file breaks off");
    assert_eq!(counts(&output, "products ")[0], 3, "the products above the break");
    assert!(
        errors.contains("line 16: text after the closing quote"),
        "{errors}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn with_json_the_outcome_is_one_document_and_an_error_is_one_object(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    std::fs::write(&file, export(&["a,A,Size,S,A-1,1.00,active", "a,,,M,,2.00,"])).unwrap();
    let (status, report) = run_json(&mut import(&database, &file));
    assert_eq!(status, 1, "{report}");
    assert_eq!(report["products"]["created"], 1, "{report}");
    assert_eq!(report["stock"], serde_json::Value::Null, "no inventory was read");
    assert_eq!(report["refusals"][0]["reason"], "missing_sku", "{report}");
    assert_eq!(report["refusals"][0]["line"], 3, "{report}");

    let missing = directory.path().join("nothing.csv");
    let (status, output, errors) = run(import(&database, &missing).arg("--json"));
    assert_eq!((status, output.as_str()), (2, ""));
    let error: serde_json::Value = serde_json::from_str(&errors).unwrap();
    let message = error["error"].as_str().unwrap();
    assert!(message.contains("there is no file"), "{message}");
}
