//! Random customers, in memory and in the database, and what criteria say of them when they are read as they are written.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::CustomerId;
use rust_decimal::{Decimal, RoundingStrategy};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use tests::rows;
use uuid::Uuid;

use super::now;

/// Numbers that look random and are the same for the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// Below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    pub(super) fn of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    /// Absent once in three times.
    fn maybe(&mut self, values: &[&str]) -> Option<String> {
        (self.below(3) > 0).then(|| self.of(values).to_owned())
    }
}

pub(super) const NAMES: [&str; 3] = ["Ann", "ann", "Zoë"];
pub(super) const TAGS: [&str; 4] = ["trade", "tra", "say \"hi\"", "VIP"];
pub(super) const CURRENCIES: [&str; 2] = ["USD", "EUR"];
pub(super) const CENTS: [i64; 7] = [1, 3333, 5000, 9999, 10000, 10001, 250_005];
pub(super) const HOURS: [i64; 9] = [0, 1, 10, 11, 24, 34, 35, 24 * 90, 24 * 365];

/// A customer and what it ordered.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: CustomerId,
    texts: [(&'static str, Option<String>); 6],
    tags: Vec<String>,
    accepts_marketing: bool,
    vip_status: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    orders: Vec<Order>,
    refunds: Vec<Decimal>,
}

#[derive(Clone, Debug)]
struct Order {
    total: Decimal,
    currency: &'static str,
    at: DateTime<Utc>,
    cancelled: bool,
}

fn cents(dice: &mut Dice) -> Decimal {
    Decimal::new(dice.of(&CENTS), 2)
}

fn instant(dice: &mut Dice) -> DateTime<Utc> {
    now() - TimeDelta::hours(dice.of(&HOURS))
}

impl Person {
    pub(super) fn new(dice: &mut Dice, n: usize) -> Self {
        let order = |dice: &mut Dice| Order {
            total: cents(dice),
            currency: dice.of(&CURRENCIES),
            at: instant(dice),
            cancelled: dice.below(4) == 0,
        };
        let email = format!("{}{n}@example.com", dice.of(&["a", "b"]));
        let shopify = (dice.below(2) == 0).then(|| format!("700000000{n}"));
        Self {
            id: CustomerId::new(),
            texts: [
                ("email", Some(email)),
                ("first_name", dice.maybe(&NAMES)),
                ("last_name", dice.maybe(&NAMES)),
                ("company", dice.maybe(&NAMES)),
                ("phone", dice.maybe(&["1", "2"])),
                ("shopify_customer_id", shopify),
            ],
            tags: (0..dice.below(3)).map(|_| dice.of(&TAGS).to_owned()).collect(),
            accepts_marketing: dice.below(2) == 0,
            vip_status: dice.below(2) == 0,
            created_at: instant(dice),
            updated_at: instant(dice),
            orders: (0..dice.below(4)).map(|_| order(dice)).collect(),
            refunds: (0..dice.below(3)).map(|_| cents(dice)).collect(),
        }
    }

    pub(super) async fn insert(&self, db: &DatabaseConnection) {
        let mut customer = rows::prepare(db, "customers", [("id", self.id.into())]).await;
        for (column, text) in &self.texts {
            customer.set(column, text.clone());
        }
        customer.set("tags", json!(self.tags));
        customer.set("accepts_marketing", self.accepts_marketing);
        customer.set("vip_status", self.vip_status);
        customer.set("created_at", self.created_at);
        customer.set("updated_at", self.updated_at);
        customer.insert(db, "customers").await.unwrap();
        let mut placed: Option<Uuid> = None;
        for order in &self.orders {
            let mut row = rows::prepare(db, "orders", [("customer_id", self.id.into())]).await;
            row.set("total_amount", order.total);
            row.set("currency", order.currency);
            row.set("created_at", order.at);
            row.set("status", if order.cancelled { "cancelled" } else { "confirmed" });
            row.insert(db, "orders").await.unwrap();
            placed = Some(row.id());
        }
        for (n, refund) in self.refunds.iter().enumerate() {
            let whose = match placed {
                // Of the customer only through its order.
                Some(order) if n % 2 == 0 => ("order_id", order.into()),
                _ => ("customer_id", self.id.into()),
            };
            let mut row = rows::prepare(db, "transactions", [whose]).await;
            row.set("type", "refund");
            row.set("amount", *refund);
            row.insert(db, "transactions").await.unwrap();
        }
    }

    fn placed(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|order| !order.cancelled)
    }

    fn text(&self, field: &str) -> Option<String> {
        if field == "currency" {
            let mut currencies: Vec<_> = self.placed().map(|order| order.currency).collect();
            currencies.dedup();
            let first = currencies.first()?.to_string();
            return currencies
                .iter()
                .all(|currency| *currency == first)
                .then_some(first);
        }
        let (_, text) = self.texts.iter().find(|(name, _)| *name == field)?;
        text.clone()
    }

    fn number(&self, field: &str) -> Option<Decimal> {
        let gross: Decimal = self.placed().map(|order| order.total).sum();
        let refunded: Decimal = self.refunds.iter().sum();
        let orders = Decimal::from(self.placed().count());
        match field {
            "orders" => Some(orders),
            "gross" => Some(gross),
            "refunded" => Some(refunded),
            "net" => Some(gross - refunded),
            "average_order" => {
                let exact = gross.checked_div(orders)?;
                Some(exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
            }
            _ => {
                let days = now().date_naive() - self.time("last_order_at")?.date_naive();
                Some(days.num_days().into())
            }
        }
    }

    fn time(&self, field: &str) -> Option<DateTime<Utc>> {
        match field {
            "created_at" => Some(self.created_at),
            "updated_at" => Some(self.updated_at),
            "first_order_at" => self.placed().map(|order| order.at).min(),
            _ => self.placed().map(|order| order.at).max(),
        }
    }

    /// Whether a condition holds, read from its JSON.
    pub(super) fn fits(&self, json: &Value) -> bool {
        let members = json.as_object().unwrap();
        if let Some(all) = members.get("all") {
            return all.as_array().unwrap().iter().all(|inner| self.fits(inner));
        }
        if let Some(any) = members.get("any") {
            return any.as_array().unwrap().iter().any(|inner| self.fits(inner));
        }
        if let Some(inner) = members.get("not") {
            return !self.fits(inner);
        }
        let field = members["field"].as_str().unwrap();
        let mut operators = members
            .iter()
            .filter(|(key, _)| !["field", "score"].contains(&key.as_str()));
        operators.all(|(operator, value)| self.compares(field, operator, value))
    }

    fn compares(&self, field: &str, operator: &str, value: &Value) -> bool {
        if operator == "ne" {
            return !self.compares(field, "eq", value);
        }
        if operator == "in" {
            let mut values = value.as_array().unwrap().iter();
            return values.any(|value| self.compares(field, "eq", value));
        }
        match field {
            "tags" => self.tags.iter().any(|tag| value == tag),
            "accepts_marketing" => value == self.accepts_marketing,
            "vip_status" => value == self.vip_status,
            "created_at" | "updated_at" | "first_order_at" | "last_order_at" => {
                ordered(operator, self.time(field), || moment(value))
            }
            "orders" | "gross" | "refunded" | "net" | "average_order" | "days_since_last_order" => {
                ordered(operator, self.number(field), || decimal(value))
            }
            _ => ordered(operator, self.text(field), || value.as_str().unwrap().to_owned()),
        }
    }

    /// How well the person fits.
    pub(super) fn score(&self, json: &Value) -> Decimal {
        let mut score = decimal(&json["base"]);
        for bonus in json["add"].as_array().unwrap() {
            if self.fits(&bonus["when"]) {
                score += decimal(&bonus["points"]);
            }
        }
        score.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED)
    }
}

fn ordered<T: PartialOrd>(operator: &str, left: Option<T>, right: impl Fn() -> T) -> bool {
    let Some(left) = left else {
        return operator == "is_null";
    };
    match operator {
        "is_null" => false,
        "eq" => left == right(),
        "lt" | "before" => left < right(),
        "lte" => left <= right(),
        "gt" | "after" => left > right(),
        _ => left >= right(),
    }
}

fn decimal(value: &Value) -> Decimal {
    value.to_string().trim_matches('"').parse().unwrap()
}

fn moment(value: &Value) -> DateTime<Utc> {
    match value {
        Value::String(text) => text.parse().unwrap_or_else(|_| {
            let day: NaiveDate = text.parse().unwrap();
            day.and_hms_opt(0, 0, 0).unwrap().and_utc()
        }),
        relative => match (relative.get("days_ago"), relative.get("hours_ago")) {
            (Some(days), _) => now() - TimeDelta::days(days.as_i64().unwrap()),
            (_, hours) => now() - TimeDelta::hours(hours.unwrap().as_i64().unwrap()),
        },
    }
}
