//! The PostgreSQL server of a run: the one at `TEST_DATABASE_URL`, else a private one that runs as long as the run.

mod binaries;
mod start;

use std::net::TcpStream;

use url::Url;

use crate::scratch;

/// The URL of a database where others can be created; the same for every test of the run.
///
/// Blocks while the server starts, about a second, the first time.
pub(crate) fn url() -> Url {
    static URL: std::sync::OnceLock<Url> = std::sync::OnceLock::new();
    URL.get_or_init(|| match std::env::var("TEST_DATABASE_URL") {
        Ok(given) if !given.is_empty() => parse_given(&given),
        _ => {
            let started = scratch::once("cluster", || start::start().to_string());
            Url::parse(&started).expect("a URL that the harness wrote")
        }
    })
    .clone()
}

fn parse_given(given: &str) -> Url {
    // Neither the text nor the parser's error is repeated: a URL may hold a password.
    match Url::parse(given) {
        Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
            probe(&url);
            url
        }
        _ => panic!(
            "TEST_DATABASE_URL is no PostgreSQL URL; write postgres://user:password@host:port/database, \
             of a server where that user may create databases"
        ),
    }
}

/// A pool reports a server that is not there as a timeout, after a minute: a plain connection knows the cause at once.
fn probe(url: &Url) {
    // Without a host it is a Unix socket, which is left to the driver.
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return;
    };
    let port = url.port().unwrap_or(5432);
    if let Err(error) = TcpStream::connect((host.trim_matches(['[', ']']), port)) {
        panic!("the server of TEST_DATABASE_URL, {host}:{port}, does not answer: {error}");
    }
}
