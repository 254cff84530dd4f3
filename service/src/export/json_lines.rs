//! A JSON object on each line.

use std::io::{self, BufWriter, Write};

use super::cell::Cell;
use super::column::{Column, Kind, to_scale};
use super::format::{Sheet, in_row, unexpected, unfit};
use super::json;
use super::page::Rows;

pub(super) struct JsonLines<W: Write> {
    out: BufWriter<W>,
    columns: Vec<Column>,
}

impl<W: Write> JsonLines<W> {
    pub(super) fn begin(out: W, columns: &[Column]) -> Self {
        Self {
            out: BufWriter::new(out),
            columns: columns.to_vec(),
        }
    }
}

impl<W: Write> Sheet for JsonLines<W> {
    fn write(&mut self, rows: Rows) -> io::Result<()> {
        for row in rows {
            for (n, (column, value)) in self.columns.iter().zip(&row).enumerate() {
                let before = if n == 0 { '{' } else { ',' };
                write!(self.out, "{before}\"{}\":", column.name)?;
                cell(&mut self.out, column, value).map_err(|error| in_row(error, &self.columns, &row))?;
            }
            self.out.write_all(b"}\n")?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

fn cell(out: &mut impl Write, column: &Column, value: &Cell) -> io::Result<()> {
    match (column.kind, value) {
        (_, Cell::Null) => out.write_all(b"null"),
        (Kind::Text, Cell::Text(text)) => Ok(serde_json::to_writer(out, text)?),
        (Kind::Json, Cell::Json(text)) => match json::compact(text) {
            Ok(json) => out.write_all(json.as_bytes()),
            Err(error) => Err(unfit(column, &format!("is no JSON ({error})"))),
        },
        (Kind::Uuid, Cell::Uuid(id)) => write!(out, "\"{id}\""),
        (Kind::Int, Cell::Int(number)) => write!(out, "{number}"),
        (Kind::BigInt, Cell::BigInt(number)) => write!(out, "{number}"),
        (Kind::Bool, Cell::Bool(flag)) => write!(out, "{flag}"),
        (Kind::Decimal(_, scale), Cell::Decimal(amount)) => write!(out, "\"{}\"", to_scale(*amount, scale)),
        (Kind::Decimal(..), Cell::NotANumber) => out.write_all(b"\"NaN\""),
        (Kind::Timestamp, Cell::Timestamp(at)) => write!(out, "\"{at}\""),
        (Kind::Date, Cell::Date(day)) => write!(out, "\"{day}\""),
        _ => Err(unexpected(column)),
    }
}
