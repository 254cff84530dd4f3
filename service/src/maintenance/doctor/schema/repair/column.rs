//! A column of PostgreSQL's.

use super::super::compare::Difference;
use super::super::name::parts;
use super::super::object::Kind;
use super::Context;
use crate::maintenance::doctor::examination::Repair;

pub(super) fn repair(context: &Context<'_>, difference: &Difference, expected: &str) -> Repair {
    let (table, column) = parts(&difference.name);
    match difference.found.as_deref() {
        None => added(context, table, column, expected),
        Some(found) => altered(table, column, &Column::of(expected), &Column::of(found)),
    }
}

/// A column that is missing has lost its values. It comes back where something stands for those that are not known: NULL, or what
/// rows without a value get.
fn added(context: &Context<'_>, table: &str, column: &str, expected: &str) -> Repair {
    let wanted = Column::of(expected);
    let has_value = !wanted.required || wanted.default.is_some();
    if has_value && !is_key(context, table, column) {
        return Repair::Sql(format!("ALTER TABLE {table} ADD COLUMN {column} {expected}"));
    }
    let ty = wanted.ty;
    Repair::Decision(format!(
        "nothing stands for the values that {table}.{column} had: restore the table from a backup, or add the column without NOT NULL \
         (ALTER TABLE {table} ADD COLUMN {column} {ty}), give every row its value, and then take no others (ALTER TABLE {table} \
         ALTER COLUMN {column} SET NOT NULL)"
    ))
}

/// A default would give each row a new identity.
fn is_key(context: &Context<'_>, table: &str, column: &str) -> bool {
    context.expected.iter().any(|((kind, name), definition)| {
        *kind == Kind::Constraint
            && parts(name).0 == table
            && definition
                .strip_prefix("PRIMARY KEY (")
                .and_then(|columns| columns.strip_suffix(')'))
                .is_some_and(|columns| columns.split(", ").any(|key| key == column))
    })
}

/// The column's type, default and nullability, as far as they differ.
fn altered(table: &str, column: &str, wanted: &Column<'_>, there: &Column<'_>) -> Repair {
    if there.is_generated != wanted.is_generated {
        return Repair::Decision(format!(
            "the server makes the values of {table}.{column}: keep them and let it stop (ALTER TABLE {table} ALTER COLUMN {column} \
             DROP IDENTITY IF EXISTS, or DROP EXPRESSION IF EXISTS), and look at the column again"
        ));
    }
    let mut changes = Vec::new();
    if wanted.ty != there.ty || wanted.collation != there.collation {
        if !keeps(there.ty, wanted.ty) {
            return Repair::Decision(format!(
                "{} holds what {} does not, and the change would cut or round it: decide what becomes of such values of \
                 {table}.{column}, then ALTER TABLE {table} ALTER COLUMN {column} TYPE {} USING an expression that says so",
                there.ty, wanted.ty, wanted.ty
            ));
        }
        // Without USING the server refuses a value that does not fit.
        changes.push(format!("TYPE {}{}", wanted.ty, collation(wanted, there)));
    }
    if wanted.default != there.default {
        changes.push(match wanted.default {
            Some(default) => format!("SET DEFAULT {default}"),
            None => "DROP DEFAULT".to_owned(),
        });
    }
    if wanted.required != there.required {
        let verb = if wanted.required { "SET" } else { "DROP" };
        changes.push(format!("{verb} NOT NULL"));
    }
    let changes: Vec<_> = changes
        .into_iter()
        .map(|change| format!("ALTER COLUMN {column} {change}"))
        .collect();
    Repair::Sql(format!("ALTER TABLE {table} {}", changes.join(", ")))
}

/// A change of type without a collation keeps that of the new type, except where the type stays.
fn collation(wanted: &Column<'_>, there: &Column<'_>) -> String {
    match (wanted.collation, there.collation) {
        (Some(collation), _) => format!(" COLLATE {collation}"),
        (None, Some(_)) => " COLLATE pg_catalog.\"default\"".to_owned(),
        (None, None) => String::new(),
    }
}

/// Whether values of one type become the other's unchanged, or else are refused. An assignment of numbers rounds them, one of
/// instants cuts them and asks for the time zone.
fn keeps(there: &str, wanted: &str) -> bool {
    const TEXTS: [&str; 3] = ["character varying", "character", "text"];
    const WHOLE: [&str; 3] = ["smallint", "integer", "bigint"];
    let ((from, from_digits), (to, to_digits)) = (base(there), base(wanted));
    let both = |types: &[&str]| types.contains(&from.as_str()) && types.contains(&to.as_str());
    if from == to && to_digits.is_none() || both(&TEXTS) || both(&WHOLE) {
        return true;
    }
    let scale = |digits: &Option<String>| -> Option<u32> {
        let (_, scale) = digits.as_deref()?.split_once(',')?;
        scale.trim().parse().ok()
    };
    match (from.as_str(), to.as_str()) {
        (whole, "numeric") if WHOLE.contains(&whole) => true,
        ("numeric", "numeric") => match (scale(&from_digits), scale(&to_digits)) {
            (Some(from), Some(to)) => from <= to,
            _ => false,
        },
        _ => false,
    }
}

/// `timestamp(3) with time zone` as `timestamp with time zone` and `3`.
fn base(ty: &str) -> (String, Option<String>) {
    match ty
        .split_once('(')
        .and_then(|(start, rest)| Some((start, rest.split_once(')')?)))
    {
        Some((start, (digits, end))) => (format!("{start}{end}"), Some(digits.to_owned())),
        None => (ty.to_owned(), None),
    }
}

struct Column<'a> {
    ty: &'a str,
    collation: Option<&'a str>,
    required: bool,
    default: Option<&'a str>,
    is_generated: bool,
}

impl<'a> Column<'a> {
    fn of(definition: &'a str) -> Self {
        let (rest, value) = match definition.split_once(" generated as ") {
            Some((rest, value)) if !rest.contains(" default ") => (rest, Some((value, true))),
            _ => match definition.split_once(" default ") {
                Some((rest, value)) => (rest, Some((value, false))),
                None => (definition, None),
            },
        };
        let ty = rest.strip_suffix(" not null");
        let (ty, collation) = match ty.unwrap_or(rest).split_once(" collate ") {
            Some((ty, collation)) => (ty, Some(collation)),
            None => (ty.unwrap_or(rest), None),
        };
        Self {
            ty,
            collation,
            required: rest.ends_with(" not null"),
            default: value.filter(|(_, generated)| !generated).map(|(value, _)| value),
            is_generated: value.is_some_and(|(_, generated)| generated),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_cuts_or_rounds_is_not_offered() {
        for (from, to) in [
            ("character varying(400)", "character varying(255)"),
            ("text", "character varying(50)"),
            ("bigint", "integer"),
            ("integer", "numeric(12,2)"),
            ("numeric(14,2)", "numeric(12,2)"),
            ("timestamp(3) with time zone", "timestamp with time zone"),
        ] {
            assert!(keeps(from, to), "{from} {to}");
        }
        for (from, to) in [
            ("numeric(12,4)", "numeric(12,2)"),
            ("numeric", "numeric(12,2)"),
            ("double precision", "numeric(12,2)"),
            ("timestamp with time zone", "date"),
            ("timestamp without time zone", "timestamp with time zone"),
            ("text", "uuid"),
        ] {
            assert!(!keeps(from, to), "{from} {to}");
        }
    }

    #[test]
    fn a_column_comes_apart() {
        let column = Column::of("text collate \"C\" not null default ' generated as '");
        assert_eq!((column.ty, column.collation), ("text", Some("\"C\"")));
        assert!(column.required && !column.is_generated);
        assert_eq!(column.default, Some("' generated as '"));
        assert!(Column::of("bigint not null generated as identity").is_generated);
    }
}
