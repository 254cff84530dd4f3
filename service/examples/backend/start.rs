//! Starting: on a database that has the schema, or not at all, and then with a message that says what to do.

use std::error::Error;

use sea_orm::{DatabaseConnection, EntityTrait, QuerySelect};
use service::DatabaseError;
use service::connect::ConnectError;
use thiserror::Error as Failure;

/// Why the backend does not start.
#[derive(Debug, Failure)]
pub(crate) enum StartError {
    #[error("there is no database: create it with `cargo run -p migration -- up`")]
    Missing(#[source] ConnectError),
    #[error("the database cannot be reached")]
    Unreachable(#[source] ConnectError),
    #[error(
        "the database does not have the schema of this program: bring it up to date with `cargo run -p migration -- up`"
    )]
    NotMigrated(#[source] DatabaseError),
    #[error("the database does not answer as it should")]
    Broken(#[source] DatabaseError),
}

/// Opens the database, and sees that it has the tables: a server that answers every request with 500 helps nobody.
pub(crate) async fn open(url: &str) -> Result<DatabaseConnection, StartError> {
    let db = match service::connect(url, &Default::default()).await {
        Ok(db) => db,
        Err(error @ (ConnectError::MissingFile { .. } | ConnectError::MissingDatabase { .. })) => {
            return Err(StartError::Missing(error));
        }
        Err(error) => return Err(StartError::Unreachable(error)),
    };
    match probe(&db).await {
        Ok(()) => Ok(db),
        // A table or a column that is missing has no meaning of its own to the library.
        Err(error @ DatabaseError::Unexpected(_)) => Err(StartError::NotMigrated(error)),
        Err(error) => Err(StartError::Broken(error)),
    }
}

/// Asks for every column of what the routes read.
async fn probe(db: &DatabaseConnection) -> Result<(), DatabaseError> {
    entity::products::Entity::find().limit(1).all(db).await?;
    entity::product_variants::Entity::find().limit(1).all(db).await?;
    entity::inventory::Entity::find().limit(1).all(db).await?;
    entity::orders::Entity::find().limit(1).all(db).await?;
    entity::order_items::Entity::find().limit(1).all(db).await?;
    entity::transactions::Entity::find().limit(1).all(db).await?;
    Ok(())
}

/// The message and those of its causes, none of them twice.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let message = source.to_string();
        if !text.ends_with(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = source.source();
    }
    text
}
