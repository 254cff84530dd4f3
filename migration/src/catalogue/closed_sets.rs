//! Which CHECKs list the values of a column.

use super::ClosedSet;
use super::lexer::Token;

/// Reads the condition of a CHECK as a closed set, if it is one.
///
/// SQLite keeps `"status" IN ('a', 'b')` as it was written; PostgreSQL rewrites it to
/// `((status)::text = ANY ((ARRAY['a'::character varying, …])::text[]))`, and a list of one to `((status)::text = 'a'::text)`.
pub(super) fn closed_set(condition: &[Token]) -> Option<ClosedSet> {
    let mut words = condition
        .iter()
        .filter(|token| !matches!(token, Token::Symbol('(' | ')') | Token::Comment(_)));
    let column = words.next()?.name()?.to_owned();
    let mut rest = words.skip_while(|token| is_cast(token)).peekable();
    match rest.next()? {
        token if token.is("in") => {}
        Token::Symbol('=') => {
            rest.next_if(|token| token.is("any"));
            rest.next_if(|token| token.is("array"));
        }
        _ => return None,
    }
    let mut values = Vec::new();
    for token in rest {
        match token {
            Token::Text(value) => values.push(value.clone()),
            Token::Symbol('[' | ']' | ',') => {}
            token if is_cast(token) => {}
            _ => return None,
        }
    }
    (!values.is_empty()).then_some(ClosedSet { column, values })
}

/// Whether the token is part of `::text`, `::character varying` or `::text[]`.
fn is_cast(token: &Token) -> bool {
    matches!(token, Token::Symbol(':')) || ["text", "character", "varying"].iter().any(|word| token.is(word))
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    fn read(sql: &str) -> Option<(String, Vec<String>)> {
        closed_set(&tokens(sql)).map(|set| (set.column, set.values))
    }

    #[test]
    fn a_list_reads_the_same_from_both_engines() {
        let set = Some(("status".to_owned(), vec!["a".to_owned(), "b c".to_owned()]));
        assert_eq!(read(r#"("status" IN ('a', 'b c'))"#), set);
        assert_eq!(
            read(
                "(((status)::text = ANY ((ARRAY['a'::character varying, 'b c'::character varying])::text[])))"
            ),
            set
        );
    }

    #[test]
    fn a_list_of_one_is_a_list() {
        let set = Some(("kind".to_owned(), vec!["only".to_owned()]));
        assert_eq!(read("(kind IN ('only'))"), set);
        assert_eq!(read("(((kind)::text = 'only'::text))"), set);
    }

    #[test]
    fn other_conditions_are_no_closed_sets() {
        for sql in [
            "(price >= 0)",
            "((email)::text = lower((email)::text))",
            "(length(currency) = 3)",
            "(status = 'a' OR price > 0)",
            "(priority BETWEEN 1 AND 10)",
        ] {
            assert_eq!(read(sql), None, "{sql}");
        }
    }
}
