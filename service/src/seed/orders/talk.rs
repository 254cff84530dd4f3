//! What customers say about their orders.

use chrono::{DateTime, TimeDelta, Utc};
use entity::customer_interactions;
use serde_json::json;

use super::Draft;
use super::fate::Fate;
use crate::seed::calendar::minutes;
use crate::seed::catalogue::cents;
use crate::seed::dice::{Dice, Of};
use crate::seed::duties::Duty;
use crate::seed::rows::Rows;
use crate::seed::shop::Shop;
use crate::seed::triggers::Cause;
use crate::seed::work;

/// Something that a customer says.
struct Talk {
    kind: &'static str,
    channel: &'static str,
    content: &'static str,
    /// The mood, in hundredths, from and to.
    mood: (i64, i64),
    outcome: &'static str,
    /// Who answers.
    duty: Duty,
}

const fn talk(
    (kind, channel): (&'static str, &'static str),
    content: &'static str,
    mood: (i64, i64),
    outcome: &'static str,
    duty: Duty,
) -> Talk {
    Talk {
        kind,
        channel,
        content,
        mood,
        outcome,
        duty,
    }
}

/// What is said while the parcel is on its way.
const BEFORE: [Talk; 3] = [
    talk(
        ("order_question", "email"),
        "When will my order arrive?",
        (-20, 20),
        "answered",
        Duty::Answers,
    ),
    talk(
        ("order_question", "chat"),
        "Can I still change the frame?",
        (-10, 30),
        "answered",
        Duty::Answers,
    ),
    talk(
        ("advice", "phone"),
        "Which size fits above a sofa?",
        (10, 60),
        "advised",
        Duty::Homes,
    ),
];

/// What is said of a picture that has arrived.
const AFTER: [Talk; 3] = [
    talk(
        ("review", "web"),
        "It looks even better on the wall.",
        (40, 100),
        "published",
        Duty::Moods,
    ),
    talk(
        ("complaint", "email"),
        "A corner of the frame was dented.",
        (-90, -30),
        "replaced",
        Duty::Answers,
    ),
    talk(
        ("review", "email"),
        "Smaller than I had thought.",
        (-40, 10),
        "thanked",
        Duty::Moods,
    ),
];

pub(super) fn about(shop: &Shop, n: u64, draft: &Draft, rows: &mut Rows) {
    let mut dice = shop.source.of(Of::Interaction, n);
    let speaks = dice.chance(240) || draft.is_first;
    let Some(customer_id) = draft.customer.filter(|_| speaks) else {
        return;
    };
    let Some((said, created_at)) = said(shop, &mut dice, draft) else {
        return;
    };
    rows.customer_interactions.push(customer_interactions::Model {
        id: dice.id(created_at),
        customer_id,
        agent_id: shop.staff.who(said.duty, &mut dice),
        interaction_type: said.kind.to_owned(),
        channel: said.channel.to_owned(),
        content: Some(said.content.to_owned()),
        sentiment_score: Some(cents(dice.between(said.mood.0, said.mood.1))),
        outcome: Some(said.outcome.to_owned()),
        metadata: json!({ "order": draft.id }),
        created_at,
    });
    if said.channel == "email" {
        work::because(shop, (Cause::Asked, n, draft.id), created_at, rows);
    }
}

/// What is said, and when; nothing when that would be after the last day.
fn said(shop: &Shop, dice: &mut Dice, draft: &Draft) -> Option<(&'static Talk, DateTime<Utc>)> {
    let until = shop.calendar.until();
    let (before, after) = (dice.pick(&BEFORE), dice.pick(&AFTER));
    let has_arrived = dice.chance(500);
    if let Fate::Completed { done, .. } = draft.fate
        && has_arrived
    {
        let at = minutes(done, dice.between(3 * 60, 10 * 1_440));
        if at < until {
            return Some((after, at));
        }
    }
    let end = match draft.fate {
        Fate::Completed { done, .. } => done,
        Fate::Cancelled { at, .. } => at,
        Fate::Placed | Fate::Confirmed { .. } => until,
    };
    // The first customer asks as long as the day allows it.
    let least = if draft.is_first { 5 } else { 20 };
    let window = (end - draft.at).min(TimeDelta::hours(36)) - TimeDelta::milliseconds(1);
    let at = minutes(draft.at, dice.between(least, window.num_minutes().max(least)));
    (at < end).then_some((before, at))
}
