//! A database URL that cannot give its password away.

use std::{fmt, path::Path, str::FromStr};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use url::Url;

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
        let Ok(url) = Url::parse(self.expose()) else {
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

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        let target = match scheme.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" => postgres_target(text, rest)?,
            "sqlite" => sqlite_target(text, rest)?,
            other => return Err(unknown_scheme(other, rest)),
        };
        Ok(Self {
            text: text.to_owned().into(),
            target,
        })
    }
}

/// Schemes that somebody might try, and that may be repeated: any other word could be a password.
const OTHER_ENGINES: [&str; 10] = [
    "mysql",
    "mariadb",
    "mssql",
    "sqlserver",
    "oracle",
    "mongodb",
    "redis",
    "http",
    "https",
    "file",
];

/// `app:secret@host/db` and `C:\shop.db` have no scheme.
fn unknown_scheme(scheme: &str, rest: &str) -> UrlError {
    if !rest.starts_with("//") {
        return UrlError::NoScheme;
    }
    UrlError::UnknownScheme {
        scheme: OTHER_ENGINES.contains(&scheme).then(|| scheme.to_owned()),
    }
}

fn postgres_target(text: &str, rest: &str) -> Result<Target, UrlError> {
    let malformed = |reason| UrlError::Malformed { reason };
    let rest = rest
        .strip_prefix("//")
        .ok_or(malformed("`//` is missing after the scheme"))?;
    // A password with an unescaped `/`, `?` or `#` ends the host early, and its tail would pass for the database's
    // name or a parameter, which are shown. The `@` behind it gives it away.
    let tail = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
    if tail.contains('@') {
        return Err(malformed("an @ after the host"));
    }
    if tail.contains('#') {
        return Err(malformed("a # that is not part of a name"));
    }
    let url = Url::parse(text).map_err(|error| malformed(reason(error)))?;
    let options = driver_options(&url)?;
    let host = match options.get_socket() {
        Some(socket) => socket.to_string_lossy().into_owned(),
        None => options.get_host().to_owned(),
    };
    let user = options.get_username().to_owned();
    Ok(Target::Postgres {
        // As libpq: without a name, the database is called like the user.
        database: options.get_database().unwrap_or(&user).to_owned(),
        port: options.get_port(),
        user,
        host,
    })
}

/// Parameters that the driver knows. It logs any other with its value, so others are left out; libpq's own
/// (`connect_timeout`, `channel_binding`) and a mistyped `pasword=` are among them.
const PARAMETERS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
];

fn driver_options(url: &Url) -> Result<PgConnectOptions, UrlError> {
    let mut known = url.clone();
    let pairs: Vec<_> = url
        .query_pairs()
        .filter(|(key, _)| PARAMETERS.contains(&&**key) || *key == "options" || key.starts_with("options["))
        .collect();
    known.set_query(None);
    if !pairs.is_empty() {
        known.query_pairs_mut().extend_pairs(pairs);
    }
    known.as_str().parse().map_err(|_| UrlError::Malformed {
        reason: "a parameter after the ? has a value that the driver does not take",
    })
}

fn sqlite_target(text: &str, rest: &str) -> Result<Target, UrlError> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (file, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let first = file.split('/').next().unwrap_or_default();
    if first.contains('@') && first.contains(':') {
        return Err(UrlError::Malformed {
            reason: "SQLite has a file, no user and host",
        });
    }
    let options: SqliteConnectOptions = text.parse().map_err(|_| UrlError::Malformed {
        reason: "a parameter after the ? is none of mode, cache, immutable, vfs, or its value is not one of theirs",
    })?;
    let mode = parameters.split('&').find_map(|p| p.strip_prefix("mode="));
    if file.is_empty() && mode != Some("memory") {
        return Err(UrlError::Malformed {
            reason: "the file's name is missing",
        });
    }
    let in_memory = file == ":memory:" || mode == Some("memory");
    Ok(Target::Sqlite {
        file: (!in_memory).then(|| options.get_filename().to_string_lossy().into_owned()),
        mode: mode.map(str::to_owned),
    })
}

/// The driver's options of a PostgreSQL URL, with a name under which the server lists the session.
pub(crate) fn postgres_options(url: &DatabaseUrl) -> Result<PgConnectOptions, UrlError> {
    let parsed = Url::parse(url.expose()).map_err(|error| UrlError::Malformed {
        reason: reason(error),
    })?;
    let options = driver_options(&parsed)?;
    Ok(match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("vividwalls-migration"),
    })
}

/// The parser's complaint as a constant, so that it cannot hold a piece of the URL.
fn reason(error: url::ParseError) -> &'static str {
    match error {
        url::ParseError::EmptyHost => "the host is empty",
        url::ParseError::InvalidPort => "the port is no number up to 65535",
        url::ParseError::InvalidIpv4Address => "the host is no IPv4 address",
        url::ParseError::InvalidIpv6Address => "the host is no IPv6 address",
        url::ParseError::InvalidDomainCharacter => "the host has a character that no host may have",
        _ => "it is no URL",
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
