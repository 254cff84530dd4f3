//! A JSON object on each line.

use std::io::{self, BufWriter, Write};

use sea_orm::Value;
use serde_json::{Map, Value as Json, json};

use super::column::{Column, Kind, time, to_scale};
use super::format::{Sheet, unexpected};
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
            let mut object = Map::new();
            for (column, value) in self.columns.iter().zip(row) {
                object.insert(column.name.to_owned(), cell(column, value)?);
            }
            serde_json::to_writer(&mut self.out, &object)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

fn cell(column: &Column, value: Value) -> io::Result<Json> {
    Ok(match (column.kind, value) {
        (_, value) if value == value.as_null() => Json::Null,
        (Kind::Text, Value::String(Some(text))) => Json::String(text),
        (Kind::Json, Value::Json(Some(json))) => *json,
        (Kind::Uuid, Value::Uuid(Some(id))) => json!(id),
        (Kind::Int, Value::Int(Some(number))) => json!(number),
        (Kind::BigInt, Value::BigInt(Some(number))) => json!(number),
        (Kind::Bool, Value::Bool(Some(flag))) => json!(flag),
        (Kind::Decimal(_, scale), Value::Decimal(Some(amount))) => json!(to_scale(amount, scale).to_string()),
        (Kind::Timestamp, Value::ChronoDateTimeUtc(Some(at))) => json!(time(at)),
        (Kind::Date, Value::ChronoDate(Some(day))) => json!(day),
        _ => return Err(unexpected(column)),
    })
}
