//! The delete policy, exercised: one parent and one child for each of the 40 keys.

use rstest::rstest;
use sea_orm::{ConnectionTrait, DbErr, ExecResult, Statement};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::keys::{KEYS, Key, OnDelete};
use super::live::number;
use super::refusal::Refusal;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_parent_does_to_its_child_what_the_key_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for key in KEYS {
        let parent = rows::insert(database.connection(), key.parent, []).await.id();
        rows::insert(database.connection(), key.table, [(key.column, parent.into())]).await;
        let before = Counts::of(&database, &key).await;
        let deleted = delete(&database, key.parent, parent).await;
        let after = Counts::of(&database, &key).await;
        hold(&key, &deleted, &before, &after);
    }
}

/// How many children there are, and how many have a parent.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    children: i64,
    with_parent: i64,
    parents: i64,
}

impl Counts {
    async fn of(database: &TestDatabase, key: &Key) -> Self {
        let Key {
            table,
            column,
            parent,
            ..
        } = key;
        Self {
            children: number(database, &format!("SELECT count(*) FROM {table}")).await,
            with_parent: number(database, &format!("SELECT count({column}) FROM {table}")).await,
            parents: number(database, &format!("SELECT count(*) FROM {parent}")).await,
        }
    }
}

fn hold(key: &Key, deleted: &Result<ExecResult, DbErr>, before: &Counts, after: &Counts) {
    let expected = match key.on_delete {
        OnDelete::Cascade => Counts {
            children: before.children - 1,
            with_parent: before.with_parent - 1,
            parents: before.parents - 1,
        },
        OnDelete::SetNull => Counts {
            children: before.children,
            with_parent: before.with_parent - 1,
            parents: before.parents - 1,
        },
        OnDelete::NoAction | OnDelete::Restrict => {
            let refusal = Refusal::of(deleted.as_ref().expect_err("the child keeps its parent"));
            assert!(refusal.is_foreign_key(), "{key:?}: {refusal:?}");
            let name = format!("fk_{}_{}", key.table, key.column);
            // SQLite does not say which key it was.
            assert!(
                refusal.constraint == name || refusal.constraint.is_empty(),
                "{key:?}: {refusal:?}"
            );
            assert_eq!(after, before, "{key:?}");
            return;
        }
    };
    assert_eq!(
        deleted.as_ref().map(ExecResult::rows_affected).ok(),
        Some(1),
        "{key:?}: {deleted:?}"
    );
    assert_eq!(*after, expected, "{key:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_action_lets_a_tree_go_in_one_statement(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(("agents", "parent_id"), ("goals", "parent_goal_id"))] tree: (&'static str, &'static str),
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (table, parent) = tree;
    let root = rows::insert(database.connection(), table, []).await.id();
    rows::insert(database.connection(), table, [(parent, root.into())]).await;
    database
        .connection()
        .execute_unprepared(&format!("DELETE FROM {table}"))
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_product_takes_its_variants_and_stock_and_leaves_what_was_sold(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = rows::insert(db, "products", []).await.id();
    let variant = rows::insert(db, "product_variants", [("product_id", product.into())])
        .await
        .id();
    rows::insert(db, "inventory", [("product_variant_id", variant.into())]).await;
    rows::insert(db, "product_metrics", [("product_id", product.into())]).await;
    rows::insert(
        db,
        "order_items",
        [("product_variant_id", variant.into()), ("sku", "SOLD-1".into())],
    )
    .await;

    delete(&database, "products", product).await.unwrap();

    for table in ["product_variants", "inventory", "product_metrics"] {
        assert_eq!(
            number(&database, &format!("SELECT count(*) FROM {table}")).await,
            0,
            "{table}"
        );
    }
    let sold = "SELECT count(*) FROM order_items WHERE sku = 'SOLD-1' AND product_variant_id IS NULL";
    assert_eq!(number(&database, sold).await, 1);
}

async fn delete(database: &TestDatabase, table: &str, id: Uuid) -> Result<ExecResult, DbErr> {
    let sql = format!("DELETE FROM {table} WHERE id = $1");
    let statement = Statement::from_sql_and_values(database.engine().backend(), sql, [id.into()]);
    database.connection().execute_raw(statement).await
}
