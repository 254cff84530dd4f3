//! Replacing what is found, in a text and in JSON.

use std::ops::Range;

use serde_json::{Map, Value};

use super::needles::Needles;

/// What stands where personal data stood.
pub(super) const ERASED: &str = "[erased]";

/// Whether a JSON value names the person beyond doubt.
pub(super) fn is_named_in(needles: &Needles, json: &Value) -> bool {
    match json {
        Value::String(text) => !needles.names_in(text).is_empty(),
        Value::Number(number) => !needles.names_in(&number.to_string()).is_empty(),
        Value::Array(items) => items.iter().any(|item| is_named_in(needles, item)),
        Value::Object(members) => members
            .iter()
            .any(|(key, member)| !needles.names_in(key).is_empty() || is_named_in(needles, member)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// The text without the person; `None` when there is nothing to replace.
pub(super) fn text(needles: &Needles, text: &str, with: &str) -> Option<String> {
    let mut found = needles.all_in(text);
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|at| (at.start, at.end));
    let mut redacted = String::with_capacity(text.len());
    let mut done = 0;
    for Range { start, end } in found {
        if start >= done {
            redacted.push_str(text.get(done..start).unwrap_or_default());
            redacted.push_str(with);
        }
        done = done.max(end);
    }
    redacted.push_str(text.get(done..).unwrap_or_default());
    Some(redacted)
}

/// The JSON value without the person; `None` when there is nothing to replace.
pub(super) fn json(needles: &Needles, value: &Value) -> Option<Value> {
    let redacted = rewritten(needles, value);
    (redacted != *value).then_some(redacted)
}

fn rewritten(needles: &Needles, json: &Value) -> Value {
    match json {
        Value::String(string) => {
            Value::String(text(needles, string, ERASED).unwrap_or_else(|| string.clone()))
        }
        Value::Number(number) if !needles.names_in(&number.to_string()).is_empty() => ERASED.into(),
        Value::Array(items) => items.iter().map(|item| rewritten(needles, item)).collect(),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (key, member) in members {
                let mut name = text(needles, key, ERASED).unwrap_or_else(|| key.clone());
                // Two keys may become one.
                while kept.contains_key(&name) {
                    name.push('+');
                }
                kept.insert(name, rewritten(needles, member));
            }
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => json.clone(),
    }
}
