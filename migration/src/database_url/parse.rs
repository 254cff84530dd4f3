//! Taking a URL apart without ever repeating a piece of it that could be the password's.

use std::str::FromStr;

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use url::Url;

use super::{DatabaseUrl, Target, UrlError};

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

fn is_parameter(key: &str) -> bool {
    PARAMETERS.contains(&key) || key == "options" || key.starts_with("options[")
}

/// How many parameters of the URL the driver is not given.
pub(crate) fn unknown_parameters(url: &DatabaseUrl) -> usize {
    Url::parse(url.expose()).map_or(0, |url| {
        url.query_pairs().filter(|(key, _)| !is_parameter(key)).count()
    })
}

fn driver_options(url: &Url) -> Result<PgConnectOptions, UrlError> {
    let mut known = url.clone();
    let pairs: Vec<_> = url.query_pairs().filter(|(key, _)| is_parameter(key)).collect();
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
