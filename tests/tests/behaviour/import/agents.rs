//! `service import agents`, as somebody runs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use entity::agents;
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use tests::{Engine, TestDatabase};

use crate::command::{run, run_json, service_on};

fn organisation() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/agents/organisation.csv")
}

fn import(database: &TestDatabase, file: &Path) -> Command {
    let mut command = service_on(database, &["import", "agents"]);
    command.arg(file);
    command
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_imported_once_and_a_dry_run_writes_none_of_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let count = || agents::Entity::find().count(database.connection());
    let (status, tried) = run_json(import(&database, &organisation()).arg("--dry-run"));
    assert_eq!((status, &tried["created"]), (0, &7.into()), "{tried}");
    assert_eq!(count().await.unwrap(), 0);

    let (status, output, _) = run(&mut import(&database, &organisation()));
    assert_eq!(status, 0, "{output}");
    assert_eq!(count().await.unwrap(), 7);

    let (status, again) = run_json(&mut import(&database, &organisation()));
    assert_eq!((status, &again["unchanged"]), (0, &7.into()), "{again}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_changes_and_what_it_would_change(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("agents.csv");
    let write = |text: &str| std::fs::write(&file, format!("name,type,parent\n{text}")).unwrap();
    write("Ann,Orchestrator,\nBen,director,Ann\nCid,director,Ann\nDora,SPECIALIST,Ben\n,,\n");
    assert_eq!(run(&mut import(&database, &file)).0, 0);
    // Ben is named by no line.
    write("Dora,director,Cid\nEve,specialist,Dora\nCid,director,Ann\n");
    for arguments in [&["--dry-run"][..], &[]] {
        let (status, output, _) = run(import(&database, &file).args(arguments));
        assert_eq!(status, 0, "{output}");
        let line = |name: &str| output.lines().find(|line| line.contains(name)).unwrap();
        let dora = "type: specialist → director, under Ben → under Cid";
        assert!(
            line("Dora ").contains("changed") && line("Dora ").contains(dora),
            "{output}"
        );
        assert!(
            line("Eve ").contains("created") && line("Eve ").contains("specialist under Dora"),
            "{output}"
        );
        assert!(!output.contains("┆ Cid"), "{output}");
        if arguments.is_empty() {
            continue;
        }
        let (_, report) = run_json(import(&database, &file).args(arguments));
        let dora = &report["agents"][0];
        assert_eq!(
            (&dora["type"], &dora["parent"]),
            (&"director".into(), &"Cid".into()),
            "{report}"
        );
        let before = serde_json::json!({ "type": "specialist", "parent": "Ben" });
        assert_eq!(dora["before"], before, "{report}");
        assert_eq!(report["agents"][1]["before"], serde_json::Value::Null, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_cannot_be_are_named_and_nothing_is_written() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("agents.csv");
    std::fs::write(
        &file,
        "name,type,parent\nAnn,director,\nBen,king,Ann\nCid,specialist,Dora\n",
    )
    .unwrap();
    let (status, report) = run_json(&mut import(&database, &file));
    assert_eq!(status, 1);
    let lines: Vec<_> = report["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["line"])
        .collect();
    assert_eq!(lines, [3, 4], "{report}");
    assert_eq!(
        agents::Entity::find().count(database.connection()).await.unwrap(),
        0
    );
    let (status, output, _) = run(&mut import(&database, &file));
    assert!(status == 1 && output.contains("line 3  Ben"), "{output}");
    assert!(
        output.contains("\"king\" is no type of agents: write orchestrator, director or specialist"),
        "{output}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_csv_is_refused_with_the_line() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("agents.csv");
    for (text, message) in [
        ("name,type,parent\nAnn,director,\n\"Ben,king\n", "line 3"),
        ("name;type;parent\nAnn;director;\n", "separated by semicolons"),
        ("name,type,parent\n", "there are no agents in it"),
    ] {
        std::fs::write(&file, text).unwrap();
        let (status, _, errors) = run(&mut import(&database, &file));
        assert!(status == 2 && errors.contains(message), "{errors}");
    }
}
