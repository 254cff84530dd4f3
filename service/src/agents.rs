//! Who acts in the shop: the agents, what they can do and whom they may ask.
//!
//! Owns `agents`, `agent_capabilities` and `agent_collaborations`.
//!
//! The schema guards three things. The hierarchy (`agents.parent_id`) is a forest: `chk_agents_parent_id` refuses an agent under
//! itself, and the trigger behind `chk_agents_acyclic` refuses longer circles, also when two connections each make half of one.
//! A name is unique (`idx_agents_name`), as is a capability per agent and a kind of collaboration per ordered pair, which is never
//! an agent with itself. And an agent that owns something (goals, workflows, tasks, campaigns, KPIs, budgets, credited revenue)
//! cannot be deleted: those keys say NO ACTION, so work is handed over before an agent goes, while capabilities and
//! collaborations are part of the agent and go with it.
