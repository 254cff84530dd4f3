//! Random criteria mean the same in the database as in memory.

use std::collections::BTreeMap;

use entity::customer_segment_members::{Column, Entity};
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use service::segments::{self as operations, Preview, UpdateSegment};
use tests::{Engine, TestDatabase};

use super::people::{CENTS, CURRENCIES, Dice, HOURS, NAMES, Person, TAGS};
use super::{now, recomputed, segment};

/// A condition, no deeper than `levels`.
fn condition(dice: &mut Dice, levels: usize) -> Value {
    let list =
        |dice: &mut Dice| -> Vec<Value> { (0..dice.below(4)).map(|_| condition(dice, levels - 1)).collect() };
    match dice.below(if levels == 0 { 4 } else { 8 }) {
        4 | 5 => json!({ "all": list(dice) }),
        6 => json!({ "any": list(dice) }),
        7 => json!({ "not": condition(dice, levels - 1) }),
        _ => comparison(dice),
    }
}

fn comparison(dice: &mut Dice) -> Value {
    const TEXTS: [&str; 7] = [
        "email",
        "first_name",
        "last_name",
        "company",
        "phone",
        "shopify_customer_id",
        "currency",
    ];
    const AMOUNTS: [&str; 4] = ["gross", "refunded", "net", "average_order"];
    const TIMES: [&str; 4] = ["created_at", "updated_at", "first_order_at", "last_order_at"];
    const ORDERS: [&str; 4] = ["lt", "lte", "gt", "gte"];
    const NUMBERS: [&str; 7] = ["lt", "lte", "gt", "gte", "eq", "ne", "in"];
    let compare = |dice: &mut Dice, field: &str, operators: &[&str], value: fn(&mut Dice) -> Value| {
        let operator = dice.of(operators);
        let value = match operator {
            "in" => (0..dice.below(3)).map(|_| value(dice)).collect(),
            _ => value(dice),
        };
        json!({ "field": field, operator: value })
    };
    match dice.below(8) {
        0 | 1 => {
            let field = dice.of(&TEXTS);
            compare(dice, field, &["eq", "ne", "in"], text)
        }
        2 => compare(dice, "tags", &["contains"], |dice| json!(dice.of(&TAGS))),
        3 => {
            let field = dice.of(&["accepts_marketing", "vip_status"]);
            compare(dice, field, &["eq", "ne"], |dice| json!(dice.below(2) == 0))
        }
        4 => {
            let field = dice.of(&AMOUNTS);
            compare(dice, field, &NUMBERS, amount)
        }
        5 => {
            let field = dice.of(&["orders", "days_since_last_order"]);
            compare(dice, field, &NUMBERS, |dice| json!(dice.below(5) as i64 - 1))
        }
        6 => {
            let field = dice.of(&[
                "first_name",
                "currency",
                "average_order",
                "last_order_at",
                "days_since_last_order",
            ]);
            json!({ "field": field, "is_null": true })
        }
        _ => {
            let field = dice.of(&TIMES);
            let mut one = compare(dice, field, &["before", "after", "lt", "lte", "gt", "gte"], time);
            if dice.below(3) == 0 {
                one[dice.of(&ORDERS)] = time(dice);
            }
            one
        }
    }
}

fn text(dice: &mut Dice) -> Value {
    match dice.below(4) {
        0 => json!(dice.of(&CURRENCIES)),
        1 => json!(dice.of(&["1", "a3@example.com", "7000000004"])),
        _ => json!(dice.of(&NAMES)),
    }
}

/// As a number and as text, also of several orders together, and their average.
fn amount(dice: &mut Dice) -> Value {
    let cents = dice.of(&CENTS) + if dice.below(2) == 0 { dice.of(&CENTS) } else { 0 };
    let cents = cents / dice.of(&[1, 1, 2, 3]);
    match dice.below(2) {
        0 => json!(cents as f64 / 100.0),
        _ => json!(format!("{}.{:02}", cents / 100, cents % 100)),
    }
}

fn time(dice: &mut Dice) -> Value {
    let hours = dice.of(&HOURS);
    match dice.below(4) {
        0 => json!({ "hours_ago": hours }),
        1 => json!({ "days_ago": hours / 24 }),
        2 => json!(dice.of(&["2026-11-22", "2026-11-21", "2026-08-24", "2025-11-22"])),
        _ => json!((now() - chrono::TimeDelta::hours(hours)).to_rfc3339()),
    }
}

fn criteria(dice: &mut Dice) -> Value {
    let mut criteria = condition(dice, 4);
    let bonus = |dice: &mut Dice| {
        let points = f64::from(dice.below(12_000) as i32 - 6_000) / 100.0;
        json!({ "when": condition(dice, 2), "points": points })
    };
    let add: Vec<Value> = (0..dice.below(4)).map(|_| bonus(dice)).collect();
    criteria["score"] = json!({ "base": f64::from(dice.below(10_001) as u32) / 100.0, "add": add });
    criteria
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn random_criteria_mean_in_the_database_what_they_say(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut dice = Dice(0x5eed_cafe_f00d);
    let people: Vec<_> = (0..60).map(|n| Person::new(&mut dice, n)).collect();
    for person in &people {
        person.insert(db).await;
    }
    let segment = segment(db, "random", json!({ "all": [] })).await;
    let (mut some, mut before) = (0, BTreeMap::new());
    for round in 0..250 {
        let criteria = criteria(&mut dice);
        let expected: BTreeMap<_, _> = people
            .iter()
            .filter(|person| person.fits(&criteria))
            .map(|person| (person.id, person.score(&criteria["score"])))
            .collect();
        let what = format!("round {round}: {criteria}");
        let query = Preview {
            criteria: criteria.clone(),
            now: now(),
        };
        let previewed = operations::preview(db, query).await.unwrap();
        assert_eq!(previewed.customers, expected.len() as u64, "{what}");
        let change = UpdateSegment {
            criteria: Some(criteria),
            ..UpdateSegment::new(segment.id)
        };
        operations::update(db, change).await.unwrap();
        let changed = recomputed(db, &segment).await;
        let rows = Entity::find()
            .filter(Column::SegmentId.eq(segment.id))
            .all(db)
            .await
            .unwrap();
        let actual: BTreeMap<_, _> = rows.into_iter().map(|row| (row.customer_id, row.score)).collect();
        assert_eq!(actual, expected, "{what}");
        let stayed = expected.keys().filter(|id| before.contains_key(*id)).count();
        let kept = expected
            .iter()
            .filter(|(id, score)| before.get(*id) == Some(*score))
            .count();
        assert_eq!(changed.joined, (expected.len() - stayed) as u64, "{what}");
        assert_eq!(changed.left, (before.len() - stayed) as u64, "{what}");
        assert_eq!(changed.rescored, (stayed - kept) as u64, "{what}");
        assert_eq!(changed.members, expected.len() as u64, "{what}");
        some += usize::from(!expected.is_empty() && expected.len() < people.len());
        before = expected;
    }
    assert!(some > 100, "most criteria say something: {some}");
}
