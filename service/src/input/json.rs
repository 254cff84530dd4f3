//! JSON columns: objects of a sensible size, which both engines store as they are.

use serde_json::Value;

use super::{Checks, Rule};

/// The most bytes of one JSON column, written without white space.
pub const MAX_JSON_BYTES: usize = 256 * 1024;

/// The deepest nesting of one JSON column; a plain value has depth 0.
pub const MAX_JSON_DEPTH: usize = 32;

impl Checks {
    /// Any JSON value that a column may hold.
    pub(crate) fn json(&mut self, field: impl Into<String>, value: &Value) {
        let field = field.into();
        match look(value, MAX_JSON_DEPTH) {
            Some(rule) => self.refuse(field, rule),
            None => {
                let actual = value.to_string().len();
                if actual > MAX_JSON_BYTES {
                    let max = MAX_JSON_BYTES;
                    self.refuse(field, Rule::TooManyBytes { max, actual });
                }
            }
        }
    }

    /// A JSON object that a column may hold.
    pub(crate) fn json_object(&mut self, field: impl Into<String>, value: &Value) {
        if value.is_object() {
            self.json(field, value);
        } else {
            self.refuse(field, Rule::NotAnObject);
        }
    }
}

/// Whether two values mean the same: `jsonb` gives `1e16` back as a whole number, which is no reason to call a command another.
pub(crate) fn same_json(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
        }
        _ => a == b,
    }
}

/// PostgreSQL's `jsonb` refuses the NUL that SQLite's text would keep, in keys as in values.
fn look(value: &Value, levels: usize) -> Option<Rule> {
    match value {
        Value::String(text) => text.contains('\0').then_some(Rule::Nul),
        Value::Array(_) | Value::Object(_) if levels == 0 => Some(Rule::TooDeep { max: MAX_JSON_DEPTH }),
        Value::Array(items) => items.iter().find_map(|item| look(item, levels - 1)),
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            if key.contains('\0') {
                Some(Rule::Nul)
            } else {
                look(member, levels - 1)
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(value: &Value) -> Option<Rule> {
        let mut checks = Checks::default();
        checks.json_object("metadata", value);
        let refusal = checks.finish().err()?;
        refusal.problems.into_iter().next().map(|problem| problem.rule)
    }

    #[test]
    fn an_object_of_a_sensible_size_passes() {
        assert_eq!(rule(&json!({})), None);
        assert_eq!(
            rule(&json!({"utm": {"source": "newsletter", "clicks": [1, 2, null]}})),
            None
        );
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        assert!(same_json(
            &json!({"a": [1e16, 2]}),
            &json!({"a": [10_000_000_000_000_000_u64, 2]})
        ));
        assert!(!same_json(&json!([1]), &json!([1.5])));
        assert!(!same_json(&json!([u64::MAX]), &json!([u64::MAX - 1])));
        assert!(!same_json(&json!({"a": 1}), &json!({"b": 1})));
    }

    #[test]
    fn size_depth_and_nul_are_limited() {
        let mut deep = json!({});
        for _ in 0..MAX_JSON_DEPTH {
            deep = json!({ "a": deep });
        }
        assert_eq!(rule(&deep), Some(Rule::TooDeep { max: MAX_JSON_DEPTH }));
        let large = json!({ "a": "x".repeat(MAX_JSON_BYTES) });
        assert!(matches!(rule(&large), Some(Rule::TooManyBytes { .. })));
        assert_eq!(rule(&json!({ "a": ["b\0"] })), Some(Rule::Nul));
        assert_eq!(rule(&json!({ "a\0": 1 })), Some(Rule::Nul));
        assert_eq!(rule(&json!([1])), Some(Rule::NotAnObject));
    }
}
