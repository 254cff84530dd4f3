//! From JSON to typed conditions.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::read::{self, Path};
use super::{
    Bonus, Comparison, Condition, Criteria, CriteriaError, CriteriaProblem, MAX_CONDITIONS, MAX_DEPTH,
    MAX_VALUES, Order, Score,
};
use crate::segments::field::{Field, FieldType};

const OBJECT: CriteriaProblem = CriteriaProblem::Expected {
    expected: "an object",
};
const LIST: CriteriaProblem = CriteriaProblem::Expected { expected: "a list" };

/// How many conditions there may still be.
struct Budget(usize);

impl Budget {
    fn spend(&mut self, path: &Path<'_>) -> Result<(), CriteriaError> {
        self.0 = self
            .0
            .checked_sub(1)
            .ok_or_else(|| path.error(CriteriaProblem::TooMany { max: MAX_CONDITIONS }))?;
        Ok(())
    }
}

pub(super) fn criteria(json: &Value) -> Result<Criteria, CriteriaError> {
    let path = Path::Root;
    let mut budget = Budget(MAX_CONDITIONS);
    let mut members = json.as_object().ok_or_else(|| path.error(OBJECT))?.clone();
    let score = members.remove("score");
    let condition = of_members(&members, &path, MAX_DEPTH, &mut budget)?;
    let score = match score {
        Some(json) => score_of(&json, &path.key("score"), &mut budget)?,
        None => Score {
            base: Decimal::from(50),
            add: Vec::new(),
        },
    };
    Ok(Criteria { condition, score })
}

fn condition(
    json: &Value,
    path: &Path<'_>,
    levels: usize,
    budget: &mut Budget,
) -> Result<Condition, CriteriaError> {
    let members = json.as_object().ok_or_else(|| path.error(OBJECT))?;
    of_members(members, path, levels, budget)
}

fn of_members(
    members: &Map<String, Value>,
    path: &Path<'_>,
    levels: usize,
    budget: &mut Budget,
) -> Result<Condition, CriteriaError> {
    budget.spend(path)?;
    let levels = levels
        .checked_sub(1)
        .ok_or_else(|| path.error(CriteriaProblem::TooDeep { max: MAX_DEPTH }))?;
    if let Some(name) = members.get("field") {
        return comparison(members, name, path, budget);
    }
    let mut members = members.iter();
    let (Some((key, value)), None) = (members.next(), members.next()) else {
        return Err(path.error(CriteriaProblem::NoCondition));
    };
    let inner = path.key(key);
    match key.as_str() {
        "all" => Ok(Condition::All(list(value, &inner, levels, budget)?)),
        "any" => Ok(Condition::Any(list(value, &inner, levels, budget)?)),
        "not" => Ok(Condition::Not(Box::new(condition(
            value, &inner, levels, budget,
        )?))),
        _ => Err(path.error(CriteriaProblem::UnknownKey { key: key.clone() })),
    }
}

fn list(
    json: &Value,
    path: &Path<'_>,
    levels: usize,
    budget: &mut Budget,
) -> Result<Vec<Condition>, CriteriaError> {
    let items = json.as_array().ok_or_else(|| path.error(LIST))?;
    let items = items.iter().enumerate();
    items
        .map(|(i, item)| condition(item, &path.index(i), levels, budget))
        .collect()
}

/// `{"field": …, operator: value, …}`: all of its operators have to hold.
fn comparison(
    members: &Map<String, Value>,
    name: &Value,
    path: &Path<'_>,
    budget: &mut Budget,
) -> Result<Condition, CriteriaError> {
    let at = path.key("field");
    let name = read::text(name, &at)?;
    let field = Field::named(&name).ok_or_else(|| at.error(CriteriaProblem::UnknownField { name }))?;
    let mut comparisons = Vec::new();
    for (operator, value) in members.iter().filter(|(key, _)| *key != "field") {
        if !comparisons.is_empty() {
            budget.spend(path)?;
        }
        comparisons.push(compare(field, operator, value, path)?);
    }
    match comparisons.len() {
        0 => Err(path.error(CriteriaProblem::NoOperator)),
        1 => Ok(comparisons.remove(0)),
        _ => Ok(Condition::All(comparisons)),
    }
}

fn compare(field: Field, operator: &str, value: &Value, path: &Path<'_>) -> Result<Condition, CriteriaError> {
    let at = path.key(operator);
    let compare = |comparison| Ok(Condition::Compare(field, comparison));
    let holds = field.holds();
    match operator {
        "is_null" if !field.may_be_absent() => Err(at.error(CriteriaProblem::NeverAbsent)),
        "is_null" => negated(!read::flag(value, &at)?, compare(Comparison::IsNull)?),
        "eq" | "ne" => {
            let equal = match holds {
                FieldType::Text => Comparison::Text(read::text(value, &at)?),
                FieldType::Flag => Comparison::Flag(read::flag(value, &at)?),
                FieldType::Amount | FieldType::Count => {
                    Comparison::Number(Order::Equal, read::number(value, holds, &at)?)
                }
                FieldType::Tags | FieldType::Time => {
                    return Err(at.error(CriteriaProblem::NotComparable { holds }));
                }
            };
            negated(operator == "ne", compare(equal)?)
        }
        "in" => compare(one_of(holds, value, &at)?),
        "contains" if holds == FieldType::Tags => compare(Comparison::Contains(read::text(value, &at)?)),
        "lt" | "lte" | "gt" | "gte" | "before" | "after" => compare(ordered(holds, operator, value, &at)?),
        "contains" => Err(at.error(CriteriaProblem::NotComparable { holds })),
        key => Err(path.error(CriteriaProblem::UnknownKey { key: key.to_owned() })),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the last step of a match whose other arms can fail"
)]
fn negated(negate: bool, condition: Condition) -> Result<Condition, CriteriaError> {
    Ok(if negate {
        Condition::Not(Box::new(condition))
    } else {
        condition
    })
}

fn ordered(
    holds: FieldType,
    operator: &str,
    value: &Value,
    at: &Path<'_>,
) -> Result<Comparison, CriteriaError> {
    let order = match operator {
        "lt" | "before" => Order::Less,
        "lte" => Order::LessOrEqual,
        "gte" => Order::GreaterOrEqual,
        _ => Order::Greater,
    };
    match (holds, operator) {
        (FieldType::Time, _) => Ok(Comparison::Time(order, read::moment(value, at)?)),
        (FieldType::Amount | FieldType::Count, "lt" | "lte" | "gt" | "gte") => {
            Ok(Comparison::Number(order, read::number(value, holds, at)?))
        }
        _ => Err(at.error(CriteriaProblem::NotComparable { holds })),
    }
}

fn one_of(holds: FieldType, value: &Value, at: &Path<'_>) -> Result<Comparison, CriteriaError> {
    let items = value.as_array().ok_or_else(|| at.error(LIST))?;
    if items.len() > MAX_VALUES {
        return Err(at.error(CriteriaProblem::TooMany { max: MAX_VALUES }));
    }
    let items = items.iter().enumerate();
    match holds {
        FieldType::Text => items
            .map(|(i, item)| read::text(item, &at.index(i)))
            .collect::<Result<_, _>>()
            .map(Comparison::OneOfTexts),
        FieldType::Amount | FieldType::Count => items
            .map(|(i, item)| read::number(item, holds, &at.index(i)))
            .collect::<Result<_, _>>()
            .map(Comparison::OneOfNumbers),
        FieldType::Flag | FieldType::Tags | FieldType::Time => {
            Err(at.error(CriteriaProblem::NotComparable { holds }))
        }
    }
}

fn score_of(json: &Value, path: &Path<'_>, budget: &mut Budget) -> Result<Score, CriteriaError> {
    let members = json.as_object().ok_or_else(|| path.error(OBJECT))?;
    let mut score = Score {
        base: Decimal::from(50),
        add: Vec::new(),
    };
    for (key, value) in members {
        let at = path.key(key);
        match key.as_str() {
            "base" => score.base = read::points(value, Decimal::ZERO, &at)?,
            "add" => {
                let items = value.as_array().ok_or_else(|| at.error(LIST))?;
                for (i, item) in items.iter().enumerate() {
                    score.add.push(bonus(item, &at.index(i), budget)?);
                }
            }
            _ => return Err(path.error(CriteriaProblem::UnknownKey { key: key.clone() })),
        }
    }
    Ok(score)
}

fn bonus(json: &Value, path: &Path<'_>, budget: &mut Budget) -> Result<Bonus, CriteriaError> {
    let members = json.as_object().ok_or_else(|| path.error(OBJECT))?;
    if let Some(key) = members
        .keys()
        .find(|key| !["when", "points"].contains(&key.as_str()))
    {
        return Err(path.error(CriteriaProblem::UnknownKey { key: key.clone() }));
    }
    let member = |key| members.get(key).unwrap_or(&Value::Null);
    Ok(Bonus {
        when: condition(member("when"), &path.key("when"), MAX_DEPTH, budget)?,
        points: read::points(member("points"), Decimal::from(-100), &path.key("points"))?,
    })
}
