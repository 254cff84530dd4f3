//! `migration generate` as a process.

use std::fs;

use super::program::{Ended, program};

#[test]
fn a_generated_migration_is_written_and_registered_and_a_second_of_its_name_refused() {
    let workspace = tempfile::tempdir().unwrap();
    let source = workspace.path().join("migration/src");
    fs::create_dir_all(&source).unwrap();
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../migration/src/lib.rs");
    fs::copy(list, source.join("lib.rs")).unwrap();
    let generate = |name: &str| -> Ended {
        program(workspace.path())
            .args(["generate", name])
            .output()
            .unwrap()
            .into()
    };

    let ended = generate("add_gift_note_to_orders");

    assert_eq!(ended.status, Some(0), "{ended:?}");
    let file = fs::read_dir(&source)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.ends_with("_add_gift_note_to_orders.rs"))
        .unwrap();
    let module = file.trim_end_matches(".rs");
    let registered = fs::read_to_string(source.join("lib.rs")).unwrap();
    assert!(registered.contains(&format!("mod {module};")));
    assert!(registered.contains(&format!("Box::new({module}::Migration),\n        ]")));

    let again = generate("add_gift_note_to_orders");
    assert_eq!(again.status, Some(1));
    assert!(
        again.stderr.contains("there is a migration of that name already"),
        "{again:?}"
    );
    let bad = generate("Orders");
    assert_eq!(bad.status, Some(2));
    assert!(
        bad.stderr.contains("write verb and object in snake case"),
        "{bad:?}"
    );
    assert_eq!(fs::read_to_string(source.join("lib.rs")).unwrap(), registered);
}
