use std::io;
use std::path::PathBuf;

use crate::catalogue::CatalogueError;

/// Why entities could not be generated, written or compared.
#[derive(Debug, thiserror::Error)]
pub enum EntitiesError {
    /// The database could not be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// Two foreign keys would be one variant of one `Relation`.
    #[error("{first} and {second} would both be {table}::Relation::{variant}; rename a column")]
    RelationClash {
        /// The table in whose `Relation` they meet.
        table: String,
        /// The name that the rule gives both.
        variant: String,
        /// One key.
        first: String,
        /// The other key.
        second: String,
    },
    /// Two tables would define one type at the crate root.
    #[error("{first} and {second} would both define {name}; rename one of them")]
    TypeClash {
        /// The type.
        name: String,
        /// One place, `table.column`.
        first: String,
        /// The other place.
        second: String,
    },
    /// A foreign key of several columns.
    #[error("{key} has several columns, and only keys of one column are named")]
    CompositeKey {
        /// The key.
        key: String,
    },
    /// A foreign key to a table outside the schema.
    #[error("{key} refers to {parent}, which is not in the schema")]
    UnknownParent {
        /// The key.
        key: String,
        /// The table that it refers to.
        parent: String,
    },
    /// A table without primary key, or a view whose first column may be NULL.
    #[error("{relation} has no key that identifies its rows")]
    NoKey {
        /// The table or view.
        relation: String,
    },
    /// A value of a closed set that no Rust name can be made of.
    #[error("{column} may be {value:?}, which makes no name of a variant")]
    UnnameableValue {
        /// The column, `table.column`.
        column: String,
        /// The value.
        value: String,
    },
    /// Nobody said where the files go, and there is no entity crate in sight.
    #[error(
        "there is no crate `entity` here or above: go to the workspace, or name the directory with --output"
    )]
    NoCrate,
    /// The rustfmt binary is not there.
    #[error(
        "rustfmt is needed to write entities and was not found; install it with `rustup component add rustfmt`"
    )]
    NoRustfmt,
    /// rustfmt refused the text.
    #[error("rustfmt refused the generated entities: {message}")]
    Rustfmt {
        /// What it said.
        message: String,
    },
    /// A file could not be read or written.
    #[error("{} could not be read or written", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl EntitiesError {
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}
