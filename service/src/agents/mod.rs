//! Who acts in the shop: the agents, what they can do and whom they may ask.
//!
//! Owns `agents`, `agent_capabilities` and `agent_collaborations`.
//!
//! # Who stands where
//!
//! Agents form trees. An orchestrator is a root; a director stands under an orchestrator or another director; a specialist
//! stands under a director ([`may_stand_under`]). An agent of any type may stand alone for as long as nobody has placed it. The
//! database holds all of it against every writer: `chk_agents_parent_id` refuses an agent under itself, `chk_agents_acyclic`
//! longer circles, and `chk_agents_place` a place that the types do not allow, be it the child's type or the parent's that
//! changes, and a new child of an archived agent. Operations that place agents queue on one lock until they commit
//! (PostgreSQL), so what they look up before they write still holds when they write, and they never wait for each other in a
//! circle.
//!
//! # Who is in office
//!
//! An agent is active, inactive (paused: it keeps its work and may be given more, but is not asked and not found for its
//! capabilities) or archived, which is for good. Only [`decommission()`] archives, because somebody has to take over. An archived
//! agent stays where it stood, as a leaf, with its capabilities, collaborations and everything it has done; it gets no children,
//! no capabilities, no collaborations and no work. The database refuses the latter on its own
//! (`chk_<table>_in_office` of goals, workflows, tasks, campaigns, KPIs and budgets): whoever assigns work while its agent is
//! being archived either comes first, and the work is handed over with the rest, or comes later and is refused.
//!
//! A name is unique (`idx_agents_name`), as is a capability per agent and a kind of collaboration per ordered pair, which is
//! never an agent with itself. An agent that owns something cannot be deleted: those keys say NO ACTION, so work is handed over
//! before an agent goes, while capabilities and collaborations are part of the agent and go with it.

mod capabilities;
mod collaborations;
mod decommission;
mod delete;
mod find;
mod hierarchy;
mod list;
mod load;
mod place;
mod postgres;
mod register;
mod relocate;
mod row;
mod state;
mod update;

pub use capabilities::{
    Able, CapabilityError, FindAble, GrantCapability, GrantedCapability, ListCapabilities, RevokeCapability,
    RevokedCapability, able, capabilities, grant, revoke,
};
pub use collaborations::{
    AllowCollaboration, AllowedCollaboration, Answer, AskAgent, CollaborationError, Denial,
    DisallowCollaboration, DisallowedCollaboration, ListCollaborations, allow, collaborations, disallow,
    may_ask,
};
pub use decommission::{
    ChildrenGoTo, DecommissionAgent, DecommissionError, DecommissionedAgent, HandedOver, decommission,
};
pub use delete::{DeleteAgent, delete};
pub use find::{AgentKey, GetError, find, get};
pub use hierarchy::{HierarchyError, ListSubtree, Placed, ancestors, subtree};
pub use list::{ListAgents, Under, list};
pub use load::{
    Before, LineProblem, LoadError, LoadOrganisation, LoadedAgent, LoadedOrganisation, OrganisationLine,
    RefusedLine, What, load,
};
#[cfg(feature = "seed")]
pub(crate) use load::{NewAgent, new_agents};
pub use place::{Misplaced, may_stand_under};
pub use register::{RegisterAgent, RegisterError, RegisteredAgent, register};
pub use relocate::{MoveAgent, MoveError, MovedAgent, move_subtree};
pub use update::{UpdateAgent, UpdateError, UpdatedAgent, update};
