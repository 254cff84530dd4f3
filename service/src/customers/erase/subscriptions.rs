//! What becomes of a person's subscriptions.

use entity::{EmailSubscriberStatus, customers, email_subscribers};
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

use crate::batch::among_texts;
use crate::customers::suppression::{is_suppressed, suppression_address};
use crate::error::DatabaseError;

/// What became of them.
pub(super) struct Suppressed {
    /// Every address of the person.
    pub(super) emails: Vec<String>,
    pub(super) suppressed: u64,
    pub(super) unlisted: u64,
}

/// Keeps what was ended under a digest of the address and removes the rest. Five statements.
pub(super) async fn suppress<C: ConnectionTrait>(
    db: &C,
    customer: &customers::Model,
) -> Result<Suppressed, DatabaseError> {
    use email_subscribers::Column;
    let mut emails: Vec<String> = email_subscribers::Entity::find()
        .select_only()
        .column(Column::Email)
        .filter(Column::CustomerId.eq(customer.id))
        .into_tuple()
        .all(db)
        .await?;
    emails.retain(|email| !is_suppressed(email));
    emails.push(customer.email.clone());
    emails.sort();
    emails.dedup();
    let others = of_others(db, customer, &emails).await?;
    let of_person = || {
        // An address that is another customer's by now is theirs, but for what this one did under it.
        let own = Condition::any()
            .add(Column::CustomerId.eq(customer.id))
            .add(among_texts(db, Column::Email, others.clone()).not());
        Condition::all()
            .add(among_texts(db, Column::Email, emails.clone()))
            .add_option((!others.is_empty()).then_some(own))
    };
    let rows = email_subscribers::Entity::find()
        .filter(of_person())
        .order_by_asc(Column::Email)
        .order_by_asc(Column::ListId)
        .lock_exclusive()
        .all(db)
        .await?;
    let total = rows.len() as u64;
    let ended: Vec<_> = rows.into_iter().filter_map(digested).collect();
    let suppressed = ended.len() as u64;
    if total > 0 {
        email_subscribers::Entity::delete_many()
            .filter(of_person())
            .exec(db)
            .await?;
    }
    if suppressed > 0 {
        let key = OnConflict::columns([Column::Email, Column::ListId])
            .update_columns([Column::Status, Column::UnsubscribedAt])
            .to_owned();
        email_subscribers::Entity::insert_many(ended)
            .on_conflict(key)
            .exec_without_returning(db)
            .await?;
    }
    Ok(Suppressed {
        emails,
        suppressed,
        unlisted: total - suppressed,
    })
}

/// Which of the addresses are those of other customers. One statement.
async fn of_others<C: ConnectionTrait>(
    db: &C,
    customer: &customers::Model,
    emails: &[String],
) -> Result<Vec<String>, DatabaseError> {
    use customers::Column;
    Ok(customers::Entity::find()
        .select_only()
        .column(Column::Email)
        .filter(among_texts(db, Column::Email, emails.to_vec()))
        .filter(Column::Id.ne(customer.id))
        .into_tuple()
        .all(db)
        .await?)
}

/// The row that is kept of one that was ended.
fn digested(row: email_subscribers::Model) -> Option<email_subscribers::ActiveModel> {
    match row.status {
        EmailSubscriberStatus::Pending | EmailSubscriberStatus::Subscribed => return None,
        EmailSubscriberStatus::Unsubscribed
        | EmailSubscriberStatus::Bounced
        | EmailSubscriberStatus::Complained => {}
    }
    Some(email_subscribers::ActiveModel {
        email: Set(suppression_address(&row.email)),
        list_id: Set(row.list_id),
        customer_id: Set(None),
        status: Set(row.status),
        consent: Set(json!({})),
        subscribed_at: Set(row.subscribed_at),
        unsubscribed_at: Set(row.unsubscribed_at),
    })
}
