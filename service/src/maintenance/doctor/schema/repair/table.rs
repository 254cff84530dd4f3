//! A table that is missing, or that has another nature.

use super::super::compare::Difference;
use super::Context;
use crate::maintenance::doctor::examination::Repair;

const UNLOGGED: &str = "not logged";
const POLICIES: [&str; 2] = ["row level security", "forced upon its owner"];

pub(super) fn repair(context: &Context<'_>, difference: &Difference, expected: &str) -> Repair {
    let name = difference.name.as_str();
    let Some(found) = difference.found.as_deref() else {
        return Repair::Decision(format!(
            "restore the table {name} from a backup, or copy the data into a database that was just migrated"
        ));
    };
    let mut traits: Vec<_> = found.split(", ").collect();
    let mut has = |what: &str| {
        let before = traits.len();
        traits.retain(|found| *found != what);
        traits.len() < before
    };
    let (is_unlogged, has_policies) = (has(UNLOGGED), POLICIES.map(&mut has).contains(&true));
    if traits.join(", ") != expected || !is_unlogged && !has_policies {
        return Repair::Decision(format!(
            "the table {name} cannot be changed in place: restore it from a backup, or copy the data into a database that was just migrated"
        ));
    }
    if has_policies {
        return Repair::Decision(format!(
            "policies hide rows of {name} from operations: let a migration say so, or switch them off \
             ({})",
            context.home.script(format!(
                "ALTER TABLE {name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
            ))
        ));
    }
    Repair::Sql(format!("ALTER TABLE {name} SET LOGGED"))
}
