//! What the language of criteria understands, and where it says that it does not.

use serde_json::{Value, json};
use service::segments::criteria::{Comparison, Condition, MAX_CONDITIONS, MAX_DEPTH};
use service::segments::{Criteria, CriteriaProblem, FieldType};

fn problem(criteria: &Value) -> (String, CriteriaProblem) {
    let error = Criteria::parse(criteria).unwrap_err();
    (error.path, error.problem)
}

#[test]
fn a_sentence_becomes_a_typed_condition() {
    let criteria = Criteria::parse(&json!({
        "all": [
            { "field": "net", "gte": "500.50", "lt": 1000 },
            { "not": { "field": "company", "is_null": true } },
        ],
    }))
    .unwrap();
    let Condition::All(conditions) = criteria.condition else {
        panic!()
    };
    let [Condition::All(net), Condition::Not(company)] = conditions.as_slice() else {
        panic!()
    };
    assert_eq!(net.len(), 2);
    assert!(matches!(**company, Condition::Compare(_, Comparison::IsNull)));
    assert_eq!(criteria.score.base, 50.into());
}

type Mistake = (Value, &'static str, CriteriaProblem);

fn unknown(key: &str) -> CriteriaProblem {
    CriteriaProblem::UnknownKey { key: key.into() }
}

fn expected(expected: &'static str) -> CriteriaProblem {
    CriteriaProblem::Expected { expected }
}

fn mistakes_of_conditions() -> Vec<Mistake> {
    let age = CriteriaProblem::UnknownField { name: "age".into() };
    let none = CriteriaProblem::NoCondition;
    let score = json!({ "add": [{ "when": { "all": [1] }, "points": 1 }] });
    vec![
        (json!([]), "", expected("an object")),
        (json!({}), "", none.clone()),
        (json!({ "all": [], "any": [] }), "", none),
        (json!({ "some": [] }), "", unknown("some")),
        (json!({ "all": {} }), "all", expected("a list")),
        (
            json!({ "all": [{ "not": 1 }] }),
            "all[0].not",
            expected("an object"),
        ),
        (json!({ "field": "email" }), "", CriteriaProblem::NoOperator),
        (
            json!({ "any": [{ "field": "age", "eq": 1 }] }),
            "any[0].field",
            age,
        ),
        (json!({ "field": "email", "like": "%" }), "", unknown("like")),
        (
            json!({ "all": [], "score": { "bonus": 1 } }),
            "score",
            unknown("bonus"),
        ),
        (
            json!({ "all": [], "score": score }),
            "score.add[0].when.all[0]",
            expected("an object"),
        ),
    ]
}

fn mistakes_of_texts() -> Vec<Mistake> {
    let holds = |holds| CriteriaProblem::NotComparable { holds };
    let many = CriteriaProblem::TooMany { max: 500 };
    vec![
        (json!({ "field": "email", "eq": 1 }), "eq", expected("a text")),
        (json!({ "field": "email", "eq": "a\0" }), "eq", expected("a text")),
        (
            json!({ "field": "email", "lt": "b" }),
            "lt",
            holds(FieldType::Text),
        ),
        (
            json!({ "field": "email", "is_null": true }),
            "is_null",
            CriteriaProblem::NeverAbsent,
        ),
        (
            json!({ "field": "tags", "eq": "a" }),
            "eq",
            holds(FieldType::Tags),
        ),
        (
            json!({ "field": "vip_status", "eq": "yes" }),
            "eq",
            expected("true or false"),
        ),
        (json!({ "field": "phone", "in": vec!["1"; 501] }), "in", many),
    ]
}

fn mistakes_of_numbers() -> Vec<Mistake> {
    let range = |max: u32| CriteriaProblem::OutOfRange {
        min: 0.into(),
        max: max.into(),
    };
    let decimals = |scale| CriteriaProblem::TooManyDecimals { scale };
    let before = CriteriaProblem::NotComparable {
        holds: FieldType::Amount,
    };
    let old = json!({ "field": "created_at", "before": { "days_ago": 36_501 } });
    vec![
        (json!({ "field": "net", "before": 1 }), "before", before),
        (
            json!({ "field": "net", "eq": "much" }),
            "eq",
            expected("a number"),
        ),
        (json!({ "field": "net", "eq": 0.001 }), "eq", decimals(2)),
        (json!({ "field": "orders", "in": [1, 1.5] }), "in[1]", decimals(0)),
        (
            json!({ "all": [], "score": { "base": 101 } }),
            "score.base",
            range(100),
        ),
        (old, "before.days_ago", range(36_500)),
    ]
}

#[test]
fn what_is_not_understood_is_named_with_its_path() {
    let mistakes = [
        mistakes_of_conditions(),
        mistakes_of_texts(),
        mistakes_of_numbers(),
    ];
    for (criteria, path, what) in mistakes.into_iter().flatten() {
        assert_eq!(problem(&criteria), (path.into(), what), "{criteria}");
    }
    for time in [
        json!("yesterday"),
        json!(5),
        json!({ "weeks_ago": 1 }),
        json!("0000-01-01"),
    ] {
        let (path, problem) = problem(&json!({ "field": "created_at", "before": time }));
        assert_eq!(path, "before");
        assert!(matches!(problem, CriteriaProblem::Expected { .. }));
    }
}

#[test]
fn depth_and_number_of_conditions_are_limited() {
    let mut deep = json!({ "all": [] });
    for _ in 1..MAX_DEPTH {
        deep = json!({ "not": deep });
    }
    Criteria::parse(&deep).unwrap();
    let (path, deeper) = problem(&json!({ "all": [deep] }));
    assert_eq!(deeper, CriteriaProblem::TooDeep { max: MAX_DEPTH });
    assert!(path.starts_with("all[0].not.not"), "{path}");
    let many = vec![json!({ "field": "vip_status", "eq": true }); MAX_CONDITIONS - 1];
    Criteria::parse(&json!({ "any": many })).unwrap();
    let (path, problem) = problem(&json!({ "not": { "any": many } }));
    assert_eq!(problem, CriteriaProblem::TooMany { max: MAX_CONDITIONS });
    assert_eq!(path, "not.any[198]");
}
