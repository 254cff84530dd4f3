//! What customers say about their orders.

use chrono::TimeDelta;
use entity::customer_interactions;
use serde_json::json;

use super::Draft;
use crate::seed::catalogue::cents;
use crate::seed::dice::Of;
use crate::seed::rows::Rows;
use crate::seed::shop::Shop;

/// Something that a customer says.
struct Talk {
    kind: &'static str,
    channel: &'static str,
    content: &'static str,
    /// The mood, in hundredths, from and to.
    mood: (i64, i64),
    outcome: &'static str,
}

const fn talk(
    kind: &'static str,
    channel: &'static str,
    content: &'static str,
    mood: (i64, i64),
    outcome: &'static str,
) -> Talk {
    Talk {
        kind,
        channel,
        content,
        mood,
        outcome,
    }
}

const TALK: [Talk; 6] = [
    talk(
        "review",
        "web",
        "It looks even better on the wall.",
        (40, 100),
        "published",
    ),
    talk(
        "order_question",
        "email",
        "When will my order arrive?",
        (-20, 20),
        "answered",
    ),
    talk(
        "order_question",
        "chat",
        "Can I still change the frame?",
        (-10, 30),
        "answered",
    ),
    talk(
        "complaint",
        "email",
        "A corner of the frame was dented.",
        (-90, -30),
        "replaced",
    ),
    talk(
        "advice",
        "phone",
        "Which size fits above a sofa?",
        (10, 60),
        "advised",
    ),
    talk(
        "review",
        "email",
        "Smaller than I had thought.",
        (-40, 10),
        "thanked",
    ),
];

pub(super) fn about(shop: &Shop, n: u64, draft: &Draft, rows: &mut Rows) {
    let mut dice = shop.source.of(Of::Interaction, n);
    let Some(customer_id) = draft.customer.filter(|_| dice.chance(240)) else {
        return;
    };
    let created_at = draft.at + TimeDelta::minutes(dice.between(60, 12 * 1_440));
    if created_at >= shop.calendar.until() {
        return;
    }
    let said = dice.pick(&TALK);
    rows.customer_interactions.push(customer_interactions::Model {
        id: dice.id(created_at),
        customer_id,
        agent_id: shop.staff.specialist(dice.index(8)),
        interaction_type: said.kind.to_owned(),
        channel: said.channel.to_owned(),
        content: Some(said.content.to_owned()),
        sentiment_score: Some(cents(dice.between(said.mood.0, said.mood.1))),
        outcome: Some(said.outcome.to_owned()),
        metadata: json!({ "order": draft.id }),
        created_at,
    });
}
