//! What a command prints: a table for a person, or one JSON document for a program.

use std::io::{self, ErrorKind, Write};

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::database::Opened;

/// How a person reads what a command did; a program reads the same value as JSON.
pub(super) trait ForPeople: Serialize {
    fn write(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// Whom a command speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    People,
    Json,
}

impl Output {
    /// Says which database it is before anything else, so that nobody has to guess from the result. JSON stays one document.
    pub(super) fn announce(self, database: &Opened) -> io::Result<()> {
        self.note(&format!("database: {} ({})", database.name, database.origin))
    }

    /// A line for people only.
    pub(super) fn note(self, line: &str) -> io::Result<()> {
        match self {
            Self::People => readable(writeln!(io::stdout(), "{line}")),
            Self::Json => Ok(()),
        }
    }

    /// The one result of a command.
    pub(super) fn show(self, report: &impl ForPeople) -> io::Result<()> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let written = match self {
            Self::People => report.write(&mut out),
            Self::Json => serde_json::to_writer_pretty(&mut out, report)
                .map_err(io::Error::from)
                .and_then(|()| writeln!(out)),
        };
        readable(written.and_then(|()| out.flush()))
    }

    /// Why a command could not be carried out, on standard error.
    pub(super) fn fail(self, why: &str) {
        self.say_aside("error", &format!("error: {why}"), why);
    }

    /// Where a signal ended a command, and what that leaves, on standard error: `after line 12: …`.
    pub(super) fn interrupted(self, how_far: &str) {
        self.say_aside("interrupted", &format!("interrupted {how_far}"), how_far);
    }

    /// A line for people, or an object of one member for a program.
    fn say_aside(self, member: &str, line: &str, text: &str) {
        // Nothing can be done about a closed terminal.
        let _ = match self {
            Self::People => writeln!(io::stderr(), "{line}"),
            Self::Json => writeln!(io::stderr(), "{}", serde_json::json!({ member: text })),
        };
    }
}

/// Whoever reads no further has seen enough; what the command does is not undone by that.
fn readable(written: io::Result<()>) -> io::Result<()> {
    written.or_else(|error| {
        if error.kind() == ErrorKind::BrokenPipe {
            Ok(())
        } else {
            Err(error)
        }
    })
}

/// An empty table in the one style of this command line.
pub(super) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(header);
    table
}

/// Puts the numbers of these columns under one another.
pub(super) fn align_right(table: &mut Table, columns: impl IntoIterator<Item = usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
