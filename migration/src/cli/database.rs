//! Which database a command works on.

use std::{fmt, io::ErrorKind, path::Path};

use super::CliError;
use crate::DatabaseUrl;

/// The file in the working directory that is used when nothing else is said.
const DEFAULT_FILE: &str = "vividwalls.db";

const VARIABLE: &str = "DATABASE_URL";

/// A database, and who chose it.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) url: DatabaseUrl,
    pub(super) origin: Origin,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.url, self.origin)
    }
}

/// Where a URL comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Argument,
    Environment,
    Dotenv,
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Argument => "--database-url",
            Self::Environment => "DATABASE_URL",
            Self::Dotenv => "DATABASE_URL in .env",
            Self::Default => "the default, as there is no DATABASE_URL",
        })
    }
}

/// The argument, else the environment, else `.env` here or above, else the default file. Empty values count as none.
pub(super) fn choose(argument: Option<&str>) -> Result<Chosen, CliError> {
    let from_environment = || {
        std::env::var(VARIABLE)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    if let Some(text) = argument {
        return parse(text, Origin::Argument);
    }
    if let Some(text) = from_environment() {
        return parse(&text, Origin::Environment);
    }
    if let Some(text) = from_dotenv()? {
        return parse(&text, Origin::Dotenv);
    }
    Ok(Chosen {
        url: DatabaseUrl::sqlite_file(Path::new(DEFAULT_FILE)),
        origin: Origin::Default,
    })
}

fn parse(text: &str, origin: Origin) -> Result<Chosen, CliError> {
    match text.parse() {
        Ok(url) => Ok(Chosen { url, origin }),
        Err(source) => Err(CliError::Url { origin, source }),
    }
}

/// dotenvy's own message repeats the line that it cannot read, and the line may hold the password.
fn from_dotenv() -> Result<Option<String>, CliError> {
    let iterator = match dotenvy::dotenv_iter() {
        Ok(iterator) => iterator,
        Err(dotenvy::Error::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(dotenvy::Error::Io(error)) => return Err(CliError::DotenvFile(error)),
        Err(_) => return Err(CliError::Dotenv { entry: 1 }),
    };
    let mut found = None;
    for (at, item) in iterator.enumerate() {
        let (name, value) = match item {
            Ok(pair) => pair,
            Err(dotenvy::Error::Io(error)) => return Err(CliError::DotenvFile(error)),
            Err(_) => return Err(CliError::Dotenv { entry: at + 1 }),
        };
        if name == VARIABLE && !value.trim().is_empty() && found.is_none() {
            found = Some(value);
        }
    }
    Ok(found)
}
