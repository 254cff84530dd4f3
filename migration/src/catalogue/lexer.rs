//! The words of an SQL text: enough to find a CHECK's list, a constraint's name or a view's columns without being fooled
//! by quotes and comments.

/// One word of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a bare name or a number.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    /// A literal in single quotes.
    Text(String),
    /// What stands in a `/* comment */`, trimmed.
    Comment(String),
    /// Any other character.
    Symbol(char),
}

impl Token {
    /// Whether this is that keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// The name, bare or quoted.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

/// Splits SQL into its words. Line comments vanish, an unclosed quote ends with the text.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let mut rest = sql.trim_start();
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' => quoted(rest, '\'', Token::Text),
            '"' | '`' => quoted(rest, first, Token::Quoted),
            _ if rest.starts_with("/*") => comment(rest),
            _ if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            _ if is_word(first) => {
                let length = rest.find(|c| !is_word(c) && c != '.').unwrap_or(rest.len());
                word(rest, length)
            }
            _ => (Some(Token::Symbol(first)), first.len_utf8()),
        };
        found.extend(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A bare word. A dot belongs to a number (`0.5`) and separates names (`t.column`).
fn word(rest: &str, length: usize) -> (Option<Token>, usize) {
    let whole = &rest[..length];
    let number = whole.starts_with(|c: char| c.is_ascii_digit());
    let word = if number {
        whole
    } else {
        whole.split('.').next().unwrap_or(whole)
    };
    (Some(Token::Word(word.to_owned())), word.len())
}

/// A quoted run, in which the doubled quote stands for itself.
fn quoted(rest: &str, quote: char, token: fn(String) -> Token) -> (Option<Token>, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            text.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return (Some(token(text)), at + quote.len_utf8());
        }
    }
    (Some(token(text)), rest.len())
}

fn comment(rest: &str) -> (Option<Token>, usize) {
    let end = rest.find("*/").unwrap_or(rest.len());
    let text = rest.get(2..end).unwrap_or_default().trim();
    (Some(Token::Comment(text.to_owned())), end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_names_are_told_apart() {
        assert_eq!(
            tokens("t.\"a b\" IN ('it''s', 0.5) /* not null */ -- gone\n x"),
            [
                Token::Word("t".into()),
                Token::Symbol('.'),
                Token::Quoted("a b".into()),
                Token::Word("IN".into()),
                Token::Symbol('('),
                Token::Text("it's".into()),
                Token::Symbol(','),
                Token::Word("0.5".into()),
                Token::Symbol(')'),
                Token::Comment("not null".into()),
                Token::Word("x".into()),
            ]
        );
    }
}
