//! The arithmetic of progress, from the leaves to the root.

use std::collections::{BTreeMap, HashMap};

use entity::{GoalId, GoalType, KpiId};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{GoalKpi, GoalProgress, MeasuredKpi, Runs};
use crate::goals::tree::PlacedGoal;

/// What a goal hands to the one above it.
#[derive(Default)]
struct FromBelow {
    measured: HashMap<GoalType, Decimal>,
    shares: Vec<Decimal>,
}

/// The tree is level by level, and comes back so.
pub(super) fn roll_up(
    tree: Vec<PlacedGoal>,
    given: &[GoalKpi],
    latest: &BTreeMap<KpiId, MeasuredKpi>,
    runs: &BTreeMap<GoalId, Runs>,
) -> Vec<GoalProgress> {
    let mut kpis: HashMap<GoalId, Vec<KpiId>> = HashMap::new();
    for kpi in given {
        kpis.entry(kpi.goal).or_default().push(kpi.kpi);
    }
    let mut below: HashMap<GoalId, FromBelow> = HashMap::new();
    let mut goals = Vec::with_capacity(tree.len());
    for PlacedGoal { goal, depth } in tree.into_iter().rev() {
        let from_below = below.remove(&goal.id).unwrap_or_default();
        let runs = runs.get(&goal.id).copied().unwrap_or_default();
        let own = kpis.remove(&goal.id);
        let mut kpis: Vec<MeasuredKpi> = own
            .iter()
            .flatten()
            .filter_map(|kpi| latest.get(kpi).copied())
            .collect();
        kpis.sort_by_key(|measured| measured.kpi);
        let measured = match own {
            Some(_) if kpis.is_empty() => None,
            Some(_) => Some(kpis.iter().map(|measured| measured.value).sum()),
            None => from_below.measured.get(&goal.r#type).copied(),
        };
        let share = share(goal.target_value, measured, runs, &from_below.shares);
        if let Some(parent) = goal.parent_goal_id {
            let up = below.entry(parent).or_default();
            if let Some(measured) = measured {
                *up.measured.entry(goal.r#type).or_default() += measured;
            }
            up.shares
                .extend(share.map(|share| share.clamp(Decimal::ZERO, Decimal::ONE)));
        }
        goals.push(GoalProgress {
            goal,
            depth,
            kpis,
            runs,
            measured,
            share: share.map(rounded),
        });
    }
    goals.reverse();
    goals
}

fn share(
    target: Option<Decimal>,
    measured: Option<Decimal>,
    runs: Runs,
    below: &[Decimal],
) -> Option<Decimal> {
    if let (Some(target), Some(measured)) = (target, measured)
        && target > Decimal::ZERO
    {
        return measured.checked_div(target);
    }
    let succeeded = Decimal::from(runs.succeeded);
    let decided = succeeded + Decimal::from(runs.failed);
    let parts: Vec<Decimal> = [succeeded.checked_div(decided), mean(below)]
        .into_iter()
        .flatten()
        .collect();
    mean(&parts)
}

fn mean(shares: &[Decimal]) -> Option<Decimal> {
    let sum: Decimal = shares.iter().sum();
    sum.checked_div(Decimal::from(shares.len()))
}

fn rounded(share: Decimal) -> Decimal {
    share.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_target_decides_where_something_was_measured() {
        let runs = Runs {
            succeeded: 1,
            failed: 1,
            ..Runs::default()
        };
        let target = Some(decimal("200"));
        let below = [decimal("0.1")];
        let share = |target, measured| share(target, measured, runs, &below);
        assert_eq!(share(target, Some(decimal("50"))), Some(decimal("0.25")));
        assert_eq!(share(target, Some(decimal("-50"))), Some(decimal("-0.25")));
        for (target, measured) in [
            (target, None),
            (None, Some(decimal("50"))),
            (Some(Decimal::ZERO), Some(decimal("50"))),
        ] {
            assert_eq!(share(target, measured), Some(decimal("0.3")), "runs and subgoals");
        }
    }

    #[test]
    fn nothing_is_known_of_nothing() {
        let cancelled = Runs {
            cancelled: 3,
            open: 2,
            ..Runs::default()
        };
        assert_eq!(share(Some(Decimal::ONE), None, cancelled, &[]), None);
    }
}
