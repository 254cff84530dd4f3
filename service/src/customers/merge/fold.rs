//! What remains of two customers.

use entity::customers;

use crate::customers::customer::unique_tags;

/// What `into` is once it has what `from` knew.
pub(super) fn fold(from: customers::Model, into: customers::Model) -> customers::Model {
    customers::Model {
        shopify_customer_id: into.shopify_customer_id.or(from.shopify_customer_id),
        first_name: into.first_name.or(from.first_name),
        last_name: into.last_name.or(from.last_name),
        company: into.company.or(from.company),
        phone: into.phone.or(from.phone),
        tags: unique_tags(into.tags.0.into_iter().chain(from.tags.0)).into(),
        // Nobody agreed to more than both records say.
        accepts_marketing: into.accepts_marketing && from.accepts_marketing,
        vip_status: into.vip_status || from.vip_status,
        created_at: into.created_at.min(from.created_at),
        ..into
    }
}
