//! Whom the shop speaks to: segments and mailing lists.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{CustomerSegmentId, CustomerSegmentType, EmailListId, customer_segments, email_lists};
use serde_json::{Value, json};

use super::dice::{Of, Source};
use super::rows::Rows;

/// A segment whose members are to be computed.
#[derive(Clone, Debug)]
pub(super) struct Audience {
    pub(super) id: CustomerSegmentId,
    pub(super) criteria: Value,
}

fn wanted() -> [(&'static str, CustomerSegmentType, Value); 6] {
    use CustomerSegmentType::{Commercial, Online, Residential};
    let vip = json!({ "when": { "field": "vip_status", "eq": true }, "points": 25 });
    let recent = json!({ "when": { "field": "last_order_at", "after": { "days_ago": 90 } }, "points": 20 });
    [
        (
            "Regulars",
            Residential,
            json!({ "field": "orders", "gte": 3, "score": { "base": 50, "add": [vip, recent] } }),
        ),
        (
            "Big spenders",
            Residential,
            json!({ "field": "net", "gte": 1500, "score": { "base": 60, "add": [recent] } }),
        ),
        (
            "Quiet customers",
            Residential,
            json!({ "all": [
                { "field": "orders", "gte": 1 },
                { "not": { "field": "last_order_at", "after": { "days_ago": 180 } } }
            ] }),
        ),
        (
            "Trade",
            Commercial,
            json!({ "field": "tags", "contains": "trade", "score": { "base": 40, "add": [recent] } }),
        ),
        (
            "Newcomers",
            Online,
            json!({ "all": [
                { "field": "created_at", "after": { "days_ago": 60 } },
                { "field": "accepts_marketing", "eq": true }
            ] }),
        ),
        (
            "Returners",
            Online,
            json!({ "field": "refunded", "gt": 0, "score": { "base": 30, "add": [] } }),
        ),
    ]
}

const LISTS: [(&str, &str, &str); 4] = [
    ("Newsletter", "newsletter", "New pictures, every Tuesday."),
    ("Offers", "promotion", "When something costs less."),
    ("Studio letters", "editorial", "How the pictures come about."),
    (
        "Trade letters",
        "trade",
        "For those who furnish more than their own rooms.",
    ),
];

pub(super) fn segments(source: &Source, from: DateTime<Utc>, rows: &mut Rows) -> Vec<Audience> {
    let made = from - TimeDelta::days(10);
    let mut audiences = Vec::new();
    for (n, (name, kind, criteria)) in (0..).zip(wanted()) {
        let id = source.of(Of::Segment, n).id(made);
        rows.customer_segments.push(customer_segments::Model {
            id,
            name: name.to_owned(),
            r#type: kind,
            description: Some(format!("{name}, computed from what they did.")),
            criteria: criteria.clone(),
            is_active: true,
            created_at: made,
        });
        audiences.push(Audience { id, criteria });
    }
    audiences
}

pub(super) fn lists(source: &Source, from: DateTime<Utc>, rows: &mut Rows) -> Vec<EmailListId> {
    let made = from - TimeDelta::days(10);
    let mut ids = Vec::new();
    for (n, (name, kind, description)) in (0..).zip(LISTS) {
        let id: EmailListId = source.of(Of::List, n).id(made);
        rows.email_lists.push(email_lists::Model {
            id,
            name: name.to_owned(),
            description: Some(description.to_owned()),
            r#type: kind.to_owned(),
            criteria: None,
            is_active: true,
            created_at: made,
            updated_at: made,
        });
        ids.push(id);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::Criteria;

    #[test]
    fn every_criterion_is_understood() {
        for (name, _, criteria) in wanted() {
            Criteria::parse(&criteria).unwrap_or_else(|error| unreachable!("{name}: {error}"));
        }
    }
}
