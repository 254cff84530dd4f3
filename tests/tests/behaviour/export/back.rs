//! What is read back is what was written.

use std::fs::File;
use std::ops::ControlFlow;

use arrow_array::{
    Array, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray, Int32Array, Int64Array,
    StringArray, TimestampMicrosecondArray,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::sqlx::postgres::PgPoolCopyExt as _;
use sea_orm::{
    ConnectionTrait as _, EntityTrait, IdenStatic as _, Iterable as _, ModelTrait as _,
    PrimaryKeyToColumn as _, QueryOrder as _, Value,
};
use service::export::{Export, Format, export};
use tests::{Engine, TestDatabase};

use super::all;
use crate::seed::{fill, small};

/// The rows of a table by key.
async fn rows<E: EntityTrait>(database: &TestDatabase) -> Vec<E::Model> {
    let mut select = E::find();
    for key in E::PrimaryKey::iter() {
        select = select.order_by_asc(key.into_column());
    }
    select.all(database.connection()).await.unwrap()
}

/// A cell of a Parquet file as the value of a row, amounts without trailing zeros.
fn cell(array: &dyn Array, at: usize) -> Option<String> {
    if array.is_null(at) {
        return None;
    }
    let array = array.as_any();
    macro_rules! as_is {
        ($($kind:ty),*) => {
            $(if let Some(array) = array.downcast_ref::<$kind>() {
                return Some(array.value(at).to_string());
            })*
        };
    }
    as_is!(BooleanArray, Int32Array, Int64Array, StringArray);
    if let Some(array) = array.downcast_ref::<FixedSizeBinaryArray>() {
        return Some(uuid::Uuid::from_slice(array.value(at)).unwrap().to_string());
    }
    if let Some(array) = array.downcast_ref::<TimestampMicrosecondArray>() {
        return Some(array.value(at).to_string());
    }
    if let Some(array) = array.downcast_ref::<Date32Array>() {
        return Some(array.value_as_date(at).unwrap().to_string());
    }
    let array = array.downcast_ref::<Decimal128Array>().unwrap();
    let amount = Decimal::from_i128_with_scale(array.value(at), array.scale().unsigned_abs().into());
    Some(amount.normalize().to_string())
}

fn expected(value: Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text?,
        Value::Json(json) => json?.to_string(),
        Value::Uuid(id) => id?.to_string(),
        Value::Int(number) => number?.to_string(),
        Value::BigInt(number) => number?.to_string(),
        Value::Bool(flag) => flag?.to_string(),
        Value::Decimal(amount) => amount?.round_dp(6).normalize().to_string(),
        Value::ChronoDateTimeUtc(at) => at?.timestamp_micros().to_string(),
        Value::ChronoDate(day) => day?.to_string(),
        other => panic!("{other:?}"),
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn parquet_holds_every_value_of_every_table(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    fill(database.connection(), small(60)).await;
    let directory = tempfile::tempdir().unwrap();
    all(database.connection(), directory.path(), Format::Parquet).await;
    macro_rules! each {
        ($($table:ident)*) => { $( compare::<entity::$table::Entity>(&database, directory.path(), stringify!($table)).await; )* };
    }
    entity::for_each_table!(each);
    entity::for_each_view!(each);
}

async fn compare<E: EntityTrait>(database: &TestDatabase, directory: &std::path::Path, name: &str) {
    let rows = rows::<E>(database).await;
    let file = File::open(directory.join(format!("{name}.parquet"))).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let mut read = 0;
    for batch in reader {
        let batch = batch.unwrap();
        for at in 0..batch.num_rows() {
            for column in E::Column::iter() {
                let array = batch.column_by_name(column.as_str()).unwrap();
                let row = &rows[read + at];
                assert_eq!(
                    cell(array, at),
                    expected(row.get(column)),
                    "{name}.{}",
                    column.as_str()
                );
            }
        }
        read += batch.num_rows();
    }
    assert_eq!(read, rows.len(), "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_goes_back_in_by_copy_with_every_empty_text_and_every_absence() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    fill(db, small(60)).await;
    for (email, name) in [
        ("a@example.com", "''"),
        ("b@example.com", "NULL"),
        ("c@example.com", r#"E'"quoted",\n\\.'"#),
    ] {
        let insert = format!("INSERT INTO customers (email, first_name) VALUES ('{email}', {name})");
        db.execute_unprepared(&insert).await.unwrap();
    }
    let copy = TestDatabase::migrated(Engine::Postgres).await.unwrap();
    // Tables come in any order.
    let target = copy.session().await;
    target
        .execute_unprepared("SET session_replication_role = replica")
        .await
        .unwrap();
    let pool = target.get_postgres_connection_pool();
    macro_rules! each {
        ($($table:ident)*) => {
            $(
                let name = stringify!($table);
                let mut text = Vec::new();
                let command = Export { source: name.parse().unwrap(), format: Format::Csv };
                let done = export(db, command, &mut text, |_| ControlFlow::Continue(())).await.unwrap();
                let header = text.split(|byte| *byte == b'\n').next().unwrap();
                let columns = std::str::from_utf8(header).unwrap();
                let statement = format!("COPY {name} ({columns}) FROM STDIN WITH (FORMAT csv, HEADER)");
                let mut sink = pool.copy_in_raw(&statement).await.unwrap();
                sink.send(text.as_slice()).await.unwrap();
                assert_eq!(sink.finish().await.unwrap(), done.rows);
                let (mine, theirs) =
                    (rows::<entity::$table::Entity>(&database).await, rows::<entity::$table::Entity>(&copy).await);
                assert_eq!(mine, theirs, "{name}");
            )*
        };
    }
    entity::for_each_table!(each);
}
