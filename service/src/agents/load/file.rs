//! An organisation as a CSV file.

use std::io::Read;

use super::{LoadError, LoadOrganisation, OrganisationLine};
use crate::batch::MAX_ELEMENTS;
use crate::import::shopify::Records;
use crate::input::Checks;

const COLUMNS: [&str; 3] = ["name", "type", "parent"];

/// What spreadsheets write instead of commas.
const SEPARATORS: [(char, &str); 2] = [(';', "semicolons"), ('\t', "tabs")];

impl LoadOrganisation {
    /// Reads a CSV file in UTF-8 whose first line names at least the columns `name`, `type` and `parent`, in any order and case.
    /// Cells are trimmed, lines without a word skipped, other columns ignored. Stops at the first line that is too many.
    ///
    /// # Errors
    ///
    /// [`LoadError::Unreadable`], which names the line; [`LoadError::MissingColumns`], [`LoadError::NotCommas`] and
    /// [`LoadError::RepeatedColumn`] of the first line; [`LoadError::NoAgents`] without any other; [`LoadError::Invalid`] of more
    /// than 2 000.
    pub fn from_csv(file: impl Read) -> Result<Self, LoadError> {
        let mut records = Records::new(file);
        let header = records.next()?;
        let header: Vec<String> = header
            .iter()
            .flat_map(|record| record.fields.iter())
            .map(|name| name.trim().to_lowercase())
            .collect();
        let [name, agent_type, parent] = places(&header)?;
        let mut lines = Vec::new();
        while let Some(record) = records.next()? {
            if record.fields.iter().all(|cell| cell.trim().is_empty()) {
                // As a spreadsheet leaves them behind.
                continue;
            }
            let cell = |column: usize| record.fields.get(column).unwrap_or_default().trim().to_owned();
            lines.push(OrganisationLine {
                line: record.line,
                name: cell(name),
                agent_type: cell(agent_type),
                parent: cell(parent),
            });
            let mut checks = Checks::default();
            checks.at_most("lines", lines.len(), MAX_ELEMENTS);
            checks.finish()?;
        }
        if lines.is_empty() {
            return Err(LoadError::NoAgents);
        }
        Ok(Self { lines })
    }
}

/// Where the columns are.
fn places(header: &[String]) -> Result<[usize; 3], LoadError> {
    let places = COLUMNS.map(|column| header.iter().position(|name| name == column));
    let [Some(name), Some(agent_type), Some(parent)] = places else {
        if let [only] = header
            && let Some((_, separator)) = SEPARATORS.into_iter().find(|(c, _)| only.contains(*c))
        {
            return Err(LoadError::NotCommas { separator });
        }
        let missing = COLUMNS.into_iter().zip(places);
        return Err(LoadError::MissingColumns {
            missing: missing
                .filter_map(|(column, place)| place.is_none().then_some(column))
                .collect(),
        });
    };
    for column in COLUMNS {
        if header.iter().filter(|name| *name == column).count() > 1 {
            return Err(LoadError::RepeatedColumn { column });
        }
    }
    Ok([name, agent_type, parent])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::shopify::SourceError;

    #[test]
    fn columns_are_found_by_name_and_lines_keep_their_numbers() {
        let file = "Parent,name , TYPE,note\n,Boss,orchestrator,\n, ,,\n Boss ,\"Sales, East\",director,x\n";
        let read = LoadOrganisation::from_csv(file.as_bytes()).unwrap();
        let line = |line, name: &str, agent_type: &str, parent: &str| OrganisationLine {
            line,
            name: name.into(),
            agent_type: agent_type.into(),
            parent: parent.into(),
        };
        assert_eq!(
            read.lines,
            [
                line(2, "Boss", "orchestrator", ""),
                line(4, "Sales, East", "director", "Boss")
            ]
        );
    }

    #[test]
    fn what_is_no_such_file_says_so() {
        let read = |file: &str| LoadOrganisation::from_csv(file.as_bytes()).unwrap_err();
        for (file, expected) in [("", &COLUMNS[..]), ("type,name\n", &["parent"])] {
            let error = read(file);
            assert!(
                matches!(&error, LoadError::MissingColumns { missing } if missing == expected),
                "{error:?}"
            );
        }
        let error = read("name,type,parent\nBoss,orchestrator\n");
        assert!(
            matches!(
                error,
                LoadError::Unreadable(SourceError::FieldCount { line: 2, .. })
            ),
            "{error:?}"
        );
        let error = read("name,type,parent\nBoss,orchestrator,\n\"Sales,director,Boss\n");
        assert!(
            matches!(
                error,
                LoadError::Unreadable(SourceError::UnclosedQuote { line: 3 })
            ),
            "{error:?}"
        );
    }

    #[test]
    fn a_header_that_cannot_be_meant_says_why() {
        for (file, message) in [
            (
                "name;type;parent\nBoss;orchestrator;\n",
                "separated by semicolons",
            ),
            ("name\ttype\tparent\n", "separated by tabs"),
            (
                "name,type,parent,Name\nBoss,orchestrator,,Ann\n",
                "two columns name",
            ),
            ("name,type,parent\n", "no agents in it"),
            ("name,type,parent\n,,\n", "no agents in it"),
        ] {
            let error = LoadOrganisation::from_csv(file.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }

    #[test]
    fn no_more_is_read_than_may_be_loaded() {
        // Reading on would not end.
        let file = "name,type,parent\n".as_bytes().chain(Endless);
        let error = LoadOrganisation::from_csv(file).unwrap_err();
        assert!(matches!(error, LoadError::Invalid(_)), "{error:?}");
        assert!(error.to_string().contains("at most 2000"), "{error}");
    }

    /// The same line, again and again.
    struct Endless;

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let line = b"Ann,director,\n";
            buffer[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }
}
