//! What each table requires.

use rust_decimal::Decimal;
use sea_orm::sea_query::Value;
use uuid::Uuid;

/// What a required column gets.
pub(super) enum Filling {
    /// A random id.
    Id,
    /// An id of the current time, as the partitioned tables want it.
    TimeId,
    /// The id of a new row of that table.
    Parent(&'static str),
    /// Always the same text.
    Text(&'static str),
    /// A text that no other row has.
    Unused,
    /// A lower-case e-mail address that no other row has.
    Email,
    Integer(i32),
    /// A whole amount.
    Amount(i64),
    /// A day, as `YYYY-MM-DD`.
    Date(&'static str),
    /// An empty JSON object.
    Object,
}

impl Filling {
    /// # Panics
    ///
    /// For a parent, which only a database can give.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Id => Uuid::new_v4().into(),
            Self::TimeId => Uuid::now_v7().into(),
            Self::Parent(table) => panic!("a row of {table} has to be inserted"),
            Self::Text(text) => (*text).into(),
            Self::Unused => format!("unused {}", super::unused()).into(),
            Self::Email => format!("somebody{}@example.com", super::unused()).into(),
            Self::Integer(number) => (*number).into(),
            Self::Amount(number) => Decimal::from(*number).into(),
            Self::Date(day) => day.parse::<chrono::NaiveDate>().expect("a day").into(),
            Self::Object => serde_json::json!({}).into(),
        }
    }
}

use Filling::{Amount, Date, Email, Id, Integer, Object, Parent, Text, TimeId, Unused};

/// Every table with the columns that have no default and are never NULL, parents before children.
pub(super) const REQUIRED: &[(&str, &[(&str, Filling)])] = &[
    (
        "agents",
        &[("id", Id), ("name", Unused), ("type", Text("director"))],
    ),
    (
        "agent_capabilities",
        &[
            ("id", Id),
            ("agent_id", Parent("agents")),
            ("capability_type", Text("tool")),
            ("capability_name", Unused),
        ],
    ),
    (
        "agent_collaborations",
        &[
            ("id", Id),
            ("requesting_agent_id", Parent("agents")),
            ("responding_agent_id", Parent("agents")),
            ("collaboration_type", Text("review")),
        ],
    ),
    (
        "goals",
        &[("id", Id), ("name", Text("more sales")), ("type", Text("growth"))],
    ),
    (
        "workflows",
        &[
            ("id", Id),
            ("name", Text("restock")),
            ("owner_agent_id", Parent("agents")),
            ("trigger_type", Text("manual")),
        ],
    ),
    (
        "workflow_executions",
        &[("id", TimeId), ("workflow_id", Parent("workflows"))],
    ),
    (
        "tasks",
        &[
            ("id", Id),
            ("workflow_execution_id", Parent("workflow_executions")),
            ("assigned_agent_id", Parent("agents")),
            ("task_type", Text("count")),
        ],
    ),
    (
        "products",
        &[
            ("id", Id),
            ("handle", Unused),
            ("title", Text("Red Hills")),
            ("base_price", Amount(100)),
        ],
    ),
    (
        "product_variants",
        &[
            ("id", Id),
            ("product_id", Parent("products")),
            ("sku", Unused),
            ("price", Amount(120)),
        ],
    ),
    (
        "inventory",
        &[("id", Id), ("product_variant_id", Parent("product_variants"))],
    ),
    (
        "product_metrics",
        &[
            ("id", Id),
            ("product_id", Parent("products")),
            ("period_start", Date("2026-01-01")),
            ("period_end", Date("2026-01-31")),
        ],
    ),
    ("customers", &[("id", Id), ("email", Email)]),
    (
        "orders",
        &[
            ("id", Id),
            ("order_number", Unused),
            ("subtotal_amount", Amount(120)),
            ("total_amount", Amount(120)),
        ],
    ),
    (
        "order_items",
        &[
            ("id", Id),
            ("order_id", Parent("orders")),
            ("sku", Text("RED-24X36")),
            ("title", Text("Red Hills")),
            ("quantity", Integer(1)),
            ("price", Amount(120)),
            ("total_amount", Amount(120)),
        ],
    ),
    (
        "customer_segments",
        &[
            ("id", Id),
            ("name", Unused),
            ("type", Text("online")),
            ("criteria", Object),
        ],
    ),
    (
        "customer_segment_members",
        &[
            ("customer_id", Parent("customers")),
            ("segment_id", Parent("customer_segments")),
        ],
    ),
    (
        "customer_interactions",
        &[
            ("id", Id),
            ("customer_id", Parent("customers")),
            ("interaction_type", Text("question")),
            ("channel", Text("chat")),
        ],
    ),
    (
        "campaigns",
        &[("id", Id), ("name", Text("spring")), ("type", Text("email"))],
    ),
    ("content", &[("id", Id), ("type", Text("post"))]),
    (
        "email_lists",
        &[("id", Id), ("name", Unused), ("type", Text("newsletter"))],
    ),
    (
        "email_subscribers",
        &[("email", Email), ("list_id", Parent("email_lists"))],
    ),
    (
        "kpis",
        &[("id", Id), ("name", Unused), ("category", Text("sales"))],
    ),
    (
        "kpi_measurements",
        &[("id", Id), ("kpi_id", Parent("kpis")), ("value", Amount(7))],
    ),
    (
        "reports",
        &[
            ("id", Id),
            ("name", Text("week")),
            ("type", Text("sales")),
            ("content", Object),
        ],
    ),
    (
        "transactions",
        &[
            ("id", TimeId),
            ("type", Text("revenue")),
            ("category", Text("sales")),
            ("amount", Amount(120)),
        ],
    ),
    (
        "budgets",
        &[
            ("id", Id),
            ("name", Text("advertising")),
            ("category", Unused),
            ("fiscal_year", Integer(2026)),
            ("fiscal_month", Integer(1)),
            ("allocated_amount", Amount(1000)),
        ],
    ),
    (
        "revenue_attribution",
        &[
            ("id", Id),
            ("transaction_id", Parent("transactions")),
            ("agent_id", Parent("agents")),
            ("attribution_percentage", Amount(100)),
        ],
    ),
    (
        "system_events",
        &[
            ("id", TimeId),
            ("event_type", Text("start")),
            ("message", Text("started")),
        ],
    ),
    (
        "configurations",
        &[("id", Id), ("key", Unused), ("value", Object)],
    ),
];
