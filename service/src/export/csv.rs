//! CSV as PostgreSQL's COPY writes and reads it. The crate `csv` cannot tell no value from an empty text.

use std::io::{self, BufWriter, Write};

use sea_orm::Value;

use super::column::{Column, Kind, time, to_scale};
use super::format::{Sheet, unexpected};
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

fn cell(out: &mut impl Write, column: &Column, value: Value) -> io::Result<()> {
    match (column.kind, value) {
        (_, value) if value == value.as_null() => Ok(()),
        (Kind::Text, Value::String(Some(text))) => quoted(out, &text),
        (Kind::Json, Value::Json(Some(json))) => quoted(out, &json.to_string()),
        (Kind::Uuid, Value::Uuid(Some(id))) => write!(out, "{id}"),
        (Kind::Int, Value::Int(Some(number))) => write!(out, "{number}"),
        (Kind::BigInt, Value::BigInt(Some(number))) => write!(out, "{number}"),
        (Kind::Bool, Value::Bool(Some(flag))) => write!(out, "{flag}"),
        (Kind::Decimal(_, scale), Value::Decimal(Some(amount))) => {
            write!(out, "{}", to_scale(amount, scale))
        }
        (Kind::Timestamp, Value::ChronoDateTimeUtc(Some(at))) => write!(out, "{}", time(at)),
        (Kind::Date, Value::ChronoDate(Some(day))) => write!(out, "{day}"),
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
        };
        let written = |value: Value| {
            let mut out = Vec::new();
            cell(&mut out, &text, value).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(None::<String>.into()), "");
        assert_eq!(written("".into()), "\"\"");
        assert_eq!(written("a".into()), "a");
        assert_eq!(written("a,\"b\"\n".into()), "\"a,\"\"b\"\"\n\"");
        assert!(cell(&mut Vec::new(), &text, 1.into()).is_err());
    }
}
