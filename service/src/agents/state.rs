//! An agent's states.

use entity::AgentStatus;

/// Whether an update may take an agent from one status to the other. Staying is always fine; nobody leaves the archive, and
/// only a decommissioning leads into it.
pub(super) fn may_become(from: AgentStatus, to: AgentStatus) -> bool {
    use AgentStatus::{Active, Archived, Inactive};
    match (from, to) {
        (Active | Inactive, Active | Inactive) | (Archived, Archived) => true,
        (Active | Inactive, Archived) | (Archived, Active | Inactive) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_paused_and_resumed_but_never_archived_or_brought_back_by_an_update() {
        use AgentStatus::{Active, Archived, Inactive};
        let all = [Active, Inactive, Archived];
        let moves: Vec<_> = all
            .into_iter()
            .flat_map(|from| all.map(|to| (from, to)))
            .filter(|(from, to)| from != to && may_become(*from, *to))
            .collect();
        assert_eq!(moves, [(Active, Inactive), (Inactive, Active)]);
    }
}
