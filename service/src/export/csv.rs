//! CSV as PostgreSQL's COPY writes and reads it. The crate `csv` cannot tell no value from an empty text.

use std::io::{self, BufWriter, Write};

use super::cell::Cell;
use super::column::{Column, Kind, to_scale};
use super::format::{Sheet, unexpected};
use super::json;
use super::page::Rows;

pub(super) struct Csv<W: Write> {
    out: BufWriter<W>,
    columns: Vec<Column>,
}

impl<W: Write> Csv<W> {
    pub(super) fn begin(out: W, columns: &[Column]) -> io::Result<Self> {
        let mut out = BufWriter::new(out);
        let names: Vec<_> = columns.iter().map(|column| column.name).collect();
        writeln!(out, "{}", names.join(","))?;
        Ok(Self {
            out,
            columns: columns.to_vec(),
        })
    }
}

impl<W: Write> Sheet for Csv<W> {
    fn write(&mut self, rows: Rows) -> io::Result<()> {
        for row in rows {
            for (n, (column, value)) in self.columns.iter().zip(row).enumerate() {
                if n > 0 {
                    self.out.write_all(b",")?;
                }
                cell(&mut self.out, column, value)?;
            }
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

fn cell(out: &mut impl Write, column: &Column, value: Cell) -> io::Result<()> {
    match (column.kind, value) {
        (_, Cell::Null) => Ok(()),
        (Kind::Text, Cell::Text(text)) => quoted(out, &text),
        // What SQLite has let in and is no JSON goes out as it is.
        (Kind::Json, Cell::Json(text)) => quoted(out, json::compact(&text).as_ref().unwrap_or(&text)),
        (Kind::Uuid, Cell::Uuid(id)) => write!(out, "{id}"),
        (Kind::Int, Cell::Int(number)) => write!(out, "{number}"),
        (Kind::BigInt, Cell::BigInt(number)) => write!(out, "{number}"),
        (Kind::Bool, Cell::Bool(flag)) => write!(out, "{flag}"),
        (Kind::Decimal(_, scale), Cell::Decimal(amount)) => write!(out, "{}", to_scale(amount, scale)),
        (Kind::Decimal(..), Cell::NotANumber) => out.write_all(b"NaN"),
        (Kind::Timestamp, Cell::Timestamp(at)) => write!(out, "{at}"),
        (Kind::Date, Cell::Date(day)) => write!(out, "{day}"),
        _ => Err(unexpected(column)),
    }
}

/// In quotes where it has to be, or would pass for no value, or for the end of COPY's data.
fn quoted(out: &mut impl Write, text: &str) -> io::Result<()> {
    let plain = !text.is_empty() && text != "\\." && !text.contains(['"', ',', '\n', '\r']);
    if plain {
        out.write_all(text.as_bytes())
    } else {
        write!(out, "\"{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_and_an_empty_text_differ() {
        let text = Column {
            name: "text",
            kind: Kind::Text,
            nullable: true,
            is_key: false,
        };
        let written = |value: Cell| {
            let mut out = Vec::new();
            cell(&mut out, &text, value).unwrap();
            String::from_utf8(out).unwrap()
        };
        let of = |text: &str| Cell::Text(text.to_owned());
        assert_eq!(written(Cell::Null), "");
        assert_eq!(written(of("")), "\"\"");
        assert_eq!(written(of("a")), "a");
        assert_eq!(written(of("a,\"b\"\n")), "\"a,\"\"b\"\"\n\"");
        assert!(cell(&mut Vec::new(), &text, Cell::Int(1)).is_err());
    }
}
