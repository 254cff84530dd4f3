//! The comment in sqlcommenter's form: keys sorted, values URL-encoded in single quotes.

/// The comment's `application`, the same for all that this library sends.
pub const APPLICATION: &str = "vividwalls";

const BEFORE: &str = " /*action='";
const AFTER: &str = "',application='vividwalls'*/";

/// Ends `sql` in the comment that names `action`. One of ours that stands there already is an inner operation's and gives way; any
/// other is the caller's and stays.
pub(crate) fn stamp(sql: &mut String, action: &str) {
    sql.truncate(sql.trim_end_matches([' ', '\n', ';']).len());
    if sql.ends_with("*/") {
        match name_of(sql) {
            Some(inner) => sql.truncate(sql.len() - AFTER.len() - inner.len() - BEFORE.len()),
            None => return,
        }
    }
    // A line that ends in a comment of its own would take this one in.
    if sql.lines().next_back().is_some_and(|last| last.contains("--")) {
        sql.push('\n');
    }
    sql.reserve_exact(BEFORE.len() + action.len() + AFTER.len());
    sql.push_str(BEFORE);
    sql.push_str(action);
    sql.push_str(AFTER);
}

/// The operation whose name a statement carries: `orders.place` of `SELECT 1 /*action='orders.place',application='vividwalls'*/`.
/// `None` for a statement of somebody else.
#[must_use]
pub fn name_of(sql: &str) -> Option<&str> {
    let rest = sql.strip_suffix(AFTER)?;
    let at = rest.rfind(BEFORE)?;
    // No name needs more than this, so none has to be decoded.
    Some(&rest[at + BEFORE.len()..])
        .filter(|name| name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_' | b'.')))
}

/// A statement without the name of an operation.
pub(crate) fn without_name(sql: &str) -> &str {
    let name = name_of(sql).map_or(0, |name| BEFORE.len() + name.len() + AFTER.len());
    sql[..sql.len() - name].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamped(sql: &str, action: &str) -> String {
        let mut sql = sql.to_owned();
        stamp(&mut sql, action);
        sql
    }

    #[test]
    fn a_statement_ends_in_the_name_of_its_operation() {
        let sql = stamped("SELECT 1", "orders.place");
        assert_eq!(sql, "SELECT 1 /*action='orders.place',application='vividwalls'*/");
        assert_eq!(name_of(&sql), Some("orders.place"));
        assert_eq!(without_name(&sql), "SELECT 1");
        assert!(AFTER.contains(&format!("'{APPLICATION}'")));
    }

    #[test]
    fn the_outer_operation_takes_the_place_of_the_inner() {
        let inner = stamped("SELECT 1", "inventory.release");
        assert_eq!(
            stamped(&inner, "orders.cancel"),
            stamped("SELECT 1", "orders.cancel")
        );
    }

    #[test]
    fn a_comment_of_the_caller_stays() {
        for sql in [
            "SELECT 1 /* mine */",
            "SELECT 1 /*action='Checkout%20now',framework='axum'*/",
        ] {
            assert_eq!(stamped(sql, "orders.place"), sql);
            assert_eq!(name_of(sql), None);
        }
    }

    #[test]
    fn a_name_is_not_swallowed_by_the_comment_of_a_line() {
        let sql = stamped("SELECT 1 -- the first", "orders.place");
        assert!(sql.starts_with("SELECT 1 -- the first\n /*"), "{sql}");
    }

    #[test]
    fn a_name_inside_a_text_is_not_the_statements() {
        let sql = "SELECT '/*action=''a'',application=''vividwalls''*/'";
        assert_eq!(name_of(sql), None);
        assert!(stamped(sql, "a.b").ends_with(&format!("*/'{BEFORE}a.b{AFTER}")));
    }
}
