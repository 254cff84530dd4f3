//! Parquet, by way of Arrow's arrays.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, FixedSizeBinaryBuilder, Int32Builder, Int64Builder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

use super::cell::Cell;
use super::column::{Column, Kind, to_scale};
use super::format::{Sheet, in_row, unexpected, unfit};
use super::json;
use super::page::Rows;

/// Rows of a group, which is as much as is kept in memory.
const GROUP: usize = 65_536;

pub(super) struct Parquet<W: Write + Send> {
    out: ArrowWriter<W>,
    schema: SchemaRef,
    columns: Vec<Column>,
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn begin(out: W, columns: &[Column]) -> io::Result<Self> {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Field::new(column.name, data_type(column.kind), column.nullable))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let out =
            ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(io::Error::other)?;
        Ok(Self {
            out,
            schema,
            columns: columns.to_vec(),
        })
    }
}

impl<W: Write + Send> Sheet for Parquet<W> {
    fn write(&mut self, rows: Rows) -> io::Result<()> {
        let mut builders = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            builders.push(Builder::of(column.kind)?);
        }
        for row in rows {
            for ((builder, value), column) in builders.iter_mut().zip(&row).zip(&self.columns) {
                let pushed = builder.push(value, column);
                pushed.map_err(|error| in_row(error, &self.columns, &row))?;
            }
        }
        let arrays = builders.into_iter().map(Builder::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(io::Error::other)?;
        self.out.write(&batch).map_err(io::Error::other)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.out.close().map_err(io::Error::other)?;
        Ok(())
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Uuid => DataType::FixedSizeBinary(16),
        Kind::Text | Kind::Json => DataType::Utf8,
        Kind::Int => DataType::Int32,
        Kind::BigInt => DataType::Int64,
        Kind::Bool => DataType::Boolean,
        Kind::Decimal(precision, scale) => DataType::Decimal128(precision, scale.cast_signed()),
        Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Date => DataType::Date32,
    }
}

/// The values of a column on their way into an array.
enum Builder {
    Uuid(FixedSizeBinaryBuilder),
    Text(StringBuilder),
    Int(Int32Builder),
    BigInt(Int64Builder),
    Bool(BooleanBuilder),
    Decimal(Decimal128Builder, u8),
    Timestamp(TimestampMicrosecondBuilder),
    Date(Date32Builder),
}

impl Builder {
    fn of(kind: Kind) -> io::Result<Self> {
        Ok(match kind {
            Kind::Uuid => Self::Uuid(FixedSizeBinaryBuilder::new(16)),
            Kind::Text | Kind::Json => Self::Text(StringBuilder::new()),
            Kind::Int => Self::Int(Int32Builder::new()),
            Kind::BigInt => Self::BigInt(Int64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Decimal(precision, scale) => {
                let builder = Decimal128Builder::new()
                    .with_precision_and_scale(precision, scale.cast_signed())
                    .map_err(io::Error::other)?;
                Self::Decimal(builder, scale)
            }
            Kind::Timestamp => Self::Timestamp(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Date => Self::Date(Date32Builder::new()),
        })
    }

    fn push(&mut self, value: &Cell, column: &Column) -> io::Result<()> {
        match (self, value) {
            (builder, Cell::Null) => builder.push_null(),
            (Self::Uuid(builder), Cell::Uuid(id)) => {
                builder.append_value(id.as_bytes()).map_err(io::Error::other)?;
            }
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            // What SQLite has let in and is no JSON goes out as it is.
            (Self::Text(builder), Cell::Json(text)) => {
                builder.append_value(json::compact(text).as_ref().unwrap_or(text));
            }
            (Self::Int(builder), Cell::Int(number)) => builder.append_value(*number),
            (Self::BigInt(builder), Cell::BigInt(number)) => builder.append_value(*number),
            (Self::Bool(builder), Cell::Bool(flag)) => builder.append_value(*flag),
            (Self::Decimal(builder, scale), Cell::Decimal(amount)) => {
                builder.append_value(to_scale(*amount, *scale).mantissa());
            }
            (Self::Decimal(..), Cell::NotANumber) => return Err(beyond(column, &"NaN")),
            (Self::Timestamp(builder), Cell::Timestamp(at)) => {
                builder.append_value(at.since_1970().ok_or_else(|| beyond(column, at))?);
            }
            (Self::Date(builder), Cell::Date(day)) => {
                builder.append_value(day.since_1970().ok_or_else(|| beyond(column, day))?);
            }
            _ => return Err(unexpected(column)),
        }
        Ok(())
    }

    fn push_null(&mut self) {
        match self {
            Self::Uuid(builder) => builder.append_null(),
            Self::Text(builder) => builder.append_null(),
            Self::Int(builder) => builder.append_null(),
            Self::BigInt(builder) => builder.append_null(),
            Self::Bool(builder) => builder.append_null(),
            Self::Decimal(builder, _) => builder.append_null(),
            Self::Timestamp(builder) => builder.append_null(),
            Self::Date(builder) => builder.append_null(),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Uuid(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Int(mut builder) => Arc::new(builder.finish()),
            Self::BigInt(mut builder) => Arc::new(builder.finish()),
            Self::Bool(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder, _) => Arc::new(builder.finish()),
            Self::Timestamp(mut builder) => Arc::new(builder.finish()),
            Self::Date(mut builder) => Arc::new(builder.finish()),
        }
    }
}

/// A time, day or amount that Parquet's numbers do not reach, and that no other one can stand for.
fn beyond(column: &Column, value: &impl Display) -> io::Error {
    unfit(
        column,
        &format!("is {value}, which Parquet cannot hold: export csv or jsonl"),
    )
}
