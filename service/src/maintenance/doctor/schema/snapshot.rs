//! The schema as the migrations build it, as text.
//!
//! `kind name = definition`, sorted; the further lines of a long definition are indented.

use sea_orm::DbBackend;

use super::object::{Kind, Objects};

const POSTGRES: &str = include_str!("postgres.txt");
const SQLITE: &str = include_str!("sqlite.txt");

const INDENT: &str = "    ";

/// What the migrations build on an engine.
pub(super) fn expected(engine: DbBackend) -> Objects {
    parse(match engine {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    })
}

pub(super) fn parse(text: &str) -> Objects {
    let mut objects = Objects::new();
    let mut last = None;
    for line in text.lines() {
        if let Some(more) = line.strip_prefix(INDENT) {
            if let Some(definition) = last.as_ref().and_then(|key| objects.get_mut(key)) {
                let definition: &mut String = definition;
                definition.push('\n');
                definition.push_str(more);
            }
            continue;
        }
        let Some((head, definition)) = line.split_once(" =") else {
            continue;
        };
        let Some((kind, name)) = head.split_once(' ') else {
            continue;
        };
        if let Some(kind) = Kind::of(kind) {
            let key = (kind, name.to_owned());
            objects.insert(key.clone(), definition.trim_start().to_owned());
            last = Some(key);
        }
    }
    objects
}

pub(super) fn print(objects: &Objects) -> String {
    let mut text = String::new();
    for ((kind, name), definition) in objects {
        text.push_str(kind.name());
        text.push(' ');
        text.push_str(name);
        text.push_str(" =");
        for (n, line) in definition.lines().enumerate() {
            text.push_str(if n == 0 { " " } else { "\n" });
            text.push_str(if n == 0 { "" } else { INDENT });
            text.push_str(line.trim_end());
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        let mut objects = Objects::new();
        for (kind, name, definition) in [
            (Kind::Migration, "m1", ""),
            (Kind::Function, "f(a uuid)", "CREATE\n  x = 1;\nEND"),
            (Kind::Column, "t.c", "text default '= '"),
        ] {
            objects.insert((kind, name.to_owned()), definition.to_owned());
        }
        assert_eq!(parse(&print(&objects)), objects);
    }
}
