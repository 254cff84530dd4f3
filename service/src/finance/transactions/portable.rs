//! Recording by SeaORM's INSERT of many rows, for SQLite. PostgreSQL has a statement whose text stays the same
//! ([`postgres`](super::postgres)).

use entity::transactions;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Set};

use super::record::NewTransaction;
use crate::error::DatabaseError;

/// Inserts what is not there yet, and returns it.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    new: &[&NewTransaction],
) -> Result<Vec<transactions::Model>, DatabaseError> {
    let rows = new.iter().map(|new| {
        let mut row = transactions::ActiveModel {
            id: Set(new.id),
            r#type: Set(new.kind),
            category: Set(new.category.clone()),
            amount: Set(new.amount),
            currency: Set(new.currency.clone()),
            description: Set(new.description.clone()),
            order_id: Set(new.order),
            customer_id: Set(new.customer),
            agent_id: Set(new.agent),
            payment_method: Set(new.payment_method.clone()),
            ..Default::default()
        };
        if let Some(instant) = new.id.instant() {
            row.transaction_date = Set(instant.date_naive());
        }
        row
    });
    let same_id = OnConflict::column(transactions::Column::Id)
        .do_nothing()
        .to_owned();
    Ok(transactions::Entity::insert_many(rows)
        .on_conflict(same_id)
        .exec_with_returning(db)
        .await?)
}
