//! Names by rule: from the names of tables and columns, never from a counter or from the order of keys.

use crate::catalogue::{ForeignKey, Table};

/// `PascalCase` of a name in snake case.
pub(super) fn pascal(snake: &str) -> String {
    snake
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

/// One of what the table holds: `agents` → `agent`, `agent_capabilities` → `agent_capability`. `inventory`, `content` and
/// `revenue_attribution` name a mass and stay.
pub(super) fn singular(table: &str) -> String {
    match (table.strip_suffix("ies"), table.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => table.to_owned(),
    }
}

/// Several of what a singular names: `segment` → `segments`.
pub(super) fn plural(singular: &str) -> String {
    match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{singular}s"),
    }
}

/// The typed id of a table: `agents` → `AgentId`.
pub(super) fn id_type(table: &str) -> String {
    format!("{}Id", pascal(&singular(table)))
}

/// The enum of a closed set: `orders.status` → `OrderStatus`. A word in which table and column meet is said once:
/// `revenue_attribution.attribution_model` → `RevenueAttributionModel`.
pub(super) fn enum_type(table: &str, column: &str) -> String {
    let table = singular(table);
    let last = table.rsplit('_').next().unwrap_or_default();
    let column = column
        .strip_prefix(last)
        .and_then(|rest| rest.strip_prefix('_'))
        .unwrap_or(column);
    pascal(&table) + &pascal(column)
}

/// A column's name as a Rust field, raw where it is a keyword.
pub(super) fn field(column: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
        "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
        "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static",
        "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where",
        "while", "yield",
    ];
    if KEYWORDS.contains(&column) {
        format!("r#{column}")
    } else {
        column.to_owned()
    }
}

/// The two names of a foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyNames {
    /// The variant of the child's `Relation`, which leads to the one parent.
    pub(super) belongs_to: String,
    /// The variant of the parent's `Relation`, which leads to its many children.
    pub(super) has_many: String,
}

/// Names a foreign key on both sides.
///
/// The stem of `owner_agent_id` is `owner_agent`; its role is what the stem says beyond the parent's own name: `owner`. The
/// child's side is the stem (`OwnerAgent`), the parent's side the role and the child's table (`OwnerWorkflows`, or plain
/// `Tasks` where the column says no more than the table). A tree is `Parent` and `Children`.
pub(super) fn key_names(child: &Table, key: &ForeignKey, column: &str) -> KeyNames {
    let stem = column.strip_suffix("_id").unwrap_or(column);
    let role = role(stem, &singular(&key.parent));
    if key.parent == child.name && role == "parent" {
        return KeyNames {
            belongs_to: "Parent".to_owned(),
            has_many: "Children".to_owned(),
        };
    }
    KeyNames {
        belongs_to: pascal(stem),
        has_many: pascal(&role) + &pascal(&child.name),
    }
}

/// The words of the stem before those in which it ends like the parent's name.
fn role(stem: &str, parent: &str) -> String {
    let words: Vec<_> = stem.split('_').collect();
    let common = words
        .iter()
        .rev()
        .zip(parent.split('_').rev())
        .take_while(|(mine, theirs)| *mine == theirs)
        .count();
    words[..words.len() - common].join("_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Action;

    /// `child.column -> parent: BelongsTo, HasMany`, with the names that the rule gives.
    fn named(line: &str) -> String {
        let (key, _) = line.split_once(": ").unwrap();
        let (reference, parent) = key.split_once(" -> ").unwrap();
        let (child, column) = reference.split_once('.').unwrap();
        let foreign = ForeignKey {
            name: format!("fk_{child}_{column}"),
            columns: vec![column.to_owned()],
            parent: parent.to_owned(),
            parent_columns: vec!["id".to_owned()],
            on_delete: Action::NoAction,
        };
        let names = key_names(&Table::new(child), &foreign, column);
        format!("{key}: {}, {}", names.belongs_to, names.has_many)
    }

    #[test]
    fn a_key_is_named_by_its_column() {
        for line in [
            "agents.parent_id -> agents: Parent, Children",
            "goals.parent_goal_id -> goals: Parent, Children",
            "goals.owner_agent_id -> agents: OwnerAgent, OwnerGoals",
            "workflows.goal_id -> goals: Goal, Workflows",
            "tasks.assigned_agent_id -> agents: AssignedAgent, AssignedTasks",
            "tasks.workflow_execution_id -> workflow_executions: WorkflowExecution, Tasks",
            "agent_collaborations.responding_agent_id -> agents: RespondingAgent, RespondingAgentCollaborations",
            "campaigns.target_segment_id -> customer_segments: TargetSegment, TargetCampaigns",
            "email_subscribers.list_id -> email_lists: List, EmailSubscribers",
            "reports.created_by_agent_id -> agents: CreatedByAgent, CreatedByReports",
            "inventory.product_variant_id -> product_variants: ProductVariant, Inventory",
        ] {
            assert_eq!(named(line), line);
        }
    }

    #[test]
    fn enums_repeat_no_word() {
        assert_eq!(enum_type("orders", "financial_status"), "OrderFinancialStatus");
        assert_eq!(
            enum_type("revenue_attribution", "attribution_model"),
            "RevenueAttributionModel"
        );
        assert_eq!(enum_type("kpis", "frequency"), "KpiFrequency");
    }

    #[test]
    fn singular_and_plural_meet() {
        for table in ["agents", "agent_capabilities", "email_lists"] {
            assert_eq!(plural(&singular(table)), table);
        }
        assert_eq!(singular("inventory"), "inventory");
    }
}
