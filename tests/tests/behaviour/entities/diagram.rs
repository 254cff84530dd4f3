//! The Mermaid diagram shows the live database.

use migration::catalogue;
use migration::diagram::{Detail, diagram};
use rstest::rstest;
use tests::{Engine, TestDatabase};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_foreign_key_is_a_line_with_its_optionality_and_a_label(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let catalogue = catalogue::read(database.connection()).await.unwrap();
    let text = diagram(database.connection(), Detail::Relationships)
        .await
        .unwrap();
    let lines: Vec<_> = text.lines().skip(1).map(str::trim).collect();
    assert_eq!(lines.len(), 40);

    let mut unlabelled = Vec::new();
    for table in &catalogue.tables {
        for key in &table.foreign_keys {
            let column = table.column(&key.columns[0]).unwrap();
            let line = if column.nullable { "|o--o{" } else { "||--o{" };
            let start = format!("{} {line} {} : ", key.parent, table.name);
            assert!(
                lines.iter().any(|line| line.starts_with(&start)),
                "{start}\n{text}"
            );
            // Only a tree's own key is labelled with its column's name.
            if text.contains(&format!("\"{}\"", column.name)) && key.parent != table.name {
                unlabelled.push(&key.name);
            }
        }
    }
    assert!(unlabelled.is_empty(), "{unlabelled:?}");
    for line in [
        r#"agents |o--o{ agents : "parent_id""#,
        r#"goals |o--o{ goals : "parent_goal""#,
        r#"workflows ||--o{ workflow_executions : "executed""#,
        r#"customers |o--o{ orders : "places""#,
        r#"agents ||--o{ agent_collaborations : "requests""#,
        r#"agents ||--o{ agent_collaborations : "responds""#,
    ] {
        assert!(lines.contains(&line), "{line}\n{text}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tables_show_their_columns_and_keys(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let text = diagram(database.connection(), Detail::Columns).await.unwrap();
    for line in [
        "    order_items {\n        uuid id PK\n        uuid order_id FK\n        uuid product_variant_id FK \"null\"\n",
        "        varchar(255) email UK\n",
        "    customer_segment_members {\n        uuid customer_id PK, FK\n        uuid segment_id PK, FK\n        numeric score\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
