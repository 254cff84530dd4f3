//! JSON in one form, whichever engine keeps it.
//!
//! PostgreSQL keeps the value and writes it with spaces and short keys first, SQLite keeps the text that it was given. A number stays
//! as it is written: a type of Rust's would round it, or have no room for it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Deeper, the text stays as the engine writes it.
const MAX_DEPTH: usize = 100;

/// An object, of whose equal keys the last counts.
#[derive(Deserialize)]
struct Object<'a>(#[serde(borrow)] BTreeMap<String, &'a RawValue>);

/// The same JSON without spaces, on one line, its keys in alphabetical order, its numbers digit by digit.
pub(super) fn compact(text: &str) -> Result<String, serde_json::Error> {
    let raw: &RawValue = serde_json::from_str(text)?;
    let mut out = String::with_capacity(text.len());
    write(raw, &mut out, 0)?;
    Ok(out)
}

fn write(raw: &RawValue, out: &mut String, depth: usize) -> Result<(), serde_json::Error> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == MAX_DEPTH => without_spaces(text, out),
        Some(b'{') => {
            let Object(members) = serde_json::from_str(text)?;
            out.push('{');
            for (n, (key, value)) in members.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(&key)?);
                out.push(':');
                write(value, out, depth + 1)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text)?;
            out.push('[');
            for (n, value) in elements.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(value, out, depth + 1)?;
            }
            out.push(']');
        }
        Some(b'"') => {
            let text: String = serde_json::from_str(text)?;
            out.push_str(&serde_json::to_string(&text)?);
        }
        _ => out.push_str(text),
    }
    Ok(())
}

/// Line feeds between two values would end a JSON line.
fn without_spaces(text: &str, out: &mut String) {
    let (mut in_text, mut is_escaped) = (false, false);
    for c in text.chars() {
        if in_text || !c.is_ascii_whitespace() {
            out.push(c);
        }
        if c == '"' && !is_escaped {
            in_text = !in_text;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_texts_become_the_same_one() {
        let of_postgres = r#"{"b": [1, 2.50, {}], "aa": "\u0001 \"é\"", "ccc": null}"#;
        let of_sqlite = "{\"ccc\":null, \"b\":[1,\n2.50,{}],\"aa\":\"\\u0001 \\\"\\u00e9\\\"\"}";
        let expected = r#"{"aa":"\u0001 \"é\"","b":[1,2.50,{}],"ccc":null}"#;
        assert_eq!(compact(of_postgres).unwrap(), expected);
        assert_eq!(compact(of_sqlite).unwrap(), expected);
        assert_eq!(compact(expected).unwrap(), expected);
    }

    #[test]
    fn a_number_keeps_every_digit() {
        for number in [
            "12345678901234567890.123456789",
            "18446744073709551616",
            "1.10",
            "1e400",
            "-0",
        ] {
            assert_eq!(compact(number).unwrap(), number);
            assert_eq!(compact(&format!("[ {number} ]")).unwrap(), format!("[{number}]"));
        }
    }

    #[test]
    fn what_is_very_deep_stays_on_one_line() {
        let (deep, text) = (10_000, "\n\"a b\\\" \"");
        let json = format!("{}{text}{}", "[".repeat(deep), "]".repeat(deep));
        assert_eq!(compact(&json).unwrap(), json.replace('\n', ""));
        assert!(compact("{").is_err() && compact("{\"a\":1} 2").is_err());
    }
}
