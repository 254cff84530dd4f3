//! Names of objects: identifiers as SQL writes them, `"Reports"` with its quotes, joined by dots.

/// What an object belongs to, and its own name; `None` for what belongs to nothing.
pub(super) fn owned(name: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let dot = name.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    dot.map(|(at, _)| (&name[..at], &name[at + 1..]))
}

/// [`owned`], with the name itself as both for what belongs to nothing.
pub(super) fn parts(name: &str) -> (&str, &str) {
    owned(name).unwrap_or((name, name))
}

/// A name of SQLite's as SQL writes it.
pub(super) fn identifier(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// The identifier in quotes, for engines whose keywords are not known here.
pub(super) fn quoted(identifier: &str) -> String {
    if identifier.starts_with('"') {
        identifier.to_owned()
    } else {
        format!("\"{identifier}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_between_quotes_is_part_of_a_name() {
        assert_eq!(owned("agents.status"), Some(("agents", "status")));
        assert_eq!(owned(r#""a.b".c"#), Some((r#""a.b""#, "c")));
        assert_eq!(owned(r#""a"".b""#), None);
        assert_eq!(parts("orders"), ("orders", "orders"));
    }

    #[test]
    fn an_odd_name_is_quoted_once() {
        assert_eq!(identifier("notes"), "notes");
        assert_eq!(identifier(r#"my "notes""#), r#""my ""notes""""#);
        assert_eq!(quoted("order"), r#""order""#);
        assert_eq!(quoted(&identifier("a b")), r#""a b""#);
    }
}
