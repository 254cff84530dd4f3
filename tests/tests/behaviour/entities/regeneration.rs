//! How the schema changes: a migration, then the generator, and hand-written code is left alone.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use migration::Migrator;
use migration::entities::generate;
use rstest::rstest;
use sea_orm_migration::prelude::*;
use tests::{Engine, TestDatabase};

/// The migrations of the schema, and one more.
struct Changed;

#[async_trait::async_trait]
impl MigratorTrait for Changed {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = Migrator::migrations();
        migrations.push(Box::new(AddGiftCards));
        migrations
    }
}

/// A table with a key to an old one and a closed set, and a column in an old one.
struct AddGiftCards;

impl MigrationName for AddGiftCards {
    fn name(&self) -> &'static str {
        "m99991231_000001_add_gift_cards"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddGiftCards {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut id = ColumnDef::new("id");
        let mut customer = ColumnDef::new("customer_id");
        let mut state = ColumnDef::new("state");
        let kinds = Expr::col("state").is_in(["new", "used_up"]);
        let cards = Table::create()
            .table("gift_cards")
            .col(id.uuid().not_null().primary_key())
            .col(customer.uuid().null())
            .col(state.string_len(20).not_null().default("new"))
            .check(("chk_gift_cards_state", kinds))
            .foreign_key(
                ForeignKey::create()
                    .name("fk_gift_cards_customer_id")
                    .from("gift_cards", "customer_id")
                    .to("customers", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .to_owned();
        manager.create_table(cards).await?;
        let mut note = ColumnDef::new("gift_note");
        let orders = Table::alter()
            .table("orders")
            .add_column(note.text().null())
            .to_owned();
        manager.alter_table(orders).await
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_column_and_a_new_table_are_regenerated_and_compile(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let workspace = copy_of_the_entity_crate();
    let source = workspace.path().join("entity/src");
    let before = hand_written(&source);
    Changed::up(database.connection(), None).await.unwrap();

    let files = generate(database.connection()).await.unwrap();
    let written = files.write(&source.join("generated")).unwrap();

    assert_eq!(
        written.written,
        ["customers.rs", "gift_cards.rs", "orders.rs", "mod.rs"]
    );
    assert_eq!(written.removed, Vec::<String>::new());
    assert!(hand_written(&source) == before);
    fs::write(source.join("uses.rs"), USES).unwrap();
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    fs::write(source.join("lib.rs"), format!("{library}\nmod uses;\n")).unwrap();
    check(workspace.path());
}

/// Compiles only against the new column, table, relation and enum.
const USES: &str = r#"
use crate::{CustomerId, GiftCardId, GiftCardState, customers, gift_cards, orders};

#[expect(dead_code, reason = "that it compiles is all that is asked")]
fn uses(order: orders::Model, customer: CustomerId) -> (gift_cards::Model, customers::Relation) {
    let _: Option<String> = order.gift_note;
    let card = gift_cards::Model { id: GiftCardId::new(), customer_id: Some(customer), state: GiftCardState::UsedUp };
    (card, customers::Relation::GiftCards)
}
"#;

/// A workspace with the entity crate alone, as it is now.
fn copy_of_the_entity_crate() -> tempfile::TempDir {
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let copy = tempfile::tempdir().unwrap();
    copy_directory(&original.join("entity"), &copy.path().join("entity"));
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(original.join(file), copy.path().join(file)).unwrap();
    }
    let manifest = fs::read_to_string(original.join("Cargo.toml")).unwrap();
    let members = manifest
        .lines()
        .find(|line| line.starts_with("members = "))
        .unwrap();
    let manifest = manifest.replace(members, "members = [\"entity\"]");
    fs::write(copy.path().join("Cargo.toml"), manifest).unwrap();
    copy
}

fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_directory(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

fn hand_written(source: &Path) -> BTreeMap<PathBuf, String> {
    let files = fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file());
    files
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// Both engines' runs, and later ones, share what is compiled of the dependencies.
fn check(workspace: &Path) {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--offline", "--quiet", "--package", "entity"])
        .arg("--target-dir")
        .arg(concat!(env!("CARGO_TARGET_TMPDIR"), "/regenerated"))
        .current_dir(workspace)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
