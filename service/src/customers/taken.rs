//! Which of the values that identify a customer belong to somebody else already.
//!
//! The unique indexes decide; after a refusal the owners are looked up, and the caller learns about both values at once.

use std::fmt;

use entity::{CustomerId, customers};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::DatabaseError;

/// A value that only one customer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UniqueField {
    /// `customers.email`
    Email,
    /// `customers.shopify_customer_id`
    ShopifyCustomerId,
}

impl fmt::Display for UniqueField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "e-mail address",
            Self::ShopifyCustomerId => "shopify customer id",
        })
    }
}

/// A value that another customer has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Which value.
    pub field: UniqueField,
    /// The value itself.
    pub value: String,
    /// The customer who has it.
    pub owner: CustomerId,
}

impl fmt::Display for Taken {
    // Without the value: messages end in logs, and an address is personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} belongs to customer {}", self.field, self.owner)
    }
}

/// Several [`Taken`] in one line of a message.
pub(super) struct TakenList<'a>(pub(super) &'a [Taken]);

impl fmt::Display for TakenList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, taken) in self.0.iter().enumerate() {
            write!(f, "{}{taken}", if i == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// The unique values of a command, and the customer that may have them.
#[derive(Clone, Debug)]
pub(super) struct Claims {
    pub(super) customer: CustomerId,
    pub(super) email: Option<String>,
    pub(super) shopify_customer_id: Option<String>,
}

impl Claims {
    /// The claims that other customers have already. One statement.
    pub(super) async fn taken<C: ConnectionTrait>(self, db: &C) -> Result<Vec<Taken>, DatabaseError> {
        use customers::Column;
        let email = self.email.as_ref().map(|email| Column::Email.eq(email.as_str()));
        let shopify = self
            .shopify_customer_id
            .as_ref()
            .map(|id| Column::ShopifyCustomerId.eq(id.as_str()));
        let others = customers::Entity::find()
            .filter(Condition::any().add_option(email).add_option(shopify))
            .all(db)
            .await?;
        let mut taken = Vec::new();
        for other in others.into_iter().filter(|other| other.id != self.customer) {
            let owner = other.id;
            let mut claim = |field, value| taken.push(Taken { field, value, owner });
            if self.email.as_ref() == Some(&other.email) {
                claim(UniqueField::Email, other.email);
            }
            if let Some(id) = other
                .shopify_customer_id
                .filter(|id| self.shopify_customer_id.as_ref() == Some(id))
            {
                claim(UniqueField::ShopifyCustomerId, id);
            }
        }
        taken.sort_by_key(|taken| taken.field);
        Ok(taken)
    }
}
