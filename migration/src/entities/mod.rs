//! The generator of the `entity` crate's models.
//!
//! [`generate`] reads the [catalogue] of a migrated database and renders a file for each table and view.
//! The result depends on the schema alone: PostgreSQL and SQLite, and a schema whose keys were dropped and made again, give
//! the same bytes.
//!
//! sea-orm-codegen does the same job from less: it numbers two keys to one table (`Agents1`, `Agents2`), leaves them and
//! self-references without an inverse, and sees neither CHECKs nor views. Here a key is named by its column on both sides,
//! a CHECK that lists values is an enum, and ids are types.

mod error;
mod files;
mod format;
mod names;
mod relations;
mod render;

use sea_orm::ConnectionTrait;

pub use error::EntitiesError;
pub use files::{GeneratedFiles, Written};

use crate::catalogue::{self, Catalogue};

/// Generates the entities of a migrated database.
///
/// # Errors
///
/// The catalogue cannot be read, holds what the rules cannot name, or rustfmt is missing.
pub async fn generate<C: ConnectionTrait>(db: &C) -> Result<GeneratedFiles, EntitiesError> {
    generate_from(&catalogue::read(db).await?)
}

/// Generates the entities of a catalogue that was read before.
///
/// # Errors
///
/// The catalogue holds what the rules cannot name, or rustfmt is missing.
pub fn generate_from(catalogue: &Catalogue) -> Result<GeneratedFiles, EntitiesError> {
    format::format(render::render(catalogue)?).map(GeneratedFiles::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Action, Column, ForeignKey, Index, Table, Type};

    /// A table with an `id` and a key for each of the columns, all of them to `agents`.
    fn table(name: &str, references: &[&str]) -> Table {
        let mut table = Table::new(name);
        for column in ["id"].iter().chain(references) {
            table.columns.push(Column {
                name: (*column).to_owned(),
                ty: Type::Uuid,
                nullable: false,
                default: None,
            });
        }
        table.primary_key.push("id".to_owned());
        table
            .foreign_keys
            .extend(references.iter().map(|column| ForeignKey {
                name: format!("fk_{name}_{column}"),
                columns: vec![(*column).to_owned()],
                parent: "agents".to_owned(),
                parent_columns: vec!["id".to_owned()],
                on_delete: Action::NoAction,
            }));
        table
    }

    fn generated(tables: Vec<Table>) -> Result<String, EntitiesError> {
        let catalogue = Catalogue {
            tables,
            views: Vec::new(),
        };
        Ok(render::render(&catalogue)?.into_values().collect())
    }

    #[test]
    fn one_type_of_two_tables_is_refused_with_both() {
        let error = generated(vec![table("agent", &[]), table("agents", &[])]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "agent.id and agents.id would both define AgentId; rename one of them"
        );
    }

    #[test]
    fn what_cannot_be_named_is_refused() {
        let mut composite = table("notes", &["agent_id"]);
        composite.foreign_keys[0].columns.push("id".to_owned());
        let error = generated(vec![table("agents", &[]), composite]).unwrap_err();
        assert!(matches!(error, EntitiesError::CompositeKey { key } if key == "fk_notes_agent_id"));

        let error = generated(vec![table("notes", &["agent_id"])]).unwrap_err();
        assert!(matches!(error, EntitiesError::UnknownParent { parent, .. } if parent == "agents"));

        let mut keyless = table("notes", &[]);
        keyless.primary_key.clear();
        let error = generated(vec![keyless]).unwrap_err();
        assert!(matches!(error, EntitiesError::NoKey { relation } if relation == "notes"));
    }

    #[test]
    fn a_table_with_two_keys_is_a_junction_only_if_it_pairs_them() {
        let agents = || table("agents", &[]);
        let mut pairs = table("pairs", &["left_agent_id", "right_agent_id"]);
        let text = generated(vec![agents(), pairs.clone()]).unwrap();
        assert!(!text.contains("impl Linked"), "{text}");

        pairs.indexes.push(Index {
            name: "idx_pairs".to_owned(),
            columns: vec!["left_agent_id".to_owned(), "right_agent_id".to_owned()],
            unique: true,
            partial: false,
        });
        let text = generated(vec![agents(), pairs]).unwrap();
        assert!(text.contains("impl Linked for LeftAgentToRightAgents"), "{text}");
        assert!(text.contains("impl Linked for RightAgentToLeftAgents"), "{text}");
    }

    #[test]
    fn two_keys_to_one_table_leave_related_out() {
        let text = generated(vec![
            table("agents", &[]),
            table("notes", &["author_agent_id", "reader_agent_id"]),
        ]);
        let text = text.unwrap();
        assert!(!text.contains("impl Related"), "{text}");
        assert!(
            text.contains("AuthorNotes") && text.contains("ReaderNotes"),
            "{text}"
        );
    }
}
