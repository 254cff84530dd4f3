//! The rules, and values on both sides of their edges.

use rust_decimal::Decimal;
use sea_orm::sea_query::Value;
use uuid::Uuid;

/// A CHECK of one column, `chk_<table>_<column>`.
pub(super) enum Rule {
    /// A whole number from the first to the second.
    Integer(i32, i32),
    /// A decimal from the first to the second.
    Decimal(&'static str, &'static str),
    Lowercase,
    ThreeCharacters,
}

use Rule::{Integer, Lowercase, ThreeCharacters};

const MOST: i32 = i32::MAX;
/// The highest that ten and twelve digits hold.
const PRICE: Rule = Rule::Decimal("0.00", "99999999.99");
const AMOUNT: Rule = Rule::Decimal("0.00", "9999999999.99");

pub(super) const RULES: &[(&str, &str, Rule)] = &[
    ("agent_collaborations", "priority", Integer(1, 10)),
    ("agent_collaborations", "sla_minutes", Integer(1, MOST)),
    ("tasks", "priority", Integer(1, 10)),
    ("tasks", "attempts", Integer(0, MOST)),
    ("tasks", "sla_minutes", Integer(1, MOST)),
    ("products", "base_price", PRICE),
    ("products", "cost", PRICE),
    ("product_variants", "price", PRICE),
    ("inventory", "quantity_available", Integer(0, MOST)),
    ("inventory", "quantity_reserved", Integer(0, MOST)),
    ("inventory", "quantity_incoming", Integer(0, MOST)),
    ("inventory", "reorder_point", Integer(0, MOST)),
    ("inventory", "reorder_quantity", Integer(1, MOST)),
    ("product_metrics", "views", Integer(0, MOST)),
    ("product_metrics", "add_to_carts", Integer(0, MOST)),
    ("product_metrics", "purchases", Integer(0, MOST)),
    ("product_metrics", "revenue", AMOUNT),
    (
        "product_metrics",
        "conversion_rate",
        Rule::Decimal("0.0000", "1.0000"),
    ),
    ("product_metrics", "average_order_value", PRICE),
    ("customers", "email", Lowercase),
    ("orders", "currency", ThreeCharacters),
    ("orders", "subtotal_amount", AMOUNT),
    ("orders", "discount_amount", AMOUNT),
    ("orders", "tax_amount", AMOUNT),
    ("orders", "shipping_amount", AMOUNT),
    ("orders", "total_amount", AMOUNT),
    ("order_items", "quantity", Integer(1, MOST)),
    ("order_items", "price", PRICE),
    ("order_items", "discount_amount", PRICE),
    ("order_items", "tax_amount", PRICE),
    ("order_items", "total_amount", AMOUNT),
    (
        "customer_segment_members",
        "score",
        Rule::Decimal("0.00", "100.00"),
    ),
    (
        "customer_interactions",
        "sentiment_score",
        Rule::Decimal("-1.00", "1.00"),
    ),
    ("campaigns", "budget", PRICE),
    ("campaigns", "spent", PRICE),
    ("email_subscribers", "email", Lowercase),
    ("transactions", "amount", AMOUNT),
    ("transactions", "currency", ThreeCharacters),
    ("budgets", "fiscal_year", Integer(1900, 9999)),
    ("budgets", "fiscal_month", Integer(1, 12)),
    ("budgets", "allocated_amount", AMOUNT),
    ("budgets", "spent_amount", AMOUNT),
    (
        "revenue_attribution",
        "attribution_percentage",
        Rule::Decimal("0.00", "100.00"),
    ),
    // One unit is ordered, so these three end there, by the rules below or their own.
    ("order_items", "quantity_fulfilled", Integer(0, 1)),
    ("order_items", "quantity_returned", Integer(0, 1)),
    ("order_items", "quantity_cancelled", Integer(0, 1)),
];

/// The CHECKs that compare columns with each other, and a pair that each refuses.
pub(super) const PAIRS: &[(&str, &str, Column, Column)] = &[
    (
        "chk_agents_parent",
        "agents",
        ("id", Given::This),
        ("parent_id", Given::This),
    ),
    (
        "chk_goals_parent",
        "goals",
        ("id", Given::This),
        ("parent_goal_id", Given::This),
    ),
    (
        "chk_agent_collaborations_parties",
        "agent_collaborations",
        ("requesting_agent_id", Given::This),
        ("responding_agent_id", Given::This),
    ),
    (
        "chk_workflow_executions_times",
        "workflow_executions",
        ("started_at", Given::Time("2026-03-01T00:00:00.001Z")),
        ("completed_at", Given::Time("2026-03-01T00:00:00Z")),
    ),
    (
        "chk_product_metrics_period",
        "product_metrics",
        ("period_start", Given::Day("2026-03-02")),
        ("period_end", Given::Day("2026-03-01")),
    ),
    (
        "chk_order_items_fulfilled",
        "order_items",
        ("quantity", Given::Number(2)),
        ("quantity_fulfilled", Given::Number(3)),
    ),
    (
        "chk_order_items_returned",
        "order_items",
        ("quantity", Given::Number(2)),
        ("quantity_returned", Given::Number(3)),
    ),
    (
        "chk_campaigns_dates",
        "campaigns",
        ("start_date", Given::Day("2026-03-02")),
        ("end_date", Given::Day("2026-03-01")),
    ),
    (
        "chk_kpi_measurements_period",
        "kpi_measurements",
        ("period_start", Given::Time("2026-03-01T00:00:00.001Z")),
        ("period_end", Given::Time("2026-03-01T00:00:00Z")),
    ),
];

pub(super) type Column = (&'static str, Given);

pub(super) enum Given {
    /// The same agent or goal wherever it stands.
    This,
    Number(i32),
    Day(&'static str),
    Time(&'static str),
}

impl Rule {
    pub(super) fn accepted(&self) -> Vec<Value> {
        match self {
            Self::Integer(lowest, highest) => vec![(*lowest).into(), (*highest).into()],
            Self::Decimal(lowest, highest) => vec![decimal(lowest).into(), decimal(highest).into()],
            Self::Lowercase => vec!["a.b+c@example.com".into()],
            Self::ThreeCharacters => vec!["EUR".into()],
        }
    }

    pub(super) fn refused(&self) -> Vec<Value> {
        match self {
            Self::Integer(lowest, MOST) => vec![(lowest - 1).into()],
            Self::Integer(0, 1) => vec![(-1).into()],
            Self::Integer(lowest, highest) => vec![(lowest - 1).into(), (highest + 1).into()],
            Self::Decimal(lowest, highest) => {
                let step = Decimal::new(1, decimal(lowest).scale());
                let above = decimal(highest) + step;
                let below = decimal(lowest) - step;
                // What has one digit too many is refused for that, not by the CHECK.
                if highest.starts_with("99") {
                    vec![below.into()]
                } else {
                    vec![below.into(), above.into()]
                }
            }
            Self::Lowercase => vec!["Anna@example.com".into(), "anna@EXAMPLE.com".into()],
            Self::ThreeCharacters => vec!["".into(), "EU".into()],
        }
    }
}

impl Given {
    pub(super) fn value(&self, this: Uuid) -> Value {
        match self {
            Self::This => this.into(),
            Self::Number(number) => (*number).into(),
            Self::Day(day) => day.parse::<chrono::NaiveDate>().unwrap().into(),
            Self::Time(time) => time.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into(),
        }
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
