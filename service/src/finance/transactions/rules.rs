//! What a transaction of each type has to name, and what it must not.

use std::collections::HashSet;

use entity::TransactionType;
use rust_decimal::Decimal;

use super::record::NewTransaction;
use crate::batch::MAX_ELEMENTS;
use crate::input::{Checks, InvalidInput, Rule};

/// Whether a field has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
    Forbidden,
}

/// The fields whose presence depends on the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rules {
    customer: Need,
    payment_method: Need,
    description: Need,
}

/// Revenue and refunds move a customer's money, by some method. An expense goes to a supplier, who is no customer. An adjustment
/// moves nothing, so it has no method, but it says why it is there.
///
/// An agent may stand on any of them. The order has a rule of its own: see
/// [`RecordError::BelongsToOrder`](super::RecordError::BelongsToOrder).
fn rules(kind: TransactionType) -> Rules {
    use Need::{Forbidden, Optional, Required};
    match kind {
        TransactionType::Revenue | TransactionType::Refund => Rules {
            customer: Optional,
            payment_method: Required,
            description: Optional,
        },
        TransactionType::Expense => Rules {
            customer: Forbidden,
            payment_method: Optional,
            description: Optional,
        },
        TransactionType::Adjustment => Rules {
            customer: Optional,
            payment_method: Forbidden,
            description: Required,
        },
    }
}

/// Whether only the operations of an order write such a transaction of an order.
pub(super) fn belongs_to_order(kind: TransactionType) -> bool {
    match kind {
        TransactionType::Revenue | TransactionType::Refund => true,
        TransactionType::Expense | TransactionType::Adjustment => false,
    }
}

pub(super) fn check_all(transactions: &[NewTransaction]) -> Result<(), InvalidInput> {
    let mut checks = Checks::default();
    if transactions.is_empty() {
        checks.refuse("transactions", Rule::Empty);
    }
    checks.at_most("transactions", transactions.len(), MAX_ELEMENTS);
    let mut seen = HashSet::new();
    for (i, transaction) in transactions.iter().enumerate() {
        let path = format!("transactions[{i}]");
        if !seen.insert(transaction.id) {
            checks.refuse(format!("{path}.id"), Rule::Repeated);
        }
        check(&mut checks, &path, transaction);
    }
    checks.finish()
}

fn check(checks: &mut Checks, path: &str, transaction: &NewTransaction) {
    if transaction.id.instant().is_none() {
        checks.refuse(format!("{path}.id"), Rule::NotTimeOrdered);
    }
    checks.name(format!("{path}.category"), &transaction.category, 100);
    check_amount(checks, format!("{path}.amount"), transaction.amount);
    checks.currency(format!("{path}.currency"), &transaction.currency);
    let rules = rules(transaction.kind);
    let texts = [
        (
            "description",
            &transaction.description,
            usize::MAX,
            rules.description,
        ),
        (
            "payment_method",
            &transaction.payment_method,
            50,
            rules.payment_method,
        ),
    ];
    for (field, value, max, need) in texts {
        let field = format!("{path}.{field}");
        match value {
            Some(value) if need == Need::Required => checks.name(field, value, max),
            Some(value) if need == Need::Optional => checks.text(field, value, max),
            None if need == Need::Required => checks.refuse(field, Rule::Blank),
            Some(_) => checks.refuse(field, Rule::Conflicts { other: "kind" }),
            None => {}
        }
    }
    if transaction.customer.is_some() && rules.customer == Need::Forbidden {
        checks.refuse(format!("{path}.customer"), Rule::Conflicts { other: "kind" });
    }
}

/// An amount of money that moves: more than nothing, since its type says in which direction.
pub(in crate::finance) fn check_amount(checks: &mut Checks, field: impl Into<String>, amount: Decimal) {
    if amount.is_zero() {
        checks.refuse(field, Rule::NotPositive);
    } else {
        checks.amount(field, amount, (12, 2));
    }
}

#[cfg(test)]
mod tests {
    use entity::{CustomerId, TransactionId};

    use super::*;

    fn problems(kind: TransactionType, change: impl FnOnce(&mut NewTransaction)) -> Vec<(String, Rule)> {
        let mut transaction = NewTransaction::new(kind, "rent", Decimal::ONE_HUNDRED);
        change(&mut transaction);
        match check_all(&[transaction]) {
            Ok(()) => Vec::new(),
            Err(refused) => refused
                .problems
                .into_iter()
                .map(|problem| (problem.field.replace("transactions[0].", ""), problem.rule))
                .collect(),
        }
    }

    #[test]
    fn each_type_has_what_it_needs_and_nothing_it_must_not_have() {
        use TransactionType::{Adjustment, Expense, Refund, Revenue};
        let by_card = |t: &mut NewTransaction| t.payment_method = Some("card".into());
        let missing = |field: &str| vec![(field.to_owned(), Rule::Blank)];
        let forbidden = |field: &str| vec![(field.to_owned(), Rule::Conflicts { other: "kind" })];
        for kind in [Revenue, Refund] {
            assert_eq!(problems(kind, by_card), []);
            assert_eq!(problems(kind, |_| ()), missing("payment_method"));
        }
        assert_eq!(problems(Expense, |_| ()), []);
        assert_eq!(problems(Expense, by_card), []);
        assert_eq!(
            problems(Expense, |t| t.customer = Some(CustomerId::new())),
            forbidden("customer")
        );
        let why = |t: &mut NewTransaction| t.description = Some("counted twice".into());
        assert_eq!(problems(Adjustment, why), []);
        assert_eq!(problems(Adjustment, |_| ()), missing("description"));
        assert_eq!(
            problems(Adjustment, |t| {
                why(t);
                by_card(t);
            }),
            forbidden("payment_method")
        );
    }

    #[test]
    fn an_amount_is_more_than_nothing_and_an_id_has_a_time() {
        let with = |amount: &str| problems(TransactionType::Expense, |t| t.amount = amount.parse().unwrap());
        assert_eq!(with("0.00"), [("amount".into(), Rule::NotPositive)]);
        assert_eq!(with("-1"), [("amount".into(), Rule::Negative)]);
        assert_eq!(
            with("0.001"),
            [("amount".into(), Rule::TooManyDecimals { scale: 2 })]
        );
        let random = TransactionId::from(uuid::Uuid::new_v4());
        assert_eq!(
            problems(TransactionType::Expense, |t| t.id = random),
            [("id".into(), Rule::NotTimeOrdered)]
        );
    }
}
