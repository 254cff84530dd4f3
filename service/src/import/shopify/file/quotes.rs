//! Where a record ends: at a line end outside quotes.

use crate::import::shopify::source_error::SourceError;

/// Where the scan of a record stands: a record ends at a line end outside quotes.
#[derive(Default)]
pub(crate) struct Quotes {
    /// The line on which the open quote was opened.
    pub(crate) opened: Option<u64>,
}

impl Quotes {
    /// Goes on with the next line of the record, whose number is given.
    pub(crate) fn scan(&mut self, line: &[u8], number: u64) -> Result<(), SourceError> {
        let mut rest = line.iter().copied().peekable();
        let mut field_start = true;
        while let Some(byte) = rest.next() {
            match (self.opened, byte) {
                (None, b'"') if field_start => {
                    self.opened = Some(number);
                    field_start = false;
                }
                (None, b'\r') if rest.peek().is_some_and(|next| *next != b'\n') => {
                    return Err(SourceError::BareCarriageReturn { line: number });
                }
                (None, byte) => field_start = byte == b',',
                (Some(opened), b'"') => match rest.peek() {
                    Some(b'"') => {
                        rest.next();
                    }
                    None | Some(b',' | b'\r' | b'\n') => self.opened = None,
                    Some(_) => {
                        return Err(SourceError::TextAfterQuote { line: number, opened });
                    }
                },
                (Some(_), _) => {}
            }
        }
        Ok(())
    }
}
