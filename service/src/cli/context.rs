//! What every command is given besides its own arguments.

use super::database::{self, Opened};
use super::error::CliError;
use super::output::Output;
use super::schema;
use crate::connect::Settings;

/// The global arguments.
pub(super) struct Context {
    pub(super) database_url: Option<String>,
    pub(super) output: Output,
}

impl Context {
    /// Opens the database, sees that it has the schema, and says to a person which one it is.
    pub(super) async fn open(&self) -> Result<Opened, CliError> {
        let opened = self.open_any(&database::settings()).await?;
        schema::check(&opened).await?;
        Ok(opened)
    }

    /// The same, without a word: for what puts something else on standard output.
    pub(super) async fn open_quietly(&self) -> Result<Opened, CliError> {
        let opened = database::open(self.database_url.as_deref(), &database::settings()).await?;
        schema::check(&opened).await?;
        Ok(opened)
    }

    /// Opens a database that may lack the schema, or that wants other timeouts than [`database::settings`].
    pub(super) async fn open_any(&self, settings: &Settings) -> Result<Opened, CliError> {
        let opened = database::open(self.database_url.as_deref(), settings).await?;
        self.output.announce(&opened)?;
        Ok(opened)
    }

    /// Opens a database that may lack the schema, to look at it and nothing else.
    pub(super) async fn open_for_reading(&self) -> Result<Opened, CliError> {
        let opened = database::open_for_reading(self.database_url.as_deref()).await?;
        self.output.announce(&opened)?;
        Ok(opened)
    }
}
