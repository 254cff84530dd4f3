//! A database URL that cannot give its password away.

mod parse;

use std::{fmt, path::Path};

use secrecy::{ExposeSecret, SecretString};

pub(crate) use self::parse::{postgres_options, unknown_parameters};

/// Where a database is, and what it takes to get in.
///
/// `Debug` and `Display` show the engine, the user, the host and the database (or the file), never a password or a
/// query parameter. Only [`expose`](Self::expose) gives the whole text.
#[derive(Clone)]
pub struct DatabaseUrl {
    text: SecretString,
    target: Target,
}

/// The parts of a URL that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Postgres {
        user: String,
        /// Host name, or the directory of the server's socket.
        host: String,
        port: u16,
        database: String,
    },
    Sqlite {
        /// The file, or `None` for a database in memory.
        file: Option<String>,
        /// `mode=` of the URL; without it, the command decides whether a missing file is created.
        mode: Option<String>,
    },
}

/// Why a text is no database URL. It never repeats the text, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// The text is empty.
    #[error("the database URL is empty: {EXPECTED}")]
    Empty,
    /// The text has no `scheme:`, as a bare file name has none.
    #[error("the database URL has no scheme: {EXPECTED}")]
    NoScheme,
    /// The scheme belongs to no engine that the schema runs on.
    #[error("unknown scheme{} in the database URL: {EXPECTED}", shown(.scheme.as_deref()))]
    UnknownScheme {
        /// The scheme, if it is one of a known other engine.
        scheme: Option<String>,
    },
    /// The text cannot be taken apart.
    #[error(
        "the database URL cannot be read ({reason}): {EXPECTED}; \
         characters such as @ : / ? # in a password are written as %40 %3A %2F %3F %23"
    )]
    Malformed {
        /// What the parser stumbled over.
        reason: &'static str,
    },
}

const EXPECTED: &str =
    "write postgresql://user:password@host:5432/database, or sqlite://file.db for a SQLite file";

fn shown(scheme: Option<&str>) -> String {
    scheme.map_or_else(String::new, |scheme| format!(" `{scheme}`"))
}

impl DatabaseUrl {
    /// The whole URL with its password, for a driver. Never print it.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// Whether the database is a PostgreSQL server's, else it is SQLite.
    pub fn is_postgres(&self) -> bool {
        matches!(self.target, Target::Postgres { .. })
    }

    /// The database's name on a server, or the file's path, or `:memory:`.
    pub fn database_name(&self) -> &str {
        match &self.target {
            Target::Postgres { database, .. } => database,
            Target::Sqlite { file, .. } => file.as_deref().unwrap_or(":memory:"),
        }
    }

    /// The URL of a SQLite file. A missing file is created by the commands that write.
    pub fn sqlite_file(file: &Path) -> Self {
        let name = file.to_string_lossy().into_owned();
        // `%`, `?` and `#` mean something in a URL.
        let escaped = name.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        Self {
            text: format!("sqlite://{escaped}").into(),
            target: Target::Sqlite {
                file: Some(name),
                mode: None,
            },
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Every spelling of the password that a message could contain.
    #[cfg(feature = "cli")]
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        if !self.is_postgres() {
            return Vec::new();
        }
        let Ok(url) = url::Url::parse(self.expose()) else {
            return Vec::new();
        };
        let decoded = |text: &str| {
            url::form_urlencoded::parse(format!("p={}", text.replace('+', "%2B")).as_bytes())
                .map(|(_, value)| value.into_owned())
                .collect::<String>()
        };
        let written = url.password().unwrap_or_default();
        let mut spellings = vec![written.to_owned(), decoded(written)];
        for pair in url.query().unwrap_or_default().split('&') {
            if let Some((key, value)) = pair.split_once('=')
                && key.contains("password")
            {
                spellings.extend([value.to_owned(), decoded(value)]);
            }
        }
        spellings.retain(|spelling| !spelling.is_empty());
        spellings.dedup();
        spellings.into_iter().map(SecretString::from).collect()
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Postgres {
                user,
                host,
                port,
                database,
            } => {
                write!(f, "postgresql://{user}@{host}:{port}/{database}")
            }
            Target::Sqlite { file, .. } => {
                write!(f, "sqlite://{}", file.as_deref().unwrap_or(":memory:"))
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
