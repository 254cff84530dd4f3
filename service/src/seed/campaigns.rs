//! Campaigns, what they show, and what they cost.

mod spend;

use chrono::{Datelike as _, Days, NaiveDate, TimeDelta, Weekday};
use entity::{CampaignId, CampaignStatus, CampaignType, ContentStatus, campaigns, content};
use serde_json::json;

use super::calendar::{is_black_friday, start};
use super::catalogue::cents;
use super::dice::{Dice, Of};
use super::duties::Duty;
use super::rows::Rows;
use super::scale::thousandths;
use super::shop::Shop;
use super::teams::Team;

/// A kind of campaign.
struct Kind {
    campaign_type: CampaignType,
    what: &'static str,
    piece: &'static str,
    /// Thousandths of a month's revenue that it costs, more or less: a seventh for all three.
    share: i64,
    team: Team,
    duty: Duty,
    /// The number of its goal.
    goal: usize,
}

/// The number of the goal that Black Friday serves.
const HOLIDAYS: usize = 3;

const KINDS: [Kind; 3] = [
    Kind {
        campaign_type: CampaignType::Email,
        what: "letters",
        piece: "newsletter",
        share: 20,
        team: Team::Marketing,
        duty: Duty::Letters,
        goal: 5,
    },
    Kind {
        campaign_type: CampaignType::Social,
        what: "pictures",
        piece: "post",
        share: 40,
        team: Team::Social,
        duty: Duty::Posts,
        goal: 4,
    },
    Kind {
        campaign_type: CampaignType::Ads,
        what: "adverts",
        piece: "advert",
        share: 80,
        team: Team::Marketing,
        duty: Duty::Offers,
        goal: 1,
    },
];

/// The most that a campaign costs in cents, more or less: its columns hold eight digits of dollars.
const MOST: i64 = 4_000_000_000;

const PIECES: [&str; 3] = ["teaser", "story", "reminder"];

/// A campaign that an order may have come by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) id: CampaignId,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    /// Who reaches people by it.
    pub(super) duty: Duty,
}

/// The campaigns of a month that brings so many orders, given its first and last day.
pub(super) fn month(
    shop: &Shop,
    n: usize,
    (first, last): (NaiveDate, NaiveDate),
    orders: u64,
    rows: &mut Rows,
) -> Vec<Running> {
    // The Monday after may lie in December, which has no Friday of its own.
    let friday = first
        .iter_days()
        .take_while(|date| *date <= last)
        .find(|date| is_black_friday(*date) && date.weekday() == Weekday::Fri);
    let revenue = shop.scale.revenue(orders);
    let mut running = Vec::new();
    for (k, kind) in KINDS.iter().enumerate() {
        let number = (n * 10 + k) as u64;
        let mut dice = shop.source.of(Of::Campaign, number);
        let friday = friday.filter(|_| k == 0);
        let (name, from, to) = occasion(&mut dice, first, friday);
        let created = start(from) - TimeDelta::days(9) + TimeDelta::minutes(k as i64);
        let mut campaign = campaigns::Model {
            id: dice.id(created),
            name: format!("{name} {} {}", kind.what, first.format("%Y-%m")),
            r#type: kind.campaign_type,
            goal_id: shop.goals.get(friday.map_or(kind.goal, |_| HOLIDAYS)).copied(),
            owner_agent_id: shop.staff.owner(kind.team),
            target_segment_id: shop
                .audiences
                .get(dice.index(shop.audiences.len()))
                .map(|audience| audience.id),
            status: status(shop, from, to),
            budget: None,
            spent: cents(0),
            start_date: Some(from),
            end_date: Some(to),
            metadata: json!({ "channel": kind.campaign_type, "tone": dice.pick(&["warm", "plain", "playful"]) }),
            created_at: created,
            updated_at: created,
        };
        let cost = thousandths(revenue, kind.share).min(MOST);
        spend::spend(shop, &mut dice, (&mut campaign, cost), (from, to), rows);
        if may_be_named(campaign.status) {
            let (id, duty) = (campaign.id, kind.duty);
            running.push(Running { id, from, to, duty });
        }
        pieces(shop, number, &campaign, kind, rows);
        rows.campaigns.push(campaign);
    }
    running
}

/// What a campaign is named after, and its first and last day.
fn occasion(dice: &mut Dice, first: NaiveDate, friday: Option<NaiveDate>) -> (String, NaiveDate, NaiveDate) {
    if let Some(friday) = friday {
        return (
            "Black Friday".to_owned(),
            friday - Days::new(3),
            friday + Days::new(3),
        );
    }
    let from = first + Days::new(dice.below(8));
    let to = from + Days::new(10 + dice.below(9));
    (first.format("%B").to_string(), from, to)
}

fn status(shop: &Shop, from: NaiveDate, to: NaiveDate) -> CampaignStatus {
    let today = shop.calendar.until();
    if start(from) >= today {
        CampaignStatus::Scheduled
    } else if start(to) + TimeDelta::days(1) > today {
        CampaignStatus::Active
    } else {
        CampaignStatus::Completed
    }
}

const fn may_be_named(status: CampaignStatus) -> bool {
    matches!(status, CampaignStatus::Active | CampaignStatus::Completed)
}

fn pieces(shop: &Shop, number: u64, campaign: &campaigns::Model, kind: &Kind, rows: &mut Rows) {
    for (k, piece) in (0..).zip(PIECES) {
        let mut dice = shop.source.of(Of::Content, number * 10 + k);
        let created_at = campaign.created_at + TimeDelta::hours(dice.between(1, 100));
        if created_at >= shop.calendar.until() {
            continue;
        }
        let shown = campaign
            .start_date
            .map(|from| start(from) + TimeDelta::hours(9 + 48 * k as i64));
        let published_at = shown.filter(|at| may_be_named(campaign.status) && *at < shop.calendar.until());
        let status = match published_at {
            Some(_) if campaign.status == CampaignStatus::Completed && dice.chance(250) => {
                ContentStatus::Archived
            }
            Some(_) => ContentStatus::Published,
            None => *dice.pick(&[
                ContentStatus::Draft,
                ContentStatus::Review,
                ContentStatus::Approved,
            ]),
        };
        let views = dice.between(400, 9_000);
        rows.content.push(content::Model {
            id: dice.id(created_at),
            r#type: kind.piece.to_owned(),
            title: Some(format!("{}: {piece}", campaign.name)),
            body: Some("A wall is the largest frame in the room.".to_owned()),
            metadata: json!({ "language": "en" }),
            created_by_agent_id: shop.staff.who(kind.duty, &mut dice),
            campaign_id: Some(campaign.id),
            status,
            performance_metrics: match published_at {
                Some(_) => json!({ "views": views, "clicks": views * dice.between(2, 9) / 100 }),
                None => json!({}),
            },
            created_at,
            published_at,
        });
    }
}
