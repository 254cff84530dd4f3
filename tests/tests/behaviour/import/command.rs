//! `service import shopify`, as somebody runs it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use entity::{product_variants, products};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use tests::{Engine, TestDatabase};

use super::{PRODUCTS, export};

const CANARY: &str = "c4n4ry";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/shopify")
        .join(name)
}

fn service() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service-under-test"));
    command.args(["import", "shopify"]).env_remove("DATABASE_URL");
    command
}

fn import(database: &TestDatabase, products: &Path) -> Command {
    let mut command = service();
    command
        .arg("--products")
        .arg(products)
        .env("DATABASE_URL", database.url());
    command
}

/// Exit status, standard output, standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

/// The counts of a row of the table.
fn counts(output: &str, row: &str) -> Vec<u64> {
    let line = output
        .lines()
        .find(|line| line.contains(row))
        .unwrap_or_else(|| panic!("no {row} in {output}"));
    line.split(['│', '┆'])
        .filter_map(|cell| cell.trim().parse().ok())
        .collect()
}

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
async fn a_database_that_is_not_migrated_is_refused_with_advice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let (status, _, errors) = run(&mut import(&database, &fixture("products.csv")));
    assert_eq!(status, 2);
    assert!(errors.contains("cargo run -p migration -- up"), "{errors}");
}

#[test]
fn without_a_url_the_database_is_a_file_in_the_working_directory() {
    let directory = tempfile::tempdir().unwrap();
    let products = fixture("products.csv");
    let (status, _, errors) = run(service()
        .arg("--products")
        .arg(&products)
        .current_dir(directory.path()));
    assert_eq!(status, 2);
    assert!(errors.contains("there is no database vividwalls.db"), "{errors}");
    assert!(errors.contains("cargo run -p migration -- up"), "{errors}");
    assert_eq!(
        std::fs::read_dir(directory.path()).unwrap().count(),
        0,
        "and none is made"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_named_env_says_which_database_it_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let settings = directory.path().join(".env");
    std::fs::write(&settings, format!("OTHER=1\nDATABASE_URL={}\n", database.url())).unwrap();
    let import = || {
        let mut command = service();
        command
            .arg("--products")
            .arg(fixture("products.csv"))
            .current_dir(directory.path());
        run(&mut command)
    };
    let (status, output, _) = import();
    assert_eq!(status, 1);
    assert!(output.contains("(DATABASE_URL in .env)"), "{output}");
    assert_eq!(
        products::Entity::find()
            .count(database.connection())
            .await
            .unwrap(),
        5
    );

    std::fs::write(&settings, format!("DATABASE_URL=\"{CANARY}\n")).unwrap();
    let (status, _, errors) = import();
    assert_eq!(status, 2);
    assert!(
        errors.contains("the file .env cannot be read") && !errors.contains(CANARY),
        "{errors}"
    );
}

#[rstest]
#[case::nowhere("postgres://app:c4n4ry@127.0.0.1:1/shop")]
#[case::another_scheme("mysql://app:c4n4ry@127.0.0.1/shop")]
#[case::a_slash_in_the_password("postgres://app:1/c4n4ry@127.0.0.1/shop")]
#[case::a_hash_in_the_password("postgres://app:c#c4n4ry@127.0.0.1/shop")]
fn no_message_repeats_the_password(#[case] url: &str) {
    let given: [&[&str]; 3] = [&["--database-url", url], &[url], &["--databaseurl", url]];
    for arguments in given {
        let (status, output, errors) = run(service()
            .arg("--products")
            .arg(fixture("products.csv"))
            .args(arguments));
        assert_eq!(status, 2);
        assert!(
            !output.contains(CANARY) && !errors.contains(CANARY),
            "{output}{errors}"
        );
    }
}

#[rstest]
#[case::missing("missing.csv", "there is no file")]
#[case::a_directory("", "is a directory: name the CSV file in it")]
#[case::empty("empty.csv", "the products file is empty")]
#[case::utf_16("utf16.csv", "save it as UTF-8")]
#[case::the_wrong_export("inventory.csv", "are the two files swapped?")]
fn a_file_that_cannot_be_imported_is_refused_before_anything_is_opened(
    #[case] name: &str,
    #[case] message: &str,
) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("empty.csv"), "").unwrap();
    std::fs::write(directory.path().join("utf16.csv"), b"\xff\xfeH\0a\0").unwrap();
    std::fs::copy(fixture("inventory.csv"), directory.path().join("inventory.csv")).unwrap();
    let (status, output, errors) = run(service()
        .arg("--products")
        .arg(directory.path().join(name))
        .current_dir(directory.path()));
    assert_eq!((status, output.as_str()), (2, ""));
    assert!(errors.contains(message), "{errors}");
}

#[test]
fn the_report_never_replaces_what_is_imported() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    std::fs::copy(fixture("products.csv"), &file).unwrap();
    let mut command = service();
    command
        .arg("--products")
        .arg(&file)
        .arg("--report")
        .arg(directory.path().join("./products.csv"));
    let (status, _, errors) = run(command.current_dir(directory.path()));
    assert_eq!(status, 2);
    assert!(errors.contains("the report would replace"), "{errors}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), PRODUCTS);
}

#[cfg(unix)]
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_leaves_whole_products_and_says_how_far_it_came(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    let rows: Vec<_> = (0..20_000)
        .flat_map(|n| {
            [
                format!("p-{n},P,Size,S,P{n}-S,1.00,active"),
                format!("p-{n},,,M,P{n}-M,2.00,"),
            ]
        })
        .collect();
    std::fs::write(
        &file,
        export(&rows.iter().map(String::as_str).collect::<Vec<_>>()),
    )
    .unwrap();
    let db = database.connection();
    let mut running = import(&database, &file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while products::Entity::find().count(db).await.unwrap() < 20 {
        assert!(Instant::now() < deadline, "the import does not begin");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let sent = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let status = running.wait().unwrap();
    let (mut output, mut errors) = (String::new(), String::new());
    running
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut output)
        .unwrap();
    running
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!(status.code(), Some(130), "{errors}");

    let stored = products::Entity::find().count(db).await.unwrap();
    assert!(stored < 20_000);
    assert_eq!(
        product_variants::Entity::find().count(db).await.unwrap(),
        2 * stored
    );
    assert_eq!(counts(&output, "products ")[0], stored);
    assert!(
        errors.contains(&format!("interrupted after line {}", 2 * stored + 1)),
        "{errors}"
    );
}
