//! What the machinery noted, and how it is set up.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use entity::{ConfigurationId, SystemEventSeverity, configurations, system_events};
use sea_orm::DbBackend;
use serde_json::{Value, json};

use super::calendar::{Day, after, start};
use super::dice::{Dice, Of};
use super::orders;
use super::rows::Rows;
use super::shop::Shop;

/// The configuration that says what was made up, and with what.
pub(super) const MARK: &str = "seed";

/// SQLite's counter of the shop's own order numbers.
const COUNTER: &str = "orders.last_number";

const NOTES: [(&str, SystemEventSeverity, &str); 6] = [
    ("backup.done", SystemEventSeverity::Info, "the backup is complete"),
    (
        "sync.done",
        SystemEventSeverity::Info,
        "the storefront and the shop agree",
    ),
    (
        "sync.slow",
        SystemEventSeverity::Warning,
        "the storefront took its time",
    ),
    ("login", SystemEventSeverity::Debug, "somebody signed in"),
    (
        "stock.low",
        SystemEventSeverity::Warning,
        "a variant is running low",
    ),
    (
        "mail.refused",
        SystemEventSeverity::Error,
        "a mailbox refused a message",
    ),
];

pub(super) fn day(shop: &Shop, day: &Day, rows: &mut Rows) {
    let mut dice = shop
        .source
        .of(Of::Event, u64::from(day.date.num_days_from_ce().unsigned_abs()));
    for _ in 0..1 + day.orders / 10 {
        let at = after(start(day.date), dice.below(86_400_000));
        let note = *dice.pick(&NOTES);
        event(shop, &mut dice, note, at, rows);
    }
}

pub(super) fn event(
    shop: &Shop,
    dice: &mut Dice,
    (event_type, severity, message): (&str, SystemEventSeverity, &str),
    created_at: DateTime<Utc>,
    rows: &mut Rows,
) {
    if created_at >= shop.calendar.until() {
        return;
    }
    rows.system_events.push(system_events::Model {
        id: dice.id(created_at),
        event_type: event_type.to_owned(),
        severity,
        source_agent_id: shop.staff.specialist(dice.index(32)),
        message: message.to_owned(),
        details: json!({ "took_ms": dice.between(3, 4_000) }),
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
            json!(super::catalogue::LOCATIONS),
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
            updated_by_agent_id: shop.staff.lead(0),
            created_at: set,
            updated_at: set,
        });
    }
}
