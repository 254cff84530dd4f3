//! The hierarchy of agents, the tree of goals, and who owns what.

use super::super::registry::{Check, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "agents.cycles",
        "Every agent stands under a root, so nobody stands under himself.",
        include_str!("../sql/agents_cycles.sql"),
        Mend::Decision(
            "choose who becomes a root: UPDATE agents SET parent_id = NULL WHERE id = …, and let agents::move_subtree place the others",
        ),
    ),
    Check::rows(
        "agents.places",
        "Directors stand under orchestrators or directors, specialists under directors, and nobody in office under an archived agent.",
        include_str!("../sql/agents_places.sql"),
        Mend::Operation(
            "agents::move_subtree to a place that the type may have, or agents::update of the type",
        ),
    ),
    Check::rows(
        "agents.archived",
        "No archived agent owns goals, workflows, campaigns, KPIs or budgets, or has tasks to do.",
        include_str!("../sql/agents_archived.sql"),
        Mend::Operation(
            "goals::update, workflows::hand_over, marketing::campaigns::update, analytics::kpis::update or finance::budgets::hand_over to an owner in office; workflows::tasks::cancel of a task",
        ),
    ),
    Check::rows(
        "goals.cycles",
        "Every goal stands under a root, so none serves itself.",
        include_str!("../sql/goals_cycles.sql"),
        Mend::Decision(
            "choose which becomes a root: UPDATE goals SET parent_goal_id = NULL WHERE id = …, and let goals::move_subtree place the others",
        ),
    ),
    Check::rows(
        "goals.archived",
        "No goal that lives stands under an archived one.",
        include_str!("../sql/goals_archived.sql"),
        Mend::Operation("goals::move_subtree to a goal that lives, or goals::archive"),
    ),
];
