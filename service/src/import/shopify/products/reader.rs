//! The product export as one block of rows after the other.

use std::io::Read;

use csv::StringRecord;

use super::block::ProductBlock;
use super::columns::ProductColumns;
use super::row;
use crate::import::shopify::file::cells::cell;
use crate::import::shopify::file::records::{Record, Records};
use crate::import::shopify::source_error::SourceError;

/// A batch is looked up in two statements; it ends with the product that reaches either limit.
const BATCH_PRODUCTS: usize = 100;
const BATCH_VARIANTS: usize = 1_000;

/// Reads a product export product by product; holds one product's rows at a time.
pub(super) struct ProductReader<R> {
    records: Records<R>,
    columns: ProductColumns,
    /// The first row of the next product, read to see that the one before has ended.
    ahead: Option<Record>,
}

impl<R: Read> ProductReader<R> {
    /// Reads the header.
    pub(super) fn new(input: R) -> Result<Self, SourceError> {
        let mut records = Records::new(input);
        let columns = ProductColumns::read(&mut records)?;
        Ok(Self {
            records,
            columns,
            ahead: None,
        })
    }

    /// The products of one batch, and what went wrong in the middle of the next product, if anything did.
    ///
    /// No product and no error is the end of the file.
    pub(super) fn batch(&mut self) -> (Vec<ProductBlock>, Option<SourceError>) {
        let mut blocks = Vec::new();
        let mut rows = 0;
        while blocks.len() < BATCH_PRODUCTS && rows < BATCH_VARIANTS {
            match self.next() {
                Ok(Some(block)) => {
                    rows += block.variants.len();
                    blocks.push(block);
                }
                Ok(None) => break,
                Err(error) => return (blocks, Some(error)),
            }
        }
        (blocks, None)
    }

    /// The next product with all its rows.
    pub(super) fn next(&mut self) -> Result<Option<ProductBlock>, SourceError> {
        let first = match self.ahead.take() {
            Some(record) => record,
            None => match self.row()? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        let columns = &self.columns;
        let roles = row::option_roles(columns, &first.fields);
        let mut block = ProductBlock {
            line: first.line,
            last_line: first.line,
            bytes: self.records.bytes(),
            handle: cell(&first.fields, columns.handle).to_owned(),
            details: row::details(columns, &first.fields),
            variants: Vec::new(),
        };
        block
            .variants
            .extend(row::variant(columns, &roles, first.line, &first.fields));
        while let Some(record) = self.row()? {
            if cell(&record.fields, self.columns.handle) != block.handle {
                self.ahead = Some(record);
                break;
            }
            block.last_line = record.line;
            block.bytes = self.records.bytes();
            block
                .variants
                .extend(row::variant(&self.columns, &roles, record.line, &record.fields));
        }
        Ok(Some(block))
    }

    /// The next row that holds anything: spreadsheets like to end a file with rows of commas.
    fn row(&mut self) -> Result<Option<Record>, SourceError> {
        while let Some(record) = self.records.next()? {
            if !is_blank(&record.fields) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

fn is_blank(row: &StringRecord) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use entity::ProductStatus;

    use super::*;
    use crate::import::shopify::RefusalReason;

    const HEADER: &str = "Handle,Title,Body (HTML),Type,Tags,Option1 Name,Option1 Value,Option2 Name,\
        Option2 Value,Variant SKU,Variant Price,Image Src,Cost per item,Status";

    fn blocks(rows: &str) -> Vec<ProductBlock> {
        let text = format!("{HEADER}\n{rows}");
        let mut reader = ProductReader::new(text.as_bytes()).unwrap();
        let mut blocks = Vec::new();
        while let Some(block) = reader.next().unwrap() {
            blocks.push(block);
        }
        blocks
    }

    #[test]
    fn a_product_is_its_first_row_and_the_rows_of_its_handle_below() {
        let blocks = blocks(
            "a,Red,\" <p>Red, \"\"deep\"\"</p>\",Artwork,\"Mosaic, Red,Mosaic\",Size,24x36,Finish,Roll,A-1,153.00,1.png,60,draft\n\
             a,,,,,,36x48,,Canvas,A-2,204,2.png,,\n\
             a,,,,,,,,,,,3.png,,\n\
             ,,,,,,,,,,,,,\n\
             b,Blue,,,,Colour,Blue,Size,24x36,B-1,9.00,,,\n",
        );
        assert_eq!(blocks.iter().map(|block| block.line).collect::<Vec<_>>(), [2, 6]);
        let details = blocks[0].details.as_ref().unwrap();
        assert_eq!(
            details.description,
            Some(Some(" <p>Red, \"deep\"</p>".to_owned()))
        );
        assert_eq!(details.category, Some(Some("Artwork".to_owned())));
        assert_eq!(
            details.tags.as_deref(),
            Some(["Mosaic".to_owned(), "Red".to_owned()].as_slice())
        );
        assert_eq!(details.status, Some(ProductStatus::Inactive));
        assert_eq!(
            blocks[0].variants.len(),
            2,
            "the row with an image only is no variant"
        );
        let second = blocks[0].variants[1].variant.as_ref().unwrap();
        assert_eq!(
            (second.size.as_deref(), second.frame_type.as_deref()),
            (Some("36x48"), Some("Canvas"))
        );
        let other = blocks[1].variants[0].variant.as_ref().unwrap();
        assert_eq!(
            (other.size.as_deref(), other.frame_type.as_deref()),
            (Some("24x36"), None)
        );
        assert_eq!(blocks[1].details.as_ref().unwrap().status, None);
    }

    #[test]
    fn a_print_type_and_a_frame_side_by_side_are_kept_apart_by_a_slash() {
        let blocks = blocks("a,Red,,,,Print Type,Canvas,Frame,Black,A-1,1.00,,,\n");
        let variant = blocks[0].variants[0].variant.as_ref().unwrap();
        assert_eq!(variant.frame_type.as_deref(), Some("Canvas / Black"));
    }

    #[test]
    fn a_product_without_title_or_with_an_odd_status_is_refused_as_a_whole() {
        let blocks = blocks(
            "a,,,,,Size,24x36,,,A-1,1.00,,,\nb,B,,,,Size,1,,,B-1,1.00,,,sold\n,C,,,,Size,1,,,C-1,1,,,\n",
        );
        let reasons: Vec<_> = blocks
            .into_iter()
            .map(|block| block.details.unwrap_err())
            .collect();
        assert_eq!(
            reasons,
            [
                RefusalReason::MissingTitle,
                RefusalReason::UnknownStatus {
                    status: "sold".to_owned()
                },
                RefusalReason::MissingHandle
            ]
        );
    }
}
