//! Which database a command works on.

use std::env::VarError;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{DatabaseConnection, SqlxError};

use super::error::CliError;
use super::secrets;
use crate::connect::{ConnectError, Settings, after_postgres, connect, connect_for_reading, is_cut_short};

/// What is used when nothing else is said, as the migrator's command line does.
const DEFAULT_URL: &str = "sqlite://vividwalls.db";

const VARIABLE: &str = "DATABASE_URL";

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

/// A database that can be worked on, and how it may be called in a message.
pub(super) struct Opened {
    pub(super) connection: DatabaseConnection,
    pub(super) name: String,
    pub(super) origin: Origin,
}

/// The argument, else the environment, else `.env` here or above, else the default file. Empty values count as none.
fn choose(argument: Option<&str>) -> Result<(String, Origin), CliError> {
    let given = |text: &String| !text.trim().is_empty();
    if let Some(url) = argument {
        return Ok((url.trim().to_owned(), Origin::Argument));
    }
    match std::env::var(VARIABLE) {
        Ok(url) if given(&url) => return Ok((url.trim().to_owned(), Origin::Environment)),
        Ok(_) | Err(VarError::NotPresent) => {}
        // Another database than the one that is meant must not be taken instead.
        Err(VarError::NotUnicode(_)) => {
            return Err(CliError::Url {
                origin: Origin::Environment,
                hint: "it is not UTF-8; write other bytes of a password as %E9",
            });
        }
    }
    if let Some(url) = from_dotenv()?.filter(given) {
        return Ok((url.trim().to_owned(), Origin::Dotenv));
    }
    Ok((DEFAULT_URL.to_owned(), Origin::Default))
}

/// dotenvy's own message repeats the line that it cannot read, and the line may hold the password.
fn from_dotenv() -> Result<Option<String>, CliError> {
    let entries = match dotenvy::dotenv_iter() {
        Ok(entries) => entries,
        Err(dotenvy::Error::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(dotenvy::Error::Io(error)) => return Err(CliError::DotenvFile(error)),
        Err(_) => return Err(CliError::Dotenv { entry: 1 }),
    };
    for (at, entry) in entries.enumerate() {
        match entry {
            Ok((name, value)) if name == VARIABLE => return Ok(Some(value)),
            Ok(_) => {}
            Err(dotenvy::Error::Io(error)) => return Err(CliError::DotenvFile(error)),
            Err(_) => return Err(CliError::Dotenv { entry: at + 1 }),
        }
    }
    Ok(None)
}

/// What a command's connections are like, unless it wants something else.
pub(super) fn settings() -> Settings {
    Settings {
        application_name: "vividwalls-service".to_owned(),
        ..Settings::default()
    }
}

/// Connects to the database that is meant. A SQLite file that may be read and not written is opened for reading, and what then
/// writes is refused by SQLite.
pub(super) async fn open(argument: Option<&str>, settings: &Settings) -> Result<Opened, CliError> {
    let (url, origin, name) = meant(argument)?;
    match connect(&url, settings).await {
        Err(ConnectError::Other(error)) if is_read_only(&error) => {
            let reading = connect_for_reading(&url, settings).await;
            opened(reading, format!("{name}, read-only"), origin)
        }
        connection => opened(connection, name, origin),
    }
}

/// SQLITE_READONLY, with whatever more it says in the bits above.
fn is_read_only(error: &SqlxError) -> bool {
    const READONLY: u32 = 8;
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == READONLY)
}

/// The same, to look at it and nothing else.
pub(super) async fn open_for_reading(argument: Option<&str>) -> Result<Opened, CliError> {
    let (url, origin, name) = meant(argument)?;
    opened(connect_for_reading(&url, &settings()).await, name, origin)
}

fn meant(argument: Option<&str>) -> Result<(String, Origin, String), CliError> {
    let (url, origin) = choose(argument)?;
    let name = name(&url).map_err(|hint| CliError::Url { origin, hint })?;
    // A directory whose name would have to be hidden is taken for a file, and is none.
    if let Some(file) = name.strip_prefix("sqlite://").map(PathBuf::from)
        && file.is_dir()
    {
        return Err(CliError::DatabaseIsDirectory { file });
    }
    Ok((url, origin, name))
}

fn opened(
    connection: Result<DatabaseConnection, ConnectError>,
    name: String,
    origin: Origin,
) -> Result<Opened, CliError> {
    match connection {
        Ok(connection) => Ok(Opened {
            connection,
            name,
            origin,
        }),
        Err(ConnectError::MissingFile { file }) => {
            let shown = secrets::without_password(&file);
            Err(if file.exists() {
                CliError::DatabaseNotOpened { file: shown }
            } else {
                CliError::NoDatabase { file: shown }
            })
        }
        Err(source) => Err(CliError::Connect {
            database: name,
            source,
        }),
    }
}

/// The URL without password and parameters; or what is wrong with it, without repeating it.
fn name(url: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "write postgresql://user:password@host:5432/database, or sqlite://file.db";
    const ESCAPE: &str = "write @ : / ? # in a password as %40 %3A %2F %3F %23";
    if let Some(rest) = after_postgres(url) {
        if is_cut_short(rest) {
            return Err(ESCAPE);
        }
        let options: PgConnectOptions = url.parse().map_err(|error| why(&error).unwrap_or(ESCAPE))?;
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        return Ok(format!(
            "postgresql://{user}@{}:{}/{database}",
            options.get_host(),
            options.get_port()
        ));
    }
    if url.starts_with("sqlite:") {
        let options: SqliteConnectOptions = url.parse().map_err(|_| EXPECTED)?;
        let file = secrets::without_password(options.get_filename());
        return Ok(format!("sqlite://{}", file.display()));
    }
    Err(EXPECTED)
}

/// What is wrong with a URL for PostgreSQL, as far as the parser says. It may say so in the words of the URL, which are not repeated.
fn why(error: &SqlxError) -> Option<&'static str> {
    const HINTS: [(&str, &str); 4] = [
        (
            "port number",
            "a port is a number up to 65535; write @ : / ? # in a password as %40 %3A %2F %3F %23",
        ),
        (
            "empty host",
            "there is no host in it: write postgresql://user:password@host:5432/database",
        ),
        (
            "ssl_mode",
            "sslmode is one of disable, allow, prefer, require, verify-ca and verify-full",
        ),
        ("IPv6", "write an IPv6 address as [::1]"),
    ];
    let text = error.to_string();
    let mut hints = HINTS.into_iter();
    hints.find(|(word, _)| text.contains(word)).map(|(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_its_password() {
        let named = name("postgres://app:c4n4ry@db.example:5433/shop?sslmode=disable&password=c4n4ry");
        assert_eq!(named, Ok("postgresql://app@db.example:5433/shop".to_owned()));
        assert_eq!(
            name("sqlite://shop.db?mode=rw"),
            Ok("sqlite://shop.db".to_owned())
        );
        // Meant for a server, and taken for the name of a file.
        assert_eq!(
            name("sqlite://app:c4n4ry@db.example/shop"),
            Ok("sqlite://[hidden]@db.example/shop".to_owned())
        );
        assert_eq!(
            name("sqlite:///home/me@work/shop.db"),
            Ok("sqlite:///home/me@work/shop.db".to_owned())
        );
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for url in [
            "postgres://app:12/c4n4ry@db/shop",
            "postgres://app:1#c4n4ry@db/shop",
            "mysql://c4n4ry@db",
            "shop",
        ] {
            let hint = name(url).unwrap_err();
            assert!(!hint.contains("c4n4ry"), "{hint}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_told_as_it_is() {
        for (url, hint) in [
            ("postgres://app@db:99999/shop", "a port is a number"),
            ("postgres://app@db:x/shop", "a port is a number"),
            ("postgres://app:c4n4ry@:5432/shop", "no host"),
            ("postgres://app@db/shop?sslmode=c4n4ry", "sslmode is one of"),
            ("postgres://app@[::1/shop", "IPv6"),
        ] {
            let told = name(url).unwrap_err();
            assert!(told.contains(hint) && !told.contains("c4n4ry"), "{url}: {told}");
        }
    }
}
