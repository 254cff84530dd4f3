//! How the credit for a transaction is shared out among the touches that led to it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{AgentId, CampaignId, RevenueAttributionModel};

use crate::finance::cents;

/// The rule by which touches are credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttributionModel {
    /// Everything to the first touch.
    FirstTouch,
    /// Everything to the last touch.
    LastTouch,
    /// The same to each touch.
    Linear,
    /// A touch counts half as much as one that is a half-life younger.
    TimeDecay {
        /// How long until a touch counts half; at least a millisecond, and counted in whole ones.
        half_life: Duration,
    },
    /// 40 percent to the first touch, 40 to the last, and 20 shared by those between. Two touches get half each.
    PositionBased,
}

impl AttributionModel {
    /// What the column holds.
    #[must_use]
    pub fn kind(self) -> RevenueAttributionModel {
        match self {
            Self::FirstTouch => RevenueAttributionModel::FirstTouch,
            Self::LastTouch => RevenueAttributionModel::LastTouch,
            Self::Linear => RevenueAttributionModel::Linear,
            Self::TimeDecay { .. } => RevenueAttributionModel::TimeDecay,
            Self::PositionBased => RevenueAttributionModel::PositionBased,
        }
    }

    /// The half-life in milliseconds, of the one model that has one.
    pub(super) fn half_life(self) -> Option<u64> {
        match self {
            Self::TimeDecay { half_life } => Some(u64::try_from(half_life.as_millis()).unwrap_or(u64::MAX)),
            Self::FirstTouch | Self::LastTouch | Self::Linear | Self::PositionBased => None,
        }
    }

    /// How much each touch counts, for touches from the first to the last.
    fn weights(self, touches: &[Touch]) -> Vec<u128> {
        let last = touches.len().saturating_sub(1);
        let between = touches.len().saturating_sub(2) as u128;
        let weight = |i: usize, touch: &Touch| match self {
            Self::FirstTouch => u128::from(i == 0),
            Self::LastTouch => u128::from(i == last),
            Self::Linear => 1,
            Self::TimeDecay { .. } => {
                let age = touches[last]
                    .at
                    .signed_duration_since(touch.at)
                    .num_milliseconds();
                decayed(age.unsigned_abs(), self.half_life().unwrap_or(1).max(1))
            }
            // 40 to 20 / n is as 2n to 1.
            Self::PositionBased if between > 0 && (i == 0 || i == last) => 2 * between,
            Self::PositionBased => 1,
        };
        touches
            .iter()
            .enumerate()
            .map(|(i, touch)| weight(i, touch))
            .collect()
    }
}

/// 2^(-age / half_life) in units of 2^-60, by square roots of one half: in whole numbers, so that every machine comes to the same
/// share.
fn decayed(age: u64, half_life: u64) -> u128 {
    const ONE: u128 = 1 << 60;
    let (age, half_life) = (u128::from(age), u128::from(half_life));
    let halvings = age / half_life;
    if halvings > 60 {
        return 0;
    }
    let mut rest = age % half_life;
    let (mut weight, mut root) = (ONE, ONE / 2);
    for _ in 0..40 {
        root = (root * ONE).isqrt();
        rest *= 2;
        if rest >= half_life {
            rest -= half_life;
            weight = weight * root / ONE;
        }
    }
    weight >> halvings
}

/// Somebody's part in a sale: an agent reached the customer, perhaps by a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// When.
    pub at: DateTime<Utc>,
    /// Which agent.
    pub agent: AgentId,
    /// By which campaign, if any.
    pub campaign: Option<CampaignId>,
}

impl Touch {
    /// A touch without a campaign.
    #[must_use]
    pub fn new(agent: AgentId, at: DateTime<Utc>) -> Self {
        Self {
            at,
            agent,
            campaign: None,
        }
    }

    /// The same, by a campaign.
    #[must_use]
    pub fn by(mut self, campaign: CampaignId) -> Self {
        self.campaign = Some(campaign);
        self
    }
}

/// What one agent, by one campaign or by none, is credited with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credit {
    pub(crate) agent: AgentId,
    pub(crate) campaign: Option<CampaignId>,
    /// In hundredths of a percent.
    pub(crate) percentage: u64,
    /// When, from the first touch to the last.
    pub(crate) touches: Vec<DateTime<Utc>>,
}

/// Shares 100.00 percent out among agents and campaigns, by agent and campaign. Whoever touched is there, also with nothing.
///
/// The order of the touches does not matter: they are sorted by time, those of one instant by agent and campaign.
pub(crate) fn credits(model: AttributionModel, touches: &[Touch]) -> Vec<Credit> {
    let mut touches = touches.to_vec();
    touches.sort();
    type Party = (AgentId, Option<CampaignId>);
    let mut parties: BTreeMap<Party, (u128, Vec<DateTime<Utc>>)> = BTreeMap::new();
    for (touch, weight) in touches.iter().zip(model.weights(&touches)) {
        let party = parties.entry((touch.agent, touch.campaign)).or_default();
        party.0 += weight;
        party.1.push(touch.at);
    }
    let weights: Vec<_> = parties.values().map(|(weight, _)| *weight).collect();
    let shares = cents::apportion(10_000, &weights);
    parties
        .into_iter()
        .zip(shares)
        .map(|(((agent, campaign), (_, touches)), percentage)| Credit {
            agent,
            campaign,
            percentage,
            touches,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const MODELS: [AttributionModel; 5] = [
        AttributionModel::FirstTouch,
        AttributionModel::LastTouch,
        AttributionModel::Linear,
        AttributionModel::TimeDecay { half_life: DAY },
        AttributionModel::PositionBased,
    ];

    fn agent(n: u128) -> AgentId {
        uuid::Uuid::from_u128(n).into()
    }

    fn days(days: &[i64]) -> Vec<Touch> {
        (1..)
            .zip(days)
            .map(|(n, day)| Touch::new(agent(n), DateTime::UNIX_EPOCH + TimeDelta::days(*day)))
            .collect()
    }

    fn shares(model: AttributionModel, touches: &[Touch]) -> Vec<u64> {
        credits(model, touches)
            .iter()
            .map(|credit| credit.percentage)
            .collect()
    }

    #[test]
    fn each_model_shares_out_as_its_name_says() {
        let of = |model| shares(model, &days(&[0, 1, 2, 3]));
        assert_eq!(of(AttributionModel::FirstTouch), [10_000, 0, 0, 0]);
        assert_eq!(of(AttributionModel::LastTouch), [0, 0, 0, 10_000]);
        assert_eq!(of(AttributionModel::Linear), [2_500, 2_500, 2_500, 2_500]);
        assert_eq!(of(AttributionModel::PositionBased), [4_000, 1_000, 1_000, 4_000]);
        // 1 : 2 : 4 : 8 of 15.
        let half_life = DAY;
        assert_eq!(
            of(AttributionModel::TimeDecay { half_life }),
            [667, 1_333, 2_667, 5_333]
        );
        assert_eq!(
            shares(AttributionModel::PositionBased, &days(&[0, 1])),
            [5_000, 5_000]
        );
    }

    #[test]
    fn one_touch_gets_everything_by_every_model() {
        for model in MODELS {
            assert_eq!(shares(model, &days(&[7])), [10_000]);
        }
    }

    #[test]
    fn half_a_half_life_is_the_square_root_of_a_half() {
        let one = 1_u128 << 60;
        assert_eq!(decayed(0, 1_000), one);
        assert_eq!(decayed(1_000, 1_000), one / 2);
        assert_eq!(decayed(u64::MAX, 1), 0);
        let expected = (one as f64) * 0.5_f64.sqrt();
        assert!((decayed(500, 1_000) as f64 - expected).abs() < 1e6);
    }

    #[test]
    fn touches_of_the_same_agent_and_campaign_are_one_share() {
        let spring: CampaignId = uuid::Uuid::from_u128(9).into();
        let at = |day| DateTime::UNIX_EPOCH + TimeDelta::days(day);
        let touches = [
            Touch::new(agent(1), at(2)),
            Touch::new(agent(1), at(1)).by(spring),
            Touch::new(agent(1), at(0)),
        ];
        let credits = credits(AttributionModel::Linear, &touches);
        assert_eq!(credits.len(), 2);
        assert_eq!((credits[0].campaign, credits[0].percentage), (None, 6_667));
        assert_eq!(credits[0].touches, [at(0), at(2)]);
        assert_eq!(
            (credits[1].campaign, credits[1].percentage),
            (Some(spring), 3_333)
        );
    }

    fn any_touches() -> impl Strategy<Value = Vec<Touch>> {
        let touch =
            (1..6_u128, proptest::option::of(1..4_u128), 0..5_000_000_000_i64).prop_map(|(a, c, ms)| Touch {
                at: DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms % 7 * 86_400_000 + ms % 3),
                agent: agent(a),
                campaign: c.map(|c| uuid::Uuid::from_u128(c).into()),
            });
        proptest::collection::vec(touch, 1..40)
    }

    proptest! {
        #[test]
        fn percentages_add_up_and_no_order_changes_them(
            touches in any_touches(),
            model in proptest::sample::select(&MODELS[..]),
            rotation in 0..40_usize,
        ) {
            let forth = credits(model, &touches);
            prop_assert_eq!(forth.iter().map(|credit| credit.percentage).sum::<u64>(), 10_000);
            prop_assert_eq!(forth.iter().map(|credit| credit.touches.len()).sum::<usize>(), touches.len());
            let mut turned = touches;
            let n = turned.len();
            turned.rotate_left(rotation % n);
            turned.reverse();
            prop_assert_eq!(forth, credits(model, &turned));
        }

        #[test]
        fn the_older_never_counts_more(age in 0..10_000_000_u64, more in 0..10_000_000_u64, half_life in 1..5_000_000_u64) {
            // The square roots are rounded, each by less than 2^-60.
            prop_assert!(decayed(age + more, half_life) <= decayed(age, half_life) + 64);
        }
    }
}
