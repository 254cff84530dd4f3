//! The columns of a SQLite view, from its text.
//!
//! SQLite declares no types for a view's expressions. The schema's views say them: each column is a plain reference, whose
//! type SQLite does report, or `CAST(… AS <declared type>) AS name`; the comment `/* not null */` after the name says that
//! the column never is NULL, as the comment on the column does on PostgreSQL.

use super::lexer::Token;

/// What the text of a view says about one of its columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ViewColumn {
    pub(super) name: String,
    /// The type that the CAST names.
    pub(super) cast: Option<String>,
    pub(super) not_null: bool,
}

/// Reads the outermost select list.
pub(super) fn view_columns(definition: &[Token]) -> Vec<ViewColumn> {
    select_list(definition)
        .into_iter()
        .filter_map(view_column)
        .collect()
}

/// The items between the outermost SELECT and its FROM. A comma may stand before the comment of the item it ends.
fn select_list(definition: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0;
    let mut start = None;
    let mut items = Vec::new();
    for (at, token) in definition.iter().enumerate() {
        match (token, start) {
            (Token::Symbol('('), _) => depth += 1,
            (Token::Symbol(')'), _) => depth -= 1,
            (token, None) if depth == 0 && token.is("select") => start = Some(at + 1),
            (Token::Symbol(','), Some(from)) if depth == 0 => {
                let end = match definition.get(at + 1) {
                    Some(Token::Comment(_)) => at + 2,
                    _ => at,
                };
                items.push(&definition[from..end]);
                start = Some(end.max(at + 1));
            }
            (token, Some(from)) if depth == 0 && token.is("from") => {
                items.push(&definition[from..at]);
                return items;
            }
            _ => {}
        }
    }
    items
}

fn view_column(item: &[Token]) -> Option<ViewColumn> {
    let not_null = item
        .iter()
        .any(|token| *token == Token::Comment("not null".to_owned()));
    let words: Vec<_> = item
        .iter()
        .filter(|token| !matches!(token, Token::Comment(_) | Token::Symbol(',')))
        .collect();
    let name = words.last()?.name()?.to_owned();
    let cast = words
        .first()
        .is_some_and(|token| token.is("cast"))
        .then(|| cast_type(item))
        .flatten();
    Some(ViewColumn { name, cast, not_null })
}

/// The type of `CAST(expression AS type) AS name`.
fn cast_type(item: &[Token]) -> Option<String> {
    let mut depth = 0;
    let mut start = None;
    for (at, token) in item.iter().enumerate() {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(spell(item.get(start?..at)?));
                }
            }
            token if depth == 1 && token.is("as") => start = Some(at + 1),
            _ => {}
        }
    }
    None
}

fn spell(words: &[Token]) -> String {
    let mut spelled = String::new();
    for token in words {
        match token {
            Token::Symbol(symbol) => spelled.push(*symbol),
            token => spelled.push_str(token.name().unwrap_or_default()),
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    #[test]
    fn casts_and_comments_tell_types_and_nulls() {
        let sql = r#"CREATE VIEW "v" AS WITH t AS (SELECT CAST(1 AS text) AS inner_one FROM x)
            SELECT c.id AS customer_id /* not null */,
                   CAST(round(sum(coalesce(a, 0)), 2) AS real(12, 2)) AS net /* not null */,
                   CAST(max(b) AS timestamp_with_timezone_text) AS last_at,
                   c.email
            FROM customers c, orders o"#;
        let column = |name: &str, cast: Option<&str>, not_null| ViewColumn {
            name: name.to_owned(),
            cast: cast.map(str::to_owned),
            not_null,
        };
        assert_eq!(
            view_columns(&tokens(sql)),
            [
                column("customer_id", None, true),
                column("net", Some("real(12,2)"), true),
                column("last_at", Some("timestamp_with_timezone_text"), false),
                column("email", None, false),
            ]
        );
    }
}
