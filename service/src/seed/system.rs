//! What the machinery noted, and how it is set up.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use entity::{ConfigurationId, SystemEventSeverity, WorkflowExecutionId, configurations, system_events};
use sea_orm::DbBackend;
use serde_json::{Value, json};

use super::calendar::{Day, after, start};
use super::catalogue::LOCATIONS;
use super::dice::{Dice, Of};
use super::duties::Duty;
use super::orders;
use super::rows::Rows;
use super::shop::Shop;
use super::teams::Team;

/// The configuration that says what was made up, and with what.
pub(super) const MARK: &str = "seed";

/// SQLite's counter of the shop's own order numbers.
const COUNTER: &str = "orders.last_number";

/// What is noted of an ordinary day: its type, how bad it is, what it says, and whose it is.
const NOTES: [(&str, SystemEventSeverity, &str, Duty); 6] = [
    (
        "backup.done",
        SystemEventSeverity::Info,
        "the backup is complete",
        Duty::Watch,
    ),
    (
        "sync.done",
        SystemEventSeverity::Info,
        "the storefront and the shop agree",
        Duty::Connections,
    ),
    (
        "sync.slow",
        SystemEventSeverity::Warning,
        "the storefront took its time",
        Duty::Connections,
    ),
    (
        "login",
        SystemEventSeverity::Debug,
        "somebody signed in",
        Duty::Figures,
    ),
    (
        STOCK_LOW,
        SystemEventSeverity::Warning,
        "a variant is running low",
        Duty::Stock,
    ),
    (
        MAIL_REFUSED,
        SystemEventSeverity::Error,
        "a mailbox refused a message",
        Duty::Letters,
    ),
];
const STOCK_LOW: &str = "stock.low";
const MAIL_REFUSED: &str = "mail.refused";

pub(super) fn day(shop: &Shop, day: &Day, rows: &mut Rows) {
    let mut dice = shop
        .source
        .of(Of::Event, u64::from(day.date.num_days_from_ce().unsigned_abs()));
    for _ in 0..1 + day.orders / 10 {
        let at = after(start(day.date), dice.below(86_400_000));
        let (event_type, severity, message, duty) = *dice.pick(&NOTES);
        let details = details(shop, &mut dice, event_type);
        rows.system_events.push(system_events::Model {
            id: dice.id(at),
            event_type: event_type.to_owned(),
            severity,
            source_agent_id: shop.staff.who(duty, &mut dice),
            message: message.to_owned(),
            details,
            created_at: at,
        });
    }
}

fn details(shop: &Shop, dice: &mut Dice, event_type: &str) -> Value {
    let offers = &shop.catalogue.offers;
    match event_type {
        STOCK_LOW => {
            let offer = offers.get(dice.index(offers.len()));
            let location = dice.pick(&LOCATIONS);
            json!({
                "sku": offer.map(|offer| offer.sku.as_str()),
                "location": location,
                "available": dice.between(0, 9),
            })
        }
        MAIL_REFUSED => json!({ "reply": "550 mailbox unavailable" }),
        _ => json!({ "took_ms": dice.between(3, 4_000) }),
    }
}

/// An execution that failed.
pub(super) fn failed(
    shop: &Shop,
    dice: &mut Dice,
    execution: WorkflowExecutionId,
    trouble: &str,
    created_at: DateTime<Utc>,
    rows: &mut Rows,
) {
    rows.system_events.push(system_events::Model {
        id: dice.id(created_at),
        event_type: "execution.failed".to_owned(),
        severity: SystemEventSeverity::Warning,
        source_agent_id: shop.staff.who(Duty::Watch, dice),
        message: format!("an execution failed: {trouble}"),
        details: json!({ "execution": execution }),
        created_at,
    });
}

/// How the shop is set up, and what was made up. `mark` says with what.
pub(super) fn configurations(shop: &Shop, engine: DbBackend, orders: u64, mark: Value, rows: &mut Rows) {
    let mut settings: Vec<(&str, Value, &str)> = vec![
        ("shop.name", json!("Walls & Frames"), "What the shop is called."),
        ("shop.currency", json!("USD"), "In which currency prices are."),
        (
            "shop.time_zone",
            json!("America/New_York"),
            "Where the shop's day begins.",
        ),
        (
            "shipping.free_from",
            json!("150.00"),
            "From which total shipping costs nothing.",
        ),
        ("shipping.price", json!("12.95"), "What it costs below."),
        (
            "stock.locations",
            json!(LOCATIONS),
            "Where stock is kept, best first.",
        ),
        (
            "mail.sender",
            json!("hello@example.com"),
            "Who the letters are from.",
        ),
        (
            "returns.days",
            json!(30),
            "Within how many days a picture may come back.",
        ),
        (
            MARK,
            mark,
            "What was made up, and with what: the same makes the same rows.",
        ),
    ];
    if engine != DbBackend::Postgres && orders > 0 {
        let last = orders::number(orders - 1);
        settings.push((COUNTER, json!(last), "The last of the shop's own order numbers."));
    }
    let set = shop.calendar.from() - TimeDelta::days(5);
    for (n, (key, value, description)) in (0..).zip(settings) {
        let id: ConfigurationId = shop.source.of(Of::Configuration, n).id(set);
        rows.configurations.push(configurations::Model {
            id,
            key: key.to_owned(),
            value,
            description: Some(description.to_owned()),
            updated_by_agent_id: shop.staff.owner(Team::Technology),
            created_at: set,
            updated_at: set,
        });
    }
}
