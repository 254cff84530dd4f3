//! What every command is given besides its own arguments.

use std::io;

use super::database::{self, Opened};
use super::error::CliError;
use super::interrupt::Interrupt;
use super::output::Output;
use super::schema;

/// The global arguments, and who may want the command to stop.
pub(super) struct Context {
    pub(super) database_url: Option<String>,
    pub(super) output: Output,
    pub(super) interrupt: Interrupt,
}

impl Context {
    /// Opens the database, sees that it has the schema, and says to a person which one it is.
    pub(super) async fn open(&self) -> Result<Opened, CliError> {
        self.before_anything(async {
            let opened = database::open(self.database_url.as_deref(), &database::settings()).await?;
            self.output.announce(&opened)?;
            schema::check(&opened).await?;
            Ok(opened)
        })
        .await
    }

    /// The same, without a word: for what puts something else on standard output.
    pub(super) async fn open_quietly(&self) -> Result<Opened, CliError> {
        self.before_anything(async {
            let opened = database::open(self.database_url.as_deref(), &database::settings()).await?;
            schema::check(&opened).await?;
            Ok(opened)
        })
        .await
    }

    /// Opens a database that may lack the schema, to look at it and nothing else.
    pub(super) async fn open_for_reading(&self) -> Result<Opened, CliError> {
        let opened = database::open_for_reading(self.database_url.as_deref()).await?;
        self.output.announce(&opened)?;
        Ok(opened)
    }

    /// Opens or reads a file, which may keep the reader waiting as a pipe does, and stops waiting when somebody asks.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> Result<T, CliError> + Send + 'static,
    ) -> Result<T, CliError> {
        let reading = tokio::task::spawn_blocking(read);
        self.before_anything(async {
            reading
                .await
                .map_err(|error| CliError::Runtime(io::Error::from(error)))?
        })
        .await
    }

    /// What is ended by the first signal because nothing was done yet.
    async fn before_anything<T>(
        &self,
        beginning: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        self.unless_asked("before it began: nothing was done", beginning)
            .await
    }

    /// Drops the future, and says how far it came, as soon as somebody asks: for what only reads, or what the database takes back.
    pub(super) async fn unless_asked<T>(
        &self,
        how_far: &'static str,
        future: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        tokio::select! {
            biased;
            outcome = future => outcome,
            () = self.interrupt.asked() => Err(CliError::Interrupted { how_far }),
        }
    }
}
