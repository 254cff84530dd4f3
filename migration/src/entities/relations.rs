//! The relations of every entity, both sides of every foreign key.

use std::collections::BTreeMap;

use super::EntitiesError;
use super::names::{KeyNames, key_names, pascal, plural, singular};
use crate::catalogue::{Action, Catalogue, ForeignKey, Table, View};

/// The relations of one table.
#[derive(Debug, Default)]
pub(super) struct Relations<'a> {
    /// Its own keys, in the order of their columns.
    pub(super) parents: Vec<Parent<'a>>,
    /// The keys that refer to it, in the order of the children's names and columns.
    pub(super) children: Vec<Child<'a>>,
    /// The ways through it, if it is a junction.
    pub(super) links: Vec<Link<'a>>,
}

/// A key seen from the child.
#[derive(Debug)]
pub(super) struct Parent<'a> {
    pub(super) variant: String,
    pub(super) key: &'a ForeignKey,
    pub(super) column: &'a str,
    pub(super) parent_column: &'a str,
    /// Whether it is the only key between the two tables.
    pub(super) unambiguous: bool,
}

/// A key seen from the parent.
#[derive(Debug)]
pub(super) struct Child<'a> {
    pub(super) variant: String,
    pub(super) table: &'a str,
    pub(super) column: &'a str,
    pub(super) key: &'a ForeignKey,
    /// The variant of the same key in the child's `Relation`.
    pub(super) inverse: String,
    /// Whether it is the only key between the two tables.
    pub(super) unambiguous: bool,
}

/// A way from one parent of a junction to the other.
#[derive(Debug)]
pub(super) struct Link<'a> {
    pub(super) name: String,
    pub(super) from: &'a str,
    pub(super) from_variant: String,
    pub(super) to: &'a str,
    pub(super) to_variant: String,
}

/// A foreign key with everything known about it.
struct Named<'a> {
    child: &'a Table,
    key: &'a ForeignKey,
    column: &'a str,
    parent_column: &'a str,
    names: KeyNames,
    unambiguous: bool,
}

/// Finds the relations of every table.
///
/// # Errors
///
/// A key of several columns, a key to a table that is not there, or two keys that the rule gives one name.
pub(super) fn relations(catalogue: &Catalogue) -> Result<BTreeMap<&str, Relations<'_>>, EntitiesError> {
    let mut all: BTreeMap<&str, Relations<'_>> = BTreeMap::new();
    let keys = named_keys(catalogue)?;
    for table in &catalogue.tables {
        let relations = Relations {
            parents: keys
                .iter()
                .filter(|key| key.child.name == table.name)
                .map(parent)
                .collect(),
            children: keys
                .iter()
                .filter(|key| key.key.parent == table.name)
                .map(child)
                .collect(),
            links: links(table, &keys),
        };
        refuse_clashes(&table.name, &relations)?;
        all.insert(&table.name, relations);
    }
    Ok(all)
}

fn named_keys(catalogue: &Catalogue) -> Result<Vec<Named<'_>>, EntitiesError> {
    let mut keys = Vec::new();
    for child in &catalogue.tables {
        let mut own = Vec::new();
        for key in &child.foreign_keys {
            let ([column], [parent_column]) = (key.columns.as_slice(), key.parent_columns.as_slice()) else {
                return Err(EntitiesError::CompositeKey {
                    key: key.name.clone(),
                });
            };
            if catalogue.table(&key.parent).is_none() {
                return Err(EntitiesError::UnknownParent {
                    key: key.name.clone(),
                    parent: key.parent.clone(),
                });
            }
            own.push(Named {
                child,
                key,
                column,
                parent_column,
                names: key_names(child, key, column),
                unambiguous: keys_between(catalogue, &child.name, &key.parent) == 1
                    && child.name != key.parent,
            });
        }
        own.sort_by_key(|key| child.columns.iter().position(|column| column.name == *key.column));
        keys.extend(own);
    }
    Ok(keys)
}

fn keys_between(catalogue: &Catalogue, one: &str, other: &str) -> usize {
    let count = |from: &str, to: &str| {
        let table = catalogue.table(from);
        table.map_or(0, |table| {
            table.foreign_keys.iter().filter(|key| key.parent == to).count()
        })
    };
    if one == other {
        count(one, one)
    } else {
        count(one, other) + count(other, one)
    }
}

fn parent<'a>(named: &Named<'a>) -> Parent<'a> {
    Parent {
        variant: named.names.belongs_to.clone(),
        key: named.key,
        column: named.column,
        parent_column: named.parent_column,
        unambiguous: named.unambiguous,
    }
}

fn child<'a>(named: &Named<'a>) -> Child<'a> {
    Child {
        variant: named.names.has_many.clone(),
        table: &named.child.name,
        column: named.column,
        key: named.key,
        inverse: named.names.belongs_to.clone(),
        unambiguous: named.unambiguous,
    }
}

fn refuse_clashes(table: &str, relations: &Relations<'_>) -> Result<(), EntitiesError> {
    let mut taken: BTreeMap<&str, &ForeignKey> = BTreeMap::new();
    let parents = relations
        .parents
        .iter()
        .map(|parent| (&parent.variant, parent.key));
    let children = relations.children.iter().map(|child| (&child.variant, child.key));
    for (variant, key) in parents.chain(children) {
        if let Some(first) = taken.insert(variant, key) {
            return Err(EntitiesError::RelationClash {
                table: table.to_owned(),
                variant: variant.clone(),
                first: first.name.clone(),
                second: key.name.clone(),
            });
        }
    }
    Ok(())
}

/// The two ways through a junction.
///
/// A junction has exactly two foreign keys and says nothing but that two rows belong together: it has no id of its own
/// (`customer_segment_members`, `email_subscribers`), or a unique key holds both references (`agent_collaborations`). A
/// table with two keys and an id, as `tasks`, is a thing of its own.
fn links<'a>(table: &'a Table, keys: &[Named<'a>]) -> Vec<Link<'a>> {
    let own: Vec<_> = keys.iter().filter(|key| key.child.name == table.name).collect();
    let [one, other] = own.as_slice() else {
        return Vec::new();
    };
    let pairs = |columns: &[String]| {
        [one.column, other.column]
            .iter()
            .all(|key| columns.iter().any(|c| c == key))
    };
    if table.primary_key.len() < 2 && !table.unique_keys().any(pairs) {
        return Vec::new();
    }
    [(one, other), (other, one)]
        .into_iter()
        .map(|(from, to)| Link {
            name: format!("{}To{}", from.names.belongs_to, pascal(&plural(stem(to.column)))),
            from: &from.key.parent,
            from_variant: from.names.belongs_to.clone(),
            to: &to.key.parent,
            to_variant: to.names.belongs_to.clone(),
        })
        .collect()
}

fn stem(column: &str) -> &str {
    column.strip_suffix("_id").unwrap_or(column)
}

/// The table that a view's rows are about: its first column is named after that table's key (`customer_id`).
pub(super) fn view_base<'a>(catalogue: &'a Catalogue, view: &View) -> Option<&'a Table> {
    let stem = view.columns.first()?.name.strip_suffix("_id")?;
    catalogue
        .tables
        .iter()
        .find(|table| singular(&table.name) == stem && table.single_key().is_some())
}

/// The action as SeaORM names it.
pub(super) fn action_name(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NoAction",
        Action::Restrict => "Restrict",
        Action::Cascade => "Cascade",
        Action::SetNull => "SetNull",
        Action::SetDefault => "SetDefault",
    }
}

/// The action as SQL says it.
pub(super) fn action_sql(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}
