//! Month partitions, of which there are as many as there have been months: each is compared with what any month looks like.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use entity::SystemEventId;

use super::object::{Kind, Objects};

/// The partition's table, and what stands for all months of it or for its default in the snapshot.
pub(super) struct Form {
    /// `table.month`, `table.default`, or the partition's own name when it is neither.
    pub(super) name: String,
    /// The definition, with the month's name and bounds left open.
    pub(super) definition: String,
}

/// What a partition `table.table_y2026m11` looks like, whatever its month.
pub(super) fn form(name: &str, definition: &str) -> Form {
    let form = |name: String, definition| Form { name, definition };
    let Some((table, partition)) = name.split_once('.') else {
        return form(name.to_owned(), definition.to_owned());
    };
    let named = definition.replace(partition, "{partition}");
    let Some(suffix) = partition
        .strip_prefix(table)
        .and_then(|rest| rest.strip_prefix('_'))
    else {
        return form(name.to_owned(), definition.to_owned());
    };
    if suffix == "default" {
        return form(format!("{table}.default"), named);
    }
    match month(suffix).and_then(|from| Some((from, from.checked_add_months(Months::new(1))?))) {
        Some((from, to)) => form(format!("{table}.month"), open(&named, from, to)),
        None => form(name.to_owned(), definition.to_owned()),
    }
}

fn month(suffix: &str) -> Option<NaiveDate> {
    let (year, month) = suffix.strip_prefix('y')?.split_once('m')?;
    if month.len() != 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)
}

fn open(definition: &str, from: NaiveDate, to: NaiveDate) -> String {
    let start = |day: NaiveDate| -> DateTime<Utc> { day.and_time(NaiveTime::MIN).and_utc() };
    let mut text = definition.to_owned();
    for (day, bound, date) in [(from, "{first id}", "{from}"), (to, "{next id}", "{to}")] {
        text = text.replace(&SystemEventId::lowest(start(day)).to_string(), bound);
        text = text.replace(&day.to_string(), date);
    }
    text
}

/// With the partitions replaced by their forms, as in the snapshot.
pub(super) fn forms_of(objects: &Objects) -> Objects {
    objects
        .iter()
        .map(|((kind, name), definition)| match kind {
            Kind::Partition => {
                let form = form(name, definition);
                ((*kind, form.name), form.definition)
            }
            _ => ((*kind, name.clone()), definition.clone()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_months_have_one_form_and_a_wrong_bound_has_another() {
        let of = |name: &str, from: &str, to: &str| {
            let definition = format!("from {from}\n{name}_window CHECK (d >= '{from}' AND d < '{to}')");
            form(&format!("t.{name}"), &definition)
        };
        let (november, december) = (
            of("t_y2026m11", "2026-11-01", "2026-12-01"),
            of("t_y2026m12", "2026-12-01", "2027-01-01"),
        );
        assert_eq!(november.name, "t.month");
        assert_eq!(november.definition, december.definition);
        let wrong = of("t_y2026m12", "2026-12-02", "2027-01-01");
        assert_ne!(wrong.definition, december.definition);
        for strange in ["t.t_old", "t.t_y2026m13", "t.u_y2026m11"] {
            assert_eq!(form(strange, "").name, strange);
        }
        assert_eq!(form("t.t_default", "t_default_window").name, "t.default");
    }
}
