//! The parts of SQLite's `CREATE TABLE`, which is all that it keeps of a table.

use super::name::identifier;
use super::object::{Kind, Objects};

/// Files a table, its columns and its constraints. A constraint on a column is part of the column.
pub(super) fn file_table(objects: &mut Objects, table: &str, sql: &str) {
    let (Some(start), Some(end)) = (sql.find('('), sql.rfind(')')) else {
        return;
    };
    objects.insert(
        (Kind::Table, table.to_owned()),
        ["plain", sql[end + 1..].trim()].join(" ").trim().to_owned(),
    );
    for part in parts(&sql[start + 1..end]) {
        let (kind, name, definition) = file(&part);
        objects.insert((kind, format!("{table}.{name}")), definition);
    }
}

fn file(part: &str) -> (Kind, String, String) {
    let (first, rest) = word(part);
    match first.to_ascii_uppercase().as_str() {
        "CONSTRAINT" => {
            let (name, definition) = word(rest);
            (Kind::Constraint, identifier(name), definition.to_owned())
        }
        kind @ ("PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN") => (
            Kind::Constraint,
            format!("{} {}", kind.to_lowercase(), columns(rest)),
            part.to_owned(),
        ),
        _ => (Kind::Column, identifier(first), rest.to_owned()),
    }
}

/// The columns between the first parentheses, which tell one unnamed constraint from another.
fn columns(rest: &str) -> String {
    let inner = rest.split_once('(').map_or(rest, |(_, inner)| inner);
    let inner = inner.split_once(')').map_or(inner, |(inner, _)| inner);
    inner
        .chars()
        .filter(|c| *c != '"')
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The first word, without its quotes, and what follows.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    if let Some((name, rest)) = text.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        return (name, rest.trim_start());
    }
    let end = text
        .find(|c: char| c.is_whitespace() || c == '(')
        .unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// Splits at commas outside of parentheses and quotes, and writes each part on one line.
fn parts(body: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quote) = (0_i32, None);
    for c in body.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
        .iter()
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_apart() {
        let sql = r#"CREATE TABLE "t" ( "a" text NOT NULL DEFAULT 'x, (', "b" real(5, 2), CONSTRAINT "c" CHECK ("a" IN ('x', 'y')), PRIMARY KEY ("a", "b") ) STRICT"#;
        let mut objects = Objects::new();
        file_table(&mut objects, "t", sql);
        let told: Vec<_> = objects
            .iter()
            .map(|((kind, name), definition)| (kind.name(), name.as_str(), definition.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("table", "t", "plain STRICT"),
                ("column", "t.a", "text NOT NULL DEFAULT 'x, ('"),
                ("column", "t.b", "real(5, 2)"),
                ("constraint", "t.c", r#"CHECK ("a" IN ('x', 'y'))"#),
                ("constraint", "t.primary a, b", r#"PRIMARY KEY ("a", "b")"#),
            ]
        );
    }
}
