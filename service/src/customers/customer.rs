//! What the operations on customers share: the checks of their fields, and reading a row inside the transaction that writes it.

use entity::{CustomerId, customers};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use crate::error::DatabaseError;
use crate::input::Checks;

/// The most tags of one customer, as Shopify has it.
pub(super) const MAX_TAGS: usize = 250;

/// The customer, locked against every other change, and against deletion, until the transaction ends.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: CustomerId,
) -> Result<Option<customers::Model>, DatabaseError> {
    Ok(customers::Entity::find_by_id(id).lock_exclusive().one(db).await?)
}

/// The customer as the transaction sees it now.
pub(super) async fn read_back<C: ConnectionTrait>(
    db: &C,
    id: CustomerId,
) -> Result<customers::Model, DatabaseError> {
    let customer = customers::Entity::find_by_id(id).one(db).await?;
    customer.ok_or(DatabaseError::Changed { table: "customers" })
}

/// Checks tags: at most 250, each of at most 255 characters, none blank.
pub(super) fn check_tags(checks: &mut Checks, field: &str, tags: &[String]) {
    checks.at_most(field, tags.len(), MAX_TAGS);
    for (i, tag) in tags.iter().enumerate() {
        checks.name(format!("{field}[{i}]"), tag, 255);
    }
}

/// The tags in their order, each once.
pub(super) fn unique_tags(tags: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    tags.into_iter().filter(|tag| seen.insert(tag.clone())).collect()
}

/// Checks the texts that a customer may have, and that say something when they are there.
pub(super) fn check_names<'a>(
    checks: &mut Checks,
    fields: impl IntoIterator<Item = (&'static str, Option<&'a str>, usize)>,
) {
    for (field, value, max) in fields {
        if let Some(value) = value {
            checks.name(field, value, max);
        }
    }
}
