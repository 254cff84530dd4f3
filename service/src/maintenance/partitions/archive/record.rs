//! Lines of CSV as PostgreSQL writes them: nothing is NULL, `""` is the empty text.
//!
//! The crate that reads other CSV files here knows no difference between the two.

use std::io::{self, BufRead};

/// The fields of a line.
pub(in super::super) type Record = Vec<Option<String>>;

/// Appends a line.
pub(in super::super) fn push<'a>(line: &mut Vec<u8>, fields: impl Iterator<Item = Option<&'a str>>) {
    for (n, field) in fields.enumerate() {
        if n > 0 {
            line.push(b',');
        }
        let Some(text) = field else { continue };
        if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
            line.push(b'"');
            line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            line.push(b'"');
        } else {
            line.extend_from_slice(text.as_bytes());
        }
    }
    line.push(b'\n');
}

/// Reads one line, which may hold line breaks in quotes; its bytes go to `raw`. `None` at the end of the file.
pub(super) fn read(input: &mut impl BufRead, raw: &mut Vec<u8>) -> io::Result<Option<Record>> {
    raw.clear();
    let mut closed = true;
    loop {
        let before = raw.len();
        let read = input.read_until(b'\n', raw)?;
        // A quote that is open at the line break makes it a part of the text.
        let quotes = raw[before..].iter().filter(|byte| **byte == b'"').count();
        closed ^= quotes % 2 == 1;
        match (read, closed) {
            (0, true) if raw.is_empty() => return Ok(None),
            (0, false) => return Err(malformed("a quote is not closed")),
            (_, true) => return parse(raw).map(Some),
            (_, false) => {}
        }
    }
}

fn parse(raw: &[u8]) -> io::Result<Record> {
    let line = std::str::from_utf8(raw).map_err(|_| malformed("no UTF-8"))?;
    let mut rest = line.strip_suffix('\n').unwrap_or(line);
    let mut record = Record::new();
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let text = &rest[..end];
                let field = if text.is_empty() {
                    None
                } else {
                    Some(text.to_owned())
                };
                (field, &rest[end..])
            }
        };
        record.push(field);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None if after.is_empty() => return Ok(record),
            None => return Err(malformed("text after a quote")),
        }
    }
}

/// The text up to the closing quote, and what follows it.
fn unquote(quoted: &str) -> io::Result<(Option<String>, &str)> {
    let mut text = String::new();
    let mut rest = quoted;
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            return Err(malformed("a quote is not closed"));
        };
        text.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                text.push('"');
                rest = more;
            }
            None => return Ok((Some(text), after)),
        }
    }
}

fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(mut input: &[u8]) -> io::Result<Vec<Record>> {
        let mut raw = Vec::new();
        let mut records = Vec::new();
        while let Some(record) = read(&mut input, &mut raw)? {
            records.push(record);
        }
        Ok(records)
    }

    #[test]
    fn null_and_the_empty_text_are_told_apart() {
        let mut line = Vec::new();
        push(&mut line, [None, Some(""), Some("a,b"), Some("\"")].into_iter());
        assert_eq!(line, b",\"\",\"a,b\",\"\"\"\"\n");
        assert!(read_all(b"a,\"b\n").is_err());
        assert!(read_all(b"a,\"b\"c\n").is_err());
    }

    /// Quickly, however many lines it has.
    #[test]
    fn a_text_of_a_hundred_thousand_lines_is_read() {
        let text = "one line of many, and \"quoted\"\n".repeat(100_000);
        let mut line = Vec::new();
        push(&mut line, [Some("1"), Some(&text), None].into_iter());
        assert_eq!(
            read_all(&line).unwrap(),
            [[Some("1".to_owned()), Some(text), None]]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            records in prop::collection::vec(prop::collection::vec(prop::option::of("(?s).{0,8}"), 2..5), 0..5)
        ) {
            let mut lines = Vec::new();
            for record in &records {
                push(&mut lines, record.iter().map(Option::as_deref));
            }
            prop_assert_eq!(read_all(&lines).unwrap(), records);
        }
    }
}
