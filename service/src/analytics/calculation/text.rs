//! Reads the text of a calculation before a database does.

/// Names of functions that act beyond the transaction, so that a rollback does not undo them, that run a text as SQL, or that
/// reach the server's files. A name that ends with an underscore stands for all that begin so.
const FORBIDDEN: [&str; 38] = [
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "dblink",
    "dblink_",
    "fts3_tokenizer",
    "lo_export",
    "lo_import",
    "load_extension",
    "pg_advisory_",
    "pg_backup_",
    "pg_cancel_backend",
    "pg_copy_",
    "pg_create_",
    "pg_drop_",
    "pg_export_snapshot",
    "pg_file_",
    "pg_import_",
    "pg_log_",
    "pg_logical_",
    "pg_ls_",
    "pg_notify",
    "pg_promote",
    "pg_read_",
    "pg_reload_conf",
    "pg_replication_",
    "pg_rotate_logfile",
    "pg_stat_",
    "pg_switch_wal",
    "pg_sync_",
    "pg_terminate_backend",
    "pg_try_advisory_",
    "pg_wal_replay_",
    "query_to_xml",
    "query_to_xml_",
    "query_to_xmlschema",
    "ts_rewrite",
    "ts_stat",
    "xpath_table",
];

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is not one SELECT, or one cannot tell: a dollar, an escape, a comment in a comment, a quote in brackets.
    NotOneQuery,
    /// It names a function that it may not.
    Forbidden(String),
}

/// Whether a text may be kept as a calculation.
pub(crate) fn is_one_query(sql: &str) -> bool {
    inspect(sql).is_ok()
}

/// Accepts what both engines read as one SELECT or WITH, with at most a semicolon at its end.
pub(super) fn inspect(sql: &str) -> Result<(), Flaw> {
    let mut reader = Reader { rest: sql };
    let mut first = true;
    let mut ended = false;
    while let Some(token) = reader.next()? {
        match token {
            _ if ended => return Err(Flaw::NotOneQuery),
            Token::End => ended = true,
            Token::Name(name) => {
                if first && !["select", "with"].contains(&name.as_str()) {
                    return Err(Flaw::NotOneQuery);
                }
                if is_forbidden(&name) {
                    return Err(Flaw::Forbidden(name));
                }
            }
            Token::Other if first => return Err(Flaw::NotOneQuery),
            Token::Other => {}
        }
        first = false;
    }
    if first { Err(Flaw::NotOneQuery) } else { Ok(()) }
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.iter().any(|forbidden| match forbidden.ends_with('_') {
        true => name.starts_with(forbidden),
        false => name == *forbidden,
    })
}

enum Token {
    /// A name, quoted or not, in lower case.
    Name(String),
    /// A semicolon.
    End,
    /// A literal, an operator, a parenthesis.
    Other,
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Option<Token>, Flaw> {
        self.skip_space()?;
        let Some(c) = self.rest.chars().next() else {
            return Ok(None);
        };
        let token = match c {
            ';' => {
                self.advance(1);
                Token::End
            }
            // A backslash escapes in PostgreSQL's E'…' only, and in nobody's '…'; so it is taken in neither.
            '\'' => {
                let text = self.quoted('\'')?;
                if text.contains('\\') {
                    return Err(Flaw::NotOneQuery);
                }
                Token::Other
            }
            '"' | '`' => Token::Name(self.quoted(c)?.to_lowercase()),
            // A quoted name on SQLite, a subscript on PostgreSQL.
            '[' => {
                let inside = self.rest.split(']').next().unwrap_or_default();
                if inside.contains(['\'', '"', '`', ';']) || inside.contains("--") || inside.contains("/*") {
                    return Err(Flaw::NotOneQuery);
                }
                self.advance(1);
                Token::Other
            }
            // PostgreSQL's other quotes, and parameters, which nobody gives.
            '$' | '\0' => return Err(Flaw::NotOneQuery),
            c if c.is_alphabetic() || c == '_' => self.name()?,
            c => {
                self.advance(c.len_utf8());
                Token::Other
            }
        };
        Ok(Some(token))
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// White space and comments. PostgreSQL nests comments and SQLite does not, so a nested one is refused.
    fn skip_space(&mut self) -> Result<(), Flaw> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("--") {
                let (line, rest) = comment.split_once('\n').unwrap_or((comment, ""));
                // PostgreSQL ends it at a carriage return as well.
                if line.trim_end_matches('\r').contains('\r') {
                    return Err(Flaw::NotOneQuery);
                }
                self.rest = rest;
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                let (inside, rest) = comment.split_once("*/").ok_or(Flaw::NotOneQuery)?;
                if inside.contains("/*") {
                    return Err(Flaw::NotOneQuery);
                }
                self.rest = rest;
            } else {
                return Ok(());
            }
        }
    }

    /// What stands between quotes, where two of them stand for one.
    fn quoted(&mut self, quote: char) -> Result<String, Flaw> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c != quote || chars.next_if(|(_, next)| *next == quote).is_some() {
                text.push(c);
            } else {
                self.advance(at + 1);
                return Ok(text);
            }
        }
        Err(Flaw::NotOneQuery)
    }

    fn name(&mut self) -> Result<Token, Flaw> {
        let end = self
            .rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let name = self.rest[..end].to_lowercase();
        self.advance(end);
        // U&"…" spells names in escapes.
        if name == "u" && (self.rest.starts_with("&\"") || self.rest.starts_with("&'")) {
            return Err(Flaw::NotOneQuery);
        }
        Ok(Token::Name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_select_is_one_query() {
        for sql in [
            "SELECT 1",
            "  select avg(total_amount) from orders ; ",
            "/* monthly */ WITH o AS (SELECT 1 AS a) SELECT a FROM o -- done",
            "SELECT count(*) FROM orders WHERE note = 'it''s; fine' AND \"status\" = 'x'",
            "SELECT 1; -- and no more",
            "SELECT a[1] FROM t",
        ] {
            assert_eq!(inspect(sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for sql in [
            "",
            "-- nothing",
            "SELECT 1; SELECT 2",
            "SELECT 1; DROP TABLE kpis",
            "SELECT 1;;",
            "INSERT INTO kpis DEFAULT VALUES",
            "PRAGMA query_only = 0",
            "ATTACH 'x' AS y",
            "COMMIT",
            "(SELECT 1)",
            "SELECT 'open",
            "SELECT /* open",
            "SELECT 1 /* /* */ ; DROP TABLE kpis; -- */",
            "SELECT E'\\'; DROP TABLE kpis; --'",
            "SELECT $$;$$",
            "SELECT 1 AS [a']; DROP TABLE kpis; --'",
            "SELECT 1 --\r; DROP TABLE kpis",
            "SELECT U&\"pg\\005fsleep\"(1)",
            "SELECT 1\0",
        ] {
            assert_eq!(inspect(sql), Err(Flaw::NotOneQuery), "{sql}");
        }
    }

    #[test]
    fn functions_that_reach_beyond_the_transaction_are_named() {
        for (sql, name) in [
            ("SELECT PG_Terminate_Backend(1)", "pg_terminate_backend"),
            ("SELECT \"pg_advisory_lock\"(1)", "pg_advisory_lock"),
            ("SELECT load_extension('x')", "load_extension"),
            ("SELECT pg_catalog . dblink_exec('', '')", "dblink_exec"),
        ] {
            assert_eq!(inspect(sql), Err(Flaw::Forbidden(name.into())), "{sql}");
        }
    }
}
