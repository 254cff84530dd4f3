//! The last line of defence for passwords: whatever text leaves the program goes through here.

use std::{
    io::{self, Write},
    sync::Arc,
};

use secrecy::{ExposeSecret, SecretString};

use crate::DatabaseUrl;

const HIDDEN: &str = "[hidden]";

/// Passwords shorter than this are left alone: hiding every `a` would garble the text, and so give the password away.
const SHORTEST: usize = 4;

/// Replaces the spellings of one password.
#[derive(Clone, Debug, Default)]
pub(super) struct Redactor {
    secrets: Arc<Vec<SecretString>>,
}

impl Redactor {
    pub(super) fn of(url: &DatabaseUrl) -> Self {
        Self {
            secrets: Arc::new(url.secrets()),
        }
    }

    pub(super) fn clean(&self, text: &str) -> String {
        self.secrets
            .iter()
            .map(ExposeSecret::expose_secret)
            .filter(|secret| secret.len() >= SHORTEST)
            .fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

/// Hides every argument that could be a database URL, wherever `text` repeats it.
pub(super) fn arguments(text: &str, arguments: impl Iterator<Item = String>) -> String {
    arguments
        .flat_map(|argument| {
            // `--database-url=postgres://…` is repeated with and without its name.
            let value = argument.split_once('=').map(|(_, value)| value.to_owned());
            [Some(argument), value]
        })
        .flatten()
        .filter(|argument| {
            argument.contains("://") || argument.contains('@') || argument.contains("password=")
        })
        .fold(text.to_owned(), |text, argument| text.replace(&argument, HIDDEN))
}

/// Standard error, one cleaned event at a time.
#[derive(Debug)]
pub(super) struct CleanWriter {
    redactor: Redactor,
    event: Vec<u8>,
}

impl CleanWriter {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            event: Vec::new(),
        }
    }
}

impl Write for CleanWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.event.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = self.redactor.clean(&String::from_utf8_lossy(&self.event));
        self.event.clear();
        io::stderr().write_all(text.as_bytes())
    }
}

impl Drop for CleanWriter {
    fn drop(&mut self) {
        // A log line that cannot be written is no reason to stop.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_password_is_hidden() {
        let url: DatabaseUrl = "postgres://app:gr%C3%BCn+1@db/shop?password=other%2Fone"
            .parse()
            .unwrap();
        let clean = Redactor::of(&url).clean("gr%C3%BCn+1 grün+1 other%2Fone other/one");
        assert_eq!(clean, "[hidden] [hidden] [hidden] [hidden]");
    }

    #[test]
    fn an_argument_that_looks_like_a_url_is_hidden() {
        let text = arguments(
            "unexpected argument 'postgres://a:b@c/d' in --url=postgres://a:b@c/d",
            ["up", "--url=postgres://a:b@c/d"].map(str::to_owned).into_iter(),
        );
        assert_eq!(text, "unexpected argument '[hidden]' in [hidden]");
    }
}
