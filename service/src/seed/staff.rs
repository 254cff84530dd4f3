//! Who does what, and who answers for it.

use entity::{AgentId, AgentType};

use super::dice::Dice;
use super::duties::Duty;
use super::teams::{Team, has_word};

/// An agent of the shop.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) id: AgentId,
    pub(super) name: String,
    pub(super) agent_type: AgentType,
    pub(super) above: Option<AgentId>,
    /// Its own, or else that of whoever stands above.
    pub(super) team: Option<Team>,
}

/// Who acts in the shop.
#[derive(Clone, Debug, Default)]
pub(super) struct Staff {
    /// Those above before those below.
    members: Vec<Member>,
    /// Who is fit for each duty.
    fit: Vec<Vec<AgentId>>,
}

impl Staff {
    /// Of members without a team, those above before those below.
    pub(super) fn new(mut members: Vec<Member>) -> Self {
        for n in 0..members.len() {
            let (above, rest) = members.split_at_mut(n);
            let Some(member) = rest.first_mut() else { continue };
            let superior = above.iter().find(|other| Some(other.id) == member.above);
            // A name such as "General Manager" says of nobody below what it does.
            let inherited = superior.and_then(|superior| superior.team);
            member.team = Team::of(&member.name).or(inherited);
        }
        let mut staff = Self {
            members,
            fit: Vec::new(),
        };
        staff.fit = Duty::ALL.into_iter().map(|duty| staff.fit_for(duty)).collect();
        staff
    }

    /// Somebody whose work it is; `None` if nobody works here.
    pub(super) fn who(&self, duty: Duty, dice: &mut Dice) -> Option<AgentId> {
        let fit = self.fit.get(duty as usize)?;
        fit.get(dice.index(fit.len())).copied()
    }

    /// Who answers for what a team does: its lead, or whoever leads, by its place; `None` if nobody works here.
    pub(super) fn owner(&self, team: Team) -> Option<AgentId> {
        let leads = |member: &&Member| member.agent_type != AgentType::Specialist;
        let top = || self.of(AgentType::Orchestrator).next();
        let own = || self.members.iter().find(|member| member.team == Some(team));
        let lead = self
            .members
            .iter()
            .filter(leads)
            .find(|member| member.team == Some(team));
        let owner = match team {
            Team::Whole => top(),
            _ => lead.or_else(own),
        };
        owner
            .map(|member| member.id)
            .or_else(|| self.by_place(AgentType::Director, team as usize))
            .or_else(|| self.by_place(AgentType::Orchestrator, team as usize))
            .or_else(|| self.by_place(AgentType::Specialist, team as usize))
    }

    /// Everybody of a type.
    pub(super) fn of(&self, agent_type: AgentType) -> impl Iterator<Item = &Member> {
        let is = move |member: &&Member| member.agent_type == agent_type;
        self.members.iter().filter(is)
    }

    fn by_place(&self, agent_type: AgentType, place: usize) -> Option<AgentId> {
        let all: Vec<_> = self.of(agent_type).collect();
        let member = all.get(place.checked_rem(all.len())?)?;
        Some(member.id)
    }

    /// Specialists whose name says so, else those of the team, else its leads, else somebody by place.
    fn fit_for(&self, duty: Duty) -> Vec<AgentId> {
        let (team, words) = duty.fits();
        let team: Vec<_> = self
            .members
            .iter()
            .filter(|member| member.team == Some(team))
            .collect();
        let specialists = |of: &[&Member], words: Option<&[&str]>| -> Vec<AgentId> {
            of.iter()
                .filter(|member| member.agent_type == AgentType::Specialist)
                .filter(|member| words.is_none_or(|words| has_word(&member.name, words)))
                .map(|member| member.id)
                .collect()
        };
        let choices = [
            specialists(&team, Some(words)),
            specialists(&team, None),
            team.iter().map(|member| member.id).collect(),
        ];
        if let Some(fit) = choices.into_iter().find(|fit| !fit.is_empty()) {
            return fit;
        }
        let types = [
            AgentType::Specialist,
            AgentType::Director,
            AgentType::Orchestrator,
        ];
        let mut anybody = types
            .into_iter()
            .filter_map(|of| self.by_place(of, duty as usize));
        anybody.next().into_iter().collect()
    }
}
