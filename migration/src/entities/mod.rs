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
