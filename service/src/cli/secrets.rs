//! Arguments that are not to be repeated.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::CliError;

/// Hides every argument that could be a database URL, wherever `text` repeats it.
pub(super) fn hidden(text: &str, arguments: impl Iterator<Item = OsString>) -> String {
    arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        // `--database-url=postgres://…` is repeated with and without its name.
        .flat_map(|argument| {
            [
                argument.split_once('=').map(|(_, value)| value.to_owned()),
                Some(argument),
            ]
        })
        .flatten()
        .filter(|argument| may_hold_a_password(argument))
        .fold(text.to_owned(), |text, argument| {
            // A message may quote it, and write what is special in quotes otherwise.
            let quoted = argument.escape_debug().to_string();
            text.replace(&argument, "[hidden]").replace(&quoted, "[hidden]")
        })
}

/// Refuses a path that is more likely meant as a database, before a file or a directory of that name is made.
pub(super) fn refuse_url(argument: &'static str, path: Option<&Path>) -> Result<(), CliError> {
    match path {
        Some(path) if path.to_string_lossy().contains("://") => Err(CliError::UrlForFile { argument }),
        _ => Ok(()),
    }
}

/// The name of a file, without what is a password when it was meant as the address of a server.
pub(super) fn without_password(file: &Path) -> PathBuf {
    match file.to_string_lossy().rsplit_once('@') {
        Some((before_host, host)) if before_host.contains(':') => format!("[hidden]@{host}").into(),
        _ => file.to_owned(),
    }
}

/// `scheme://…`, `user:password@…`, or the parameter; a file may well have an `@` in its name.
fn may_hold_a_password(argument: &str) -> bool {
    let before_host = argument.rsplit_once('@').map(|(before, _)| before);
    argument.contains("://")
        || argument.contains("password=")
        || before_host.is_some_and(|before| before.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, arguments: &[&str]) -> String {
        hidden(text, arguments.iter().map(OsString::from))
    }

    #[test]
    fn an_argument_that_looks_like_a_url_is_hidden() {
        let text = of(
            "unexpected argument 'postgres://a:b@c/d' in --url=postgres://a:b@c/d",
            &["import", "--url=postgres://a:b@c/d"],
        );
        assert_eq!(text, "unexpected argument '[hidden]' in --url=[hidden]");
        let quoted = of(r#"no table "a:\"b@c""#, &["a:\"b@c"]);
        assert_eq!(quoted, "no table \"[hidden]\"");
    }

    #[test]
    fn a_file_keeps_its_name() {
        let text = "there is no file me@home.csv";
        assert_eq!(of(text, &["import", "agents", "me@home.csv"]), text);
    }
}
