//! `mod.rs`: the modules, and the ids and enums for the crate root.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{HEADER, own_types};
use crate::catalogue::Catalogue;
use crate::entities::EntitiesError;

/// Renders `mod.rs`.
///
/// # Errors
///
/// A type that two tables would both define.
pub(super) fn render(catalogue: &Catalogue) -> Result<String, EntitiesError> {
    refuse_clashes(catalogue)?;
    let tables: BTreeSet<_> = catalogue.tables.iter().map(|table| table.name.as_str()).collect();
    let views: BTreeSet<_> = catalogue.views.iter().map(|view| view.name.as_str()).collect();
    let mut text = format!("//! One module for every table and view.\n//!\n//! {HEADER}\n\n");
    for name in tables.union(&views) {
        let _ = writeln!(text, "pub mod {name};");
    }
    text.push('\n');
    for table in &catalogue.tables {
        let types: BTreeSet<_> = own_types(table).map(|(name, _)| name).collect();
        match types.len() {
            0 => {}
            1 => {
                let _ = writeln!(
                    text,
                    "pub use {}::{};",
                    table.name,
                    types.into_iter().collect::<String>()
                );
            }
            _ => {
                let _ = writeln!(
                    text,
                    "pub use {}::{{{}}};",
                    table.name,
                    Vec::from_iter(types).join(", ")
                );
            }
        }
    }
    text += &for_each("table", &tables);
    text += &for_each("view", &views);
    Ok(text)
}

fn refuse_clashes(catalogue: &Catalogue) -> Result<(), EntitiesError> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for (name, place) in catalogue.tables.iter().flat_map(own_types) {
        if let Some(first) = taken.insert(name.clone(), place.clone()) {
            return Err(EntitiesError::TypeClash {
                name,
                first,
                second: place,
            });
        }
    }
    Ok(())
}

/// A macro that hands the modules to another macro, for what is done to every table.
fn for_each(what: &str, modules: &BTreeSet<&str>) -> String {
    let list: Vec<_> = modules
        .iter()
        .map(|module| format!("            {module}\n"))
        .collect();
    format!(
        "\n/// Calls a macro with the module name of every {what}, separated by spaces.\n\
         #[macro_export]\nmacro_rules! for_each_{what} {{\n    ($callback:ident) => {{\n        $callback! {{\n{}        }}\n    }};\n}}\n",
        list.concat()
    )
}
