//! The same mistake is the same typed error on both engines, and says what its caller can do.

mod connections;
mod contention;

use rstest::rstest;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, Set};
use service::{Class, Classified, DatabaseError};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

async fn refused(
    db: &DatabaseConnection,
    table: &str,
    given: impl IntoIterator<Item = (&'static str, Value)>,
) -> DatabaseError {
    let error = DatabaseError::from(rows::try_insert(db, table, given).await.unwrap_err());
    assert_eq!(error.class(), Class::Refused, "{error:?}");
    error
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_names_its_constraint(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let variant = rows::insert(db, "product_variants", [("sku", "NOIR".into())])
        .await
        .id();
    rows::insert(db, "inventory", [("product_variant_id", variant.into())]).await;
    let execution = rows::insert(db, "workflow_executions", []).await.id();
    let subscriber = rows::insert(db, "email_subscribers", []).await;
    let subscription = [
        ("email", subscriber.value("email")),
        ("list_id", subscriber.value("list_id")),
    ];
    for (table, given, expected) in [
        (
            "product_variants",
            vec![("sku", Value::from("NOIR"))],
            "idx_product_variants_sku",
        ),
        (
            "inventory",
            vec![("product_variant_id", variant.into())],
            "idx_inventory_product_variant_id_location",
        ),
        (
            "product_variants",
            vec![("id", variant.into())],
            "product_variants_pkey",
        ),
        (
            "workflow_executions",
            vec![("id", execution.into())],
            "workflow_executions_pkey",
        ),
        ("email_subscribers", subscription.into(), "email_subscribers_pkey"),
    ] {
        let error = refused(db, table, given).await;
        let DatabaseError::Duplicate { constraint } = error else {
            panic!("{error:?}")
        };
        assert_eq!(constraint, expected);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_value_names_its_check(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (table, column, value, expected) in [
        ("products", "status", Value::from("lost"), "chk_products_status"),
        (
            "inventory",
            "quantity_available",
            (-1).into(),
            "chk_inventory_quantity_available",
        ),
        (
            "workflow_executions",
            "status",
            "lost".into(),
            "chk_workflow_executions_status",
        ),
        ("customers", "email", "A@x.com".into(), "chk_customers_email"),
    ] {
        let error = refused(db, table, [(column, value)]).await;
        let DatabaseError::InvalidValue { constraint } = error else {
            panic!("{error:?}")
        };
        assert_eq!(constraint, expected);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_circle_of_agents_is_an_invalid_value(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    use entity::agents;
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let above = rows::insert(db, "agents", []).await.id();
    let below = rows::insert(db, "agents", [("parent_id", Some(above).into())])
        .await
        .id();
    let circle = agents::ActiveModel {
        id: Set(above.into()),
        parent_id: Set(Some(below.into())),
        ..Default::default()
    };
    let error = DatabaseError::from(agents::Entity::update(circle).exec(db).await.unwrap_err());
    let DatabaseError::InvalidValue { constraint } = error else {
        panic!("{error:?}")
    };
    assert_eq!(constraint, "chk_agents_acyclic");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_value_names_its_column(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let error = refused(db, "products", [("title", Option::<String>::None.into())]).await;
    let DatabaseError::MissingValue { table, column } = error else {
        panic!("{error:?}")
    };
    assert_eq!((table.as_str(), column.as_str()), ("products", "title"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_reference_to_nothing_and_a_parent_with_children_are_told_apart(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let on_postgres = |name: &str| (engine == Engine::Postgres).then(|| name.to_owned());

    let error = refused(db, "inventory", [("product_variant_id", Uuid::new_v4().into())]).await;
    let DatabaseError::MissingReference { table, constraint } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (table, constraint),
        (
            on_postgres("inventory"),
            on_postgres("fk_inventory_product_variant_id")
        )
    );

    // NO ACTION, which is not RESTRICT: SQLite reports it like a missing parent.
    let goal = rows::insert(db, "goals", []).await.id();
    rows::insert(db, "campaigns", [("goal_id", Some(goal).into())]).await;
    let deletion = entity::goals::Entity::delete_by_id(goal)
        .exec(db)
        .await
        .unwrap_err();
    let error = DatabaseError::of_deletion_of(db, entity::goals::Entity, goal, deletion).await;
    let DatabaseError::Restricted { table, constraint } = error else {
        panic!("{error:?}")
    };
    assert_eq!(table.as_deref(), Some("campaigns"));
    assert_eq!(constraint.as_deref(), Some("fk_campaigns_goal_id"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_not_there_is_not_found(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    use entity::products;
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let absent = products::ActiveModel {
        id: Set(Uuid::new_v4().into()),
        title: Set("x".into()),
        ..Default::default()
    };
    let error = DatabaseError::from(products::Entity::update(absent).exec(db).await.unwrap_err());
    assert!(matches!(error, DatabaseError::NotFound), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_a_statement_is_broken_and_keeps_its_cause(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let error = DatabaseError::from(db.execute_unprepared("SELECT a FROM nowhere").await.unwrap_err());
    assert_eq!(error.class(), Class::Broken);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("nowhere"), "{cause}");
    assert!(
        !error.to_string().contains("nowhere"),
        "the source is not repeated"
    );
}
