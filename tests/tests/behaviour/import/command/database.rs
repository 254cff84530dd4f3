//! Which database it works on, and what it says when that cannot be.

use entity::products;
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use tests::{Engine, TestDatabase};

use super::{fixture, import, service};
use crate::command::run;

const CANARY: &str = "c4n4ry";

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
    let cause = match engine {
        Engine::Postgres => r#"relation "products" does not exist"#,
        Engine::Sqlite => "no such table: products",
    };
    assert!(errors.contains(cause), "{errors}");
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
