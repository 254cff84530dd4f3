//! What is known of a person, in every table, and whether any of it is left.

use entity::{CustomerId, orders, transactions};
use migration::catalogue::{self, Table, Type};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, Value};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait};
use serde_json::json;
use tests::rows;

use crate::shop::amount;

/// What must be nowhere afterwards, in lower case.
const PERSONAL: [&str; 8] = [
    "annelie@example",
    "annelie%40example",
    "annelie",
    "leeuwenhoek",
    "quillfeather",
    "5551234567",
    "123-4567",
    "7000000000123",
];

/// A column in which anybody may write what they want.
fn is_open(table: &Table, column: &catalogue::Column) -> bool {
    let own = match table.name.as_str() {
        "customers" => column.name == "tags",
        "email_subscribers" => column.name == "consent",
        _ => column.name != "currency",
    };
    own && table.closed_set(&column.name).is_none()
        && matches!(column.ty, Type::Varchar(_) | Type::Text | Type::Json)
}

/// Something personal that fits the column.
fn personal(column: &catalogue::Column, n: usize) -> Value {
    match (&column.ty, column.name.as_str()) {
        (Type::Varchar(_), _) => format!("{n}: annelie@example.com (Annelie)").into(),
        (Type::Json, "tags" | "mcp_tools" | "recipient_agents") => {
            json!(["mailto:ANNELIE@example.com", "for Leeuwenhoek"]).into()
        }
        (Type::Json, _) => json!({
            "customer": { "email": "Annelie@Example.com", "name": "Annelie Leeuwenhoek", "id": 7_000_000_000_123_u64 },
            "annelie@example.com": ["Quillfeather Studios", { "call": 5_551_234_567_u64 }],
            "link": "https://example.com/?to=annelie%40example.com&n=1",
            "greeting": "Dear Annelie,",
        })
        .into(),
        _ => format!("{n}: Leeuwenhoek, Annelie (Quillfeather Studios), 555-123-4567 or (555) 123-4567.").into(),
    }
}

/// A row in every table that says everything everywhere.
pub(super) async fn plant(db: &DatabaseConnection, id: CustomerId) {
    let catalogue = catalogue::read(db).await.unwrap();
    assert_eq!(catalogue.tables.len(), 29);
    for (n, name) in rows::tables().enumerate() {
        let table = catalogue.tables.iter().find(|table| table.name == name).unwrap();
        let mut row = rows::prepare(db, name, []).await;
        for column in table.columns.iter().filter(|column| is_open(table, column)) {
            row.set(column.name.clone().leak(), personal(column, n));
        }
        if name == "email_subscribers" {
            row.set("customer_id", id);
        }
        row.insert(db, name).await.unwrap();
    }
}

/// Where something personal is still to be found, as `table.column: text`.
pub(super) async fn remains(db: &DatabaseConnection) -> Vec<String> {
    let mut remains = Vec::new();
    for table in catalogue::read(db).await.unwrap().tables {
        for column in &table.columns {
            if !matches!(column.ty, Type::Varchar(_) | Type::Text | Type::Json) {
                continue;
            }
            let text = Expr::col(Alias::new(&column.name)).cast_as(Alias::new("text"));
            let texts = Query::select()
                .expr_as(text, Alias::new("said"))
                .from(Alias::new(&table.name))
                .take();
            for row in db.query_all(&texts).await.unwrap() {
                let said: Option<String> = row.try_get("", "said").unwrap();
                let said = said.unwrap_or_default();
                if PERSONAL.iter().any(|word| said.to_lowercase().contains(word)) {
                    remains.push(format!("{}.{}: {said}", table.name, column.name));
                }
            }
        }
    }
    remains
}

/// The sums of the books.
pub(super) async fn books(db: &DatabaseConnection) -> [Decimal; 2] {
    let orders = orders::Entity::find().all(db).await.unwrap();
    let transactions = transactions::Entity::find().all(db).await.unwrap();
    [
        orders.iter().map(|row| row.total_amount).sum(),
        transactions.iter().map(|row| row.amount).sum(),
    ]
}

/// What the person has of its own, which does not say whom it is about.
pub(super) async fn furnish(db: &DatabaseConnection, id: CustomerId) {
    let of = || [("customer_id", id.into())];
    let order = rows::insert(db, "orders", of()).await;
    let mut paid = rows::prepare(db, "transactions", [("order_id", order.id().into())]).await;
    paid.set("description", "Thank you, Annelie!");
    paid.set("amount", amount("33.33"));
    paid.insert(db, "transactions").await.unwrap();
    let mut credit = rows::prepare(db, "revenue_attribution", [("transaction_id", paid.id().into())]).await;
    credit.set("touchpoint_data", json!({ "greeting": "Hi Annelie" }));
    credit.insert(db, "revenue_attribution").await.unwrap();
    let mut said = rows::prepare(db, "customer_interactions", of()).await;
    said.set("content", "Annelie here");
    said.insert(db, "customer_interactions").await.unwrap();
    rows::insert(db, "customer_segment_members", of()).await;
}
