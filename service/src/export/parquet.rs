//! Parquet, by way of Arrow's arrays.

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
use chrono::NaiveDate;
use sea_orm::Value;

use super::column::{Column, Kind, to_scale};
use super::format::{Sheet, unexpected};
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
            for ((builder, value), column) in builders.iter_mut().zip(row).zip(&self.columns) {
                builder.push(value, column)?;
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

    fn push(&mut self, value: Value, column: &Column) -> io::Result<()> {
        match (self, value) {
            (Self::Uuid(builder), Value::Uuid(id)) => match id {
                Some(id) => builder.append_value(id.as_bytes()).map_err(io::Error::other)?,
                None => builder.append_null(),
            },
            (Self::Text(builder), Value::String(text)) => builder.append_option(text),
            (Self::Text(builder), Value::Json(json)) => {
                builder.append_option(json.map(|json| json.to_string()))
            }
            (Self::Int(builder), Value::Int(number)) => builder.append_option(number),
            (Self::BigInt(builder), Value::BigInt(number)) => builder.append_option(number),
            (Self::Bool(builder), Value::Bool(flag)) => builder.append_option(flag),
            (Self::Decimal(builder, scale), Value::Decimal(amount)) => {
                builder.append_option(amount.map(|amount| to_scale(amount, *scale).mantissa()));
            }
            (Self::Timestamp(builder), Value::ChronoDateTimeUtc(at)) => {
                builder.append_option(at.map(|at| at.timestamp_micros()));
            }
            (Self::Date(builder), Value::ChronoDate(day)) => builder.append_option(day.map(since_1970)),
            _ => return Err(unexpected(column)),
        }
        Ok(())
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

/// Days since 1970.
fn since_1970(day: NaiveDate) -> i32 {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    i32::try_from(days).unwrap_or(i32::MAX)
}
