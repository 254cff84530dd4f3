//! An organisation as a CSV file.

use std::io::Read;

use super::{LoadError, LoadOrganisation, OrganisationLine};
use crate::import::shopify::Records;

const COLUMNS: [&str; 3] = ["name", "type", "parent"];

impl LoadOrganisation {
    /// Reads a CSV file in UTF-8 whose first line names at least the columns `name`, `type` and `parent`, in any order and case.
    /// Cells are trimmed, blank lines skipped, other columns ignored.
    ///
    /// # Errors
    ///
    /// [`LoadError::Unreadable`], which names the line, and [`LoadError::MissingColumns`].
    pub fn from_csv(file: impl Read) -> Result<Self, LoadError> {
        let mut records = Records::new(file);
        let header = records.next()?;
        let header: Vec<String> = header
            .iter()
            .flat_map(|record| record.fields.iter())
            .map(|name| name.trim().to_lowercase())
            .collect();
        let places = COLUMNS.map(|column| header.iter().position(|name| name == column));
        let [Some(name), Some(agent_type), Some(parent)] = places else {
            let missing = COLUMNS.into_iter().zip(places);
            return Err(LoadError::MissingColumns {
                missing: missing
                    .filter_map(|(column, place)| place.is_none().then_some(column))
                    .collect(),
            });
        };
        let mut lines = Vec::new();
        while let Some(record) = records.next()? {
            let cell = |column: usize| record.fields.get(column).unwrap_or_default().trim().to_owned();
            lines.push(OrganisationLine {
                line: record.line,
                name: cell(name),
                agent_type: cell(agent_type),
                parent: cell(parent),
            });
        }
        Ok(Self { lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::shopify::SourceError;

    #[test]
    fn columns_are_found_by_name_and_lines_keep_their_numbers() {
        let file = "Parent,name , TYPE,note\n,Boss,orchestrator,\n\n Boss ,\"Sales, East\",director,x\n";
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
        for (file, expected) in [
            ("", &COLUMNS[..]),
            ("name;type;parent\n", &COLUMNS),
            ("type,name\n", &["parent"]),
        ] {
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
}
