//! One way to write what PostgreSQL writes in several.
//!
//! The server prints definitions from what it parsed: a dump that was restored has other casts and parentheses than the
//! migration's own text, and since version 16 the columns of a view over one table carry no qualifier.

use super::object::Kind;

/// Stands for a parenthesis that is needed, while the others are removed.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';
/// Stands for the text of a literal.
const LITERAL: char = '\u{3}';

/// A definition for comparison.
pub(super) fn normal(kind: Kind, definition: &str) -> String {
    let lines = || definition.lines().map(str::trim).filter(|line| !line.is_empty());
    match kind {
        Kind::Column | Kind::Constraint | Kind::Index | Kind::Partition => {
            expression(&lines().collect::<Vec<_>>().join(" "), false)
        }
        Kind::View => expression(&lines().collect::<Vec<_>>().join(" "), true),
        _ => lines().collect::<Vec<_>>().join("\n"),
    }
}

/// A text of SQLite's with single spaces, and without the quotes of names, which a table that is renamed gets.
pub(super) fn unquoted(text: &str) -> String {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (names, literals) = without_literals(&spaced);
    with_literals(names.replace('"', ""), literals)
}

fn with_literals(mut text: String, literals: Vec<String>) -> String {
    for literal in literals {
        text = text.replacen(LITERAL, &literal, 1);
    }
    text
}

fn expression(text: &str, unqualified: bool) -> String {
    let (mut text, literals) = without_literals(text);
    text = without_casts(&text);
    if unqualified {
        text = without_qualifiers(&text);
    }
    text = without_needless_parentheses(text);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    with_literals(words, literals)
}

fn without_literals(text: &str) -> (String, Vec<String>) {
    let (mut rest, mut literals) = (String::new(), Vec::new());
    for (n, part) in text.split('\'').enumerate() {
        if n % 2 == 0 {
            rest.push_str(part);
        } else {
            rest.push(LITERAL);
            literals.push(format!("'{part}'"));
        }
    }
    (rest, literals)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '"'
}

fn without_casts(text: &str) -> String {
    const MORE: [&str; 4] = [" varying", " with time zone", " without time zone", " precision"];
    let mut parts = text.split("::");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut rest = part.trim_start_matches(is_word);
        for more in MORE {
            rest = rest.strip_prefix(more).unwrap_or(rest);
        }
        if let Some((digits, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'))
            && digits.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ')
        {
            rest = after;
        }
        for more in MORE {
            rest = rest.strip_prefix(more).unwrap_or(rest);
        }
        kept.push_str(rest.strip_prefix("[]").unwrap_or(rest));
    }
    kept
}

fn without_qualifiers(text: &str) -> String {
    let mut kept = String::new();
    let mut word = String::new();
    for c in text.chars() {
        if is_word(c) {
            word.push(c);
        } else if c == '.' && word.starts_with(|c: char| !c.is_ascii_digit()) {
            word.clear();
        } else {
            kept.push_str(&word);
            word.clear();
            kept.push(c);
        }
    }
    kept.push_str(&word);
    kept
}

/// Removes parentheses around a single name, value, array or other parenthesis, unless they are a function's.
fn without_needless_parentheses(mut text: String) -> String {
    while let Some(end) = text.find(')') {
        let Some(start) = text[..end].rfind('(') else {
            break;
        };
        let content = text[start + 1..end].trim().to_owned();
        let is_call = text[..start].ends_with(is_word);
        let replacement = if !is_call && is_single(&content) {
            content
        } else {
            format!("{OPEN}{content}{CLOSE}")
        };
        text.replace_range(start..=end, &replacement);
    }
    text.replace(OPEN, "(").replace(CLOSE, ")")
}

fn is_single(content: &str) -> bool {
    if content.chars().all(|c| is_word(c) || c == LITERAL || c == '.') {
        return true;
    }
    let brackets = if content.starts_with(OPEN) {
        (OPEN, CLOSE)
    } else if content.starts_with("ARRAY[") {
        ('[', ']')
    } else {
        return false;
    };
    let mut depth = 0_usize;
    for (at, c) in content.char_indices() {
        if c == brackets.0 {
            depth += 1;
        } else if c == brackets.1 {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + c.len_utf8() == content.len();
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        normal(Kind::Constraint, one) == normal(Kind::Constraint, other)
    }

    #[test]
    fn a_restored_check_is_the_same() {
        assert!(same(
            "CHECK (((type)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
            "CHECK (((type)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
        ));
        assert!(same("CHECK ((a >= (0)::numeric))", "CHECK ((a >= 0))"));
        assert!(same(
            "CHECK (((email)::text = lower((email)::text)))",
            "CHECK ((email = lower(email)))"
        ));
    }

    #[test]
    fn what_means_something_else_stays_different() {
        for (one, other) in [
            ("CHECK ((a >= 0))", "CHECK ((a > 0))"),
            ("CHECK ((a AND (b OR c)))", "CHECK (((a AND b) OR c))"),
            ("CHECK ((a = 'x'))", "CHECK ((a = 'y'))"),
            ("CHECK ((a = '(x)'))", "CHECK ((a = 'x'))"),
            ("CHECK ((lower(a) = b))", "CHECK ((lower = b))"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn quotes_of_names_make_no_difference_on_sqlite_and_those_of_texts_do() {
        assert_eq!(
            unquoted(r#"CREATE TRIGGER a  ON "agents" WHEN x = '"'"#),
            unquoted("CREATE TRIGGER a ON agents\nWHEN x = '\"'")
        );
        assert_ne!(unquoted("x = '\"'"), unquoted("x = ''"));
    }

    #[test]
    fn a_view_over_one_table_needs_no_qualifier() {
        let of = |text| normal(Kind::View, text);
        assert_eq!(
            of("SELECT tasks.a,\n   (1.5)::numeric(5,4) FROM tasks"),
            of(" SELECT a, 1.5 FROM tasks")
        );
    }
}
