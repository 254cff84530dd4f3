//! Month partitions, of which there are as many as there have been months: each is compared with what any month looks like.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use entity::SystemEventId;

use super::name::owned;
use super::object::{Kind, Objects};

/// The partition's table, and what stands for all months of it or for its default in the snapshot.
pub(super) struct Form {
    /// `table.month`, `table.default`, or the partition's own name when it is neither.
    pub(super) name: String,
    /// The definition, with the month's name and bounds left open.
    pub(super) definition: String,
}

/// Which partition a name is one of.
enum Which {
    Default,
    Month { from: NaiveDate, to: NaiveDate },
}

fn which(table: &str, partition: &str) -> Option<Which> {
    let suffix = partition.strip_prefix(table)?.strip_prefix('_')?;
    if suffix == "default" {
        return Some(Which::Default);
    }
    let from = month(suffix)?;
    let to = from.checked_add_months(Months::new(1))?;
    Some(Which::Month { from, to })
}

/// What a partition `table.table_y2026m11` looks like, whatever its month.
pub(super) fn form(name: &str, definition: &str) -> Form {
    let form = |name: String, definition| Form { name, definition };
    let found = owned(name).and_then(|(table, partition)| Some((table, partition, which(table, partition)?)));
    let Some((table, partition, which)) = found else {
        return form(name.to_owned(), definition.to_owned());
    };
    let named = definition.replace(partition, "{partition}");
    match which {
        Which::Default => form(format!("{table}.default"), named),
        Which::Month { from, to } => form(format!("{table}.month"), open(&named, from, to)),
    }
}

/// What the migrations make of the partition `table.table_y2026m11`; `None` for a name that no partition of theirs has.
pub(super) fn wanted(expected: &Objects, name: &str) -> Option<String> {
    let (table, partition) = owned(name)?;
    let which = which(table, partition)?;
    let form = match which {
        Which::Default => "default",
        Which::Month { .. } => "month",
    };
    let definition = expected.get(&(Kind::Partition, format!("{table}.{form}")))?;
    let named = definition.replace("{partition}", partition);
    Some(match which {
        Which::Default => named,
        Which::Month { from, to } => bounds(from, to)
            .into_iter()
            .fold(named, |text, (value, open)| text.replace(open, &value)),
    })
}

/// The partitioned table whose partition a table was before it was detached, as far as its name tells.
pub(super) fn detached_from<'a>(expected: &'a Objects, name: &str) -> Option<&'a str> {
    let forms = expected.keys().filter(|(kind, _)| *kind == Kind::Partition);
    let mut tables = forms.filter_map(|(_, form)| Some(owned(form)?.0));
    tables.find(|table| which(table, name).is_some())
}

fn month(suffix: &str) -> Option<NaiveDate> {
    let (year, month) = suffix.strip_prefix('y')?.split_once('m')?;
    if month.len() != 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)
}

/// What differs from month to month, with what stands for it.
fn bounds(from: NaiveDate, to: NaiveDate) -> [(String, &'static str); 4] {
    let lowest = |day: NaiveDate| {
        let start: DateTime<Utc> = day.and_time(NaiveTime::MIN).and_utc();
        SystemEventId::lowest(start).to_string()
    };
    [
        (lowest(from), "{first id}"),
        (from.to_string(), "{from}"),
        (lowest(to), "{next id}"),
        (to.to_string(), "{to}"),
    ]
}

fn open(definition: &str, from: NaiveDate, to: NaiveDate) -> String {
    bounds(from, to)
        .into_iter()
        .fold(definition.to_owned(), |text, (value, open)| {
            text.replace(&value, open)
        })
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

    #[test]
    fn a_month_is_made_of_its_form_again() {
        let definition = "for values from ('{first id}') to ('{next id}')\n{partition}_window CHECK (d >= '{from}' AND d < '{to}')";
        let expected = Objects::from([((Kind::Partition, "t.month".to_owned()), definition.to_owned())]);
        let made = wanted(&expected, "t.t_y2026m12").unwrap_or_default();
        assert!(made.ends_with("t_y2026m12_window CHECK (d >= '2026-12-01' AND d < '2027-01-01')"));
        assert_eq!(form("t.t_y2026m12", &made).definition, definition);
        assert_eq!(wanted(&expected, "t.t_default"), None);
        assert_eq!(detached_from(&expected, "t_y2026m12"), Some("t"));
        assert_eq!(detached_from(&expected, "t_old"), None);
    }
}
