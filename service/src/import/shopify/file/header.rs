//! Columns by name.

use csv::StringRecord;

use super::records::Records;
use crate::import::shopify::source_error::{ExportKind, SourceError};

/// The names of the first record, in their order.
pub(crate) struct Header {
    kind: ExportKind,
    names: Vec<String>,
}

impl Header {
    /// Reads the first record and checks that it has the `required` columns.
    pub(crate) fn read<R: std::io::Read>(
        records: &mut Records<R>,
        kind: ExportKind,
        required: &[&'static str],
    ) -> Result<Self, SourceError> {
        let Some(record) = records.next()? else {
            return Err(SourceError::Empty { kind });
        };
        let names = record.fields.iter().map(name).collect();
        let header = Self { kind, names };
        header.check(&record.fields, required)?;
        Ok(header)
    }

    /// The position of a column, if the export has it.
    pub(crate) fn find(&self, column: &str) -> Option<usize> {
        let wanted = name(column);
        self.names.iter().position(|name| *name == wanted)
    }

    /// The position of a column that [`Header::read`] was told to require.
    pub(crate) fn get(&self, column: &'static str) -> Result<usize, SourceError> {
        let missing = || SourceError::MissingColumns {
            kind: self.kind,
            missing: vec![column],
        };
        self.find(column).ok_or_else(missing)
    }

    fn check(&self, fields: &StringRecord, required: &[&'static str]) -> Result<(), SourceError> {
        let kind = self.kind;
        let missing: Vec<_> = required
            .iter()
            .copied()
            .filter(|column| self.find(column).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        if let Some(found) = self.other_kind() {
            return Err(SourceError::OtherExport {
                expected: kind,
                found,
            });
        }
        if self.find("Handle").is_some() {
            return Err(SourceError::MissingColumns { kind, missing });
        }
        let hint = match fields.get(0) {
            Some(first) if fields.len() == 1 && first.contains(';') => {
                "its columns are separated by semicolons: save it with commas, or export it from Shopify again"
            }
            Some(first) if first.contains('\0') => "it is no text file",
            _ => "export it from Shopify's admin and leave the first line as it is",
        };
        Err(SourceError::NotAnExport { kind, missing, hint })
    }

    fn other_kind(&self) -> Option<ExportKind> {
        let products = self.find("Variant SKU").is_some();
        let inventory = self.find("Location").is_some() && self.find("SKU").is_some();
        match self.kind {
            ExportKind::Products if inventory && !products => Some(ExportKind::Inventory),
            ExportKind::Inventory if products && !inventory => Some(ExportKind::Products),
            _ => None,
        }
    }
}

/// A column's name without case, and without the `(not editable)` or `(current)` that newer inventory exports append.
fn name(column: &str) -> String {
    let lower = column.trim().to_lowercase();
    let plain = lower
        .strip_suffix("(not editable)")
        .or_else(|| lower.strip_suffix("(current)"));
    plain.map_or(lower.clone(), |plain| plain.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kind: ExportKind, required: &[&'static str]) -> Result<Header, SourceError> {
        Header::read(&mut Records::new(text.as_bytes()), kind, required)
    }

    #[test]
    fn columns_are_found_by_name_wherever_they_stand() {
        let header = read(
            "sku , Handle,On hand (current),On hand (new)\n",
            ExportKind::Inventory,
            &["SKU"],
        )
        .unwrap();
        assert_eq!(header.find("SKU"), Some(0));
        assert_eq!(header.find("On hand"), Some(2));
        assert_eq!(header.find("Location"), None);
    }

    #[test]
    fn a_wrong_file_is_told_from_an_incomplete_one() {
        let required: &[&'static str] = &["Handle", "Variant SKU"];
        let says = |text| {
            read(text, ExportKind::Products, required)
                .err()
                .unwrap()
                .to_string()
        };
        assert!(says("").contains("is empty"));
        assert!(
            says("Handle,SKU,Location\n")
                .contains("Shopify's inventory export where the products export belongs")
        );
        assert!(says("Handle;Variant SKU\n").contains("semicolons"));
        assert!(says("name,age\n").contains("no column \"Handle\" and \"Variant SKU\""));
        assert!(says("Handle,Title\n").contains("lacks the column \"Variant SKU\""));
    }
}
