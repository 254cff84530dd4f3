//! Asking before data is destroyed.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::DatabaseUrl;

/// Why a command that destroys data was not begun.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConfirmError {
    #[error(
        "`{command}` would destroy data in {database}, and there is no terminal to ask on: add --yes if it should"
    )]
    NoTerminal {
        command: &'static str,
        database: DatabaseUrl,
    },
    #[error("that is not the name of the database: nothing was changed")]
    Declined,
    #[error("cannot ask")]
    Io(#[from] io::Error),
}

/// Returns when `command` may go on: on SQLite always, on PostgreSQL with `--yes` or when somebody types the database's
/// name.
pub(super) fn confirm(command: &'static str, database: &DatabaseUrl, yes: bool) -> Result<(), ConfirmError> {
    if yes || !database.is_postgres() {
        return Ok(());
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(ConfirmError::NoTerminal {
            command,
            database: database.clone(),
        });
    }
    ask(command, database, &mut io::stdin().lock(), &mut io::stderr())
}

fn ask(
    command: &str,
    database: &DatabaseUrl,
    answers: &mut impl BufRead,
    questions: &mut impl Write,
) -> Result<(), ConfirmError> {
    let name = database.database_name();
    write!(
        questions,
        "`{command}` destroys data in {database}.\nType the name of the database ({name}) to go on: "
    )?;
    questions.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    if answer.trim() == name {
        Ok(())
    } else {
        Err(ConfirmError::Declined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> (Result<(), ConfirmError>, String) {
        let url = "postgres://app:secret@db/shop".parse().unwrap();
        let mut asked = Vec::new();
        let result = ask("fresh", &url, &mut text.as_bytes(), &mut asked);
        (result, String::from_utf8(asked).unwrap())
    }

    #[test]
    fn the_name_of_the_database_is_the_only_yes() {
        assert!(answer("shop\n").0.is_ok());
        for no in ["", "\n", "y\n", "yes\n", "SHOP\n", "shop2\n"] {
            assert!(matches!(answer(no).0, Err(ConfirmError::Declined)), "{no:?}");
        }
    }

    #[test]
    fn the_question_names_the_database_and_not_the_password() {
        let (_, question) = answer("");
        assert!(question.contains("postgresql://app@db:5432/shop"), "{question}");
        assert!(!question.contains("secret"), "{question}");
    }

    #[test]
    fn sqlite_does_not_ask() {
        let url = "sqlite://shop.db".parse().unwrap();
        assert!(confirm("fresh", &url, false).is_ok());
    }
}
