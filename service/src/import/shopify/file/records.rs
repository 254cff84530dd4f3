//! CSV records with the line they begin on.
//!
//! The `csv` crate takes a field's missing closing quote for the end of the file and counts lines from where it
//! looked, not from where a record begins. A refused line is only useful with the line an editor shows, so this
//! reader cuts the input into records itself, one record in memory at a time, and leaves the fields to the crate.

use std::io::{BufRead, BufReader, Read};

use csv::StringRecord;
use csv_core::Reader;

use super::quotes::Quotes;
use crate::import::shopify::source_error::SourceError;

/// Longer than any export's record (a description has at most 64 KiB), short enough to stop at a missing quote.
const RECORD_LIMIT: usize = 4 << 20;

/// One record and the line of the file that it begins on.
pub(crate) struct Record {
    pub(crate) line: u64,
    pub(crate) fields: StringRecord,
}

/// Cuts an input into records. Blank lines are skipped, a byte order mark is accepted.
pub(crate) struct Records<R> {
    input: BufReader<R>,
    /// The bytes of the record in progress.
    buffer: Vec<u8>,
    splitter: Reader,
    /// The text of a record's fields, one behind the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Lines read so far.
    line: u64,
    bytes: u64,
    width: Option<usize>,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input: BufReader::new(input),
            buffer: Vec::new(),
            splitter: Reader::new(),
            text: Vec::new(),
            ends: Vec::new(),
            line: 0,
            bytes: 0,
            width: None,
        }
    }

    /// Bytes consumed so far, for a progress bar.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next record; the first one is the header and sets the number of fields.
    pub(crate) fn next(&mut self) -> Result<Option<Record>, SourceError> {
        let Some(line) = self.fill()? else {
            return Ok(None);
        };
        let fields = self.split(line)?;
        let expected = *self.width.get_or_insert(fields.len());
        if fields.len() != expected {
            return Err(SourceError::FieldCount {
                line,
                expected,
                found: fields.len(),
            });
        }
        Ok(Some(Record { line, fields }))
    }

    /// Reads lines into the buffer until they make a whole record; says on which line it begins.
    fn fill(&mut self) -> Result<Option<u64>, SourceError> {
        self.buffer.clear();
        let mut first = 0;
        let mut quotes = Quotes::default();
        loop {
            let start = self.buffer.len();
            if self.read_line()? == 0 {
                return match quotes.opened {
                    Some(line) => Err(SourceError::UnclosedQuote { line }),
                    None => Ok(None),
                };
            }
            if start == 0 {
                first = self.line;
            }
            if self.buffer.len() > RECORD_LIMIT {
                return Err(match quotes.opened {
                    Some(line) => SourceError::UnclosedQuote { line },
                    None => SourceError::RecordTooLong {
                        line: first,
                        limit: RECORD_LIMIT,
                    },
                });
            }
            quotes.scan(&self.buffer[start..], self.line)?;
            if quotes.opened.is_some() {
                continue;
            }
            if self.buffer.iter().any(|byte| !byte.is_ascii_whitespace()) {
                return Ok(Some(first));
            }
            self.buffer.clear();
        }
    }

    /// Appends one physical line to the buffer, at most a little more than the limit of a record.
    fn read_line(&mut self) -> Result<usize, SourceError> {
        let line = self.line + 1;
        let start = self.buffer.len();
        let room = (RECORD_LIMIT + 1).saturating_sub(start) as u64;
        let read = self.input.by_ref().take(room).read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|source| SourceError::Read { line, source })?;
        self.bytes += read as u64;
        if line == 1 {
            if self.buffer.starts_with(&[0xFF, 0xFE]) || self.buffer.starts_with(&[0xFE, 0xFF]) {
                return Err(SourceError::Utf16);
            }
            if self.buffer.starts_with("\u{feff}".as_bytes()) {
                self.buffer.drain(..3);
            }
        }
        if read > 0 {
            self.line = line;
        }
        Ok(read)
    }

    fn split(&mut self, line: u64) -> Result<StringRecord, SourceError> {
        if let Err(error) = std::str::from_utf8(&self.buffer) {
            let before = self.buffer[..error.valid_up_to()]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            return Err(SourceError::InvalidUtf8 {
                line: line + before as u64,
            });
        }
        let commas = self.buffer.iter().filter(|byte| **byte == b',').count();
        self.text.resize(self.buffer.len(), 0);
        self.ends.resize(commas + 1, 0);
        self.splitter.reset();
        // Both outputs have room for the whole record, so it takes two calls at most: its bytes, and their end.
        let (_, _, written, mut fields) =
            self.splitter
                .read_record(&self.buffer, &mut self.text, &mut self.ends);
        let (_, _, more, last) =
            self.splitter
                .read_record(&[], &mut self.text[written..], &mut self.ends[fields..]);
        debug_assert_eq!(more, 0, "the end of a record adds no text");
        fields += last;
        let mut start = 0;
        let mut record = StringRecord::with_capacity(written, fields);
        for end in &self.ends[..fields] {
            // Whole fields of what was checked to be UTF-8 above.
            record.push_field(std::str::from_utf8(&self.text[start..*end]).unwrap_or_default());
            start = *end;
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: impl AsRef<[u8]>) -> Result<Vec<(u64, Vec<String>)>, SourceError> {
        let mut records = Records::new(text.as_ref());
        let mut all = Vec::new();
        while let Some(record) = records.next()? {
            all.push((record.line, record.fields.iter().map(str::to_owned).collect()));
        }
        Ok(all)
    }

    fn lines(text: &str) -> Vec<u64> {
        read(text).unwrap().into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn a_record_is_named_by_its_first_line_whatever_line_ends_and_blank_lines_come_before_it() {
        assert_eq!(lines("a,b\n1,2\n3,4"), [1, 2, 3]);
        assert_eq!(lines("a,b\r\n1,2\r\n\r\n3,4\r\n"), [1, 2, 4]);
        assert_eq!(lines("\n\na,b\n\n\"1\nx\n\ny\",2\n3,4\n"), [3, 5, 9]);
    }

    #[test]
    fn quotes_are_unwrapped_and_a_byte_order_mark_is_no_part_of_the_first_column() {
        let all = read("\u{feff}\"a\",b\n\"say \"\"hi\"\", twice\",5\" wide\n").unwrap();
        assert_eq!(all[0].1, ["a", "b"]);
        assert_eq!(all[1].1, ["say \"hi\", twice", "5\" wide"]);
    }

    #[test]
    fn an_unclosed_quote_is_named_by_the_line_it_opens_on() {
        assert!(matches!(
            read("a,b\n1,2\n\"3,4\n5,6\n"),
            Err(SourceError::UnclosedQuote { line: 3 })
        ));
        let swallowed = read("a,b\n1,\"2\n3,\"4\"\n");
        assert!(matches!(
            swallowed,
            Err(SourceError::TextAfterQuote { line: 3, opened: 2 })
        ));
    }

    #[test]
    fn a_quote_that_swallows_the_file_stops_at_the_limit_of_a_record() {
        let text = format!("a,b\n1,\"2\n{}", "line,of,text\n".repeat(RECORD_LIMIT / 10));
        assert!(matches!(read(text), Err(SourceError::UnclosedQuote { line: 2 })));
        let text = format!("a,b\n{}", "x".repeat(RECORD_LIMIT * 2));
        assert!(matches!(
            read(text),
            Err(SourceError::RecordTooLong { line: 2, .. })
        ));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_named_by_their_own_line() {
        let broken = read(b"a,b\n\"1\n2\xff\",3\n");
        assert!(matches!(broken, Err(SourceError::InvalidUtf8 { line: 3 })));
        assert!(matches!(read(b"\xff\xfea\0"), Err(SourceError::Utf16)));
    }

    #[test]
    fn line_ends_of_an_old_mac_are_refused_rather_than_read_as_one_line() {
        assert!(matches!(
            read("a,b\r1,2\r"),
            Err(SourceError::BareCarriageReturn { line: 1 })
        ));
    }

    #[test]
    fn a_record_with_another_number_of_fields_is_an_error() {
        let short = read("a,b\n1,2\n3\n");
        assert!(matches!(
            short,
            Err(SourceError::FieldCount {
                line: 3,
                expected: 2,
                found: 1
            })
        ));
    }

    proptest! {
        /// Whatever can be read without complaint is what the `csv` crate reads.
        #[test]
        fn records_are_those_of_the_csv_crate(text in "[ab,\"\r\n]{0,40}") {
            let mut crates = csv::ReaderBuilder::new();
            let crates = crates.has_headers(false).flexible(true).from_reader(text.as_bytes()).into_records();
            let crates: Vec<Vec<String>> =
                crates.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            if let Ok(own) = read(&text) {
                let own: Vec<_> = own.into_iter().map(|(_, fields)| fields).collect();
                prop_assert_eq!(own, crates);
            }
        }

        /// Whatever a well-behaved program writes can be read, and each record is named by its first line.
        #[test]
        fn written_records_are_read_with_their_lines(
            records in prop::collection::vec(prop::collection::vec("[a-c,\"\r\n é]{0,6}", 3), 1..8),
        ) {
            let mut text = csv::Writer::from_writer(Vec::new());
            records.iter().for_each(|record| text.write_record(record).unwrap());
            let read = read(text.into_inner().unwrap()).unwrap();
            let mut line = 1;
            prop_assert_eq!(read.len(), records.len());
            for (record, (at, fields)) in records.into_iter().zip(read) {
                prop_assert_eq!(at, line);
                line += 1 + record.concat().matches('\n').count() as u64;
                prop_assert_eq!(fields, record);
            }
        }
    }
}
