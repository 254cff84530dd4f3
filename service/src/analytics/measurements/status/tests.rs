use super::*;

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

#[test]
fn a_value_stands_where_its_distance_to_the_target_puts_it() {
    use Better::{Higher, Lower};
    for (value, target, better, expected) in [
        ("100", "100", Higher, Standing::OnTarget),
        ("101", "100", Higher, Standing::OnTarget),
        ("90", "100", Higher, Standing::AtRisk),
        ("89.9999", "100", Higher, Standing::Off),
        ("100", "100", Lower, Standing::OnTarget),
        ("99", "100", Lower, Standing::OnTarget),
        ("110", "100", Lower, Standing::AtRisk),
        ("110.0001", "100", Lower, Standing::Off),
        ("-105", "-100", Higher, Standing::AtRisk),
        ("0.0001", "0", Lower, Standing::Off),
    ] {
        let tenth = Decimal::new(1, 1);
        let found = standing(decimal(value), decimal(target), better, tenth);
        assert_eq!(found, expected, "{value} against {target}");
    }
    assert_eq!(
        standing(None, decimal("1"), Higher, Decimal::ZERO),
        Standing::NotMeasured
    );
    assert_eq!(
        standing(decimal("1"), None, Higher, Decimal::ZERO),
        Standing::NoTarget
    );
}

#[test]
fn a_kpi_is_overdue_one_step_after_its_last_measurement() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let last = Some(at("2026-01-31T12:00:00Z"));
    let monthly = |now| is_overdue(KpiFrequency::Monthly, last, at(now));
    assert!(!monthly("2026-02-28T12:00:00Z"));
    assert!(monthly("2026-02-28T12:00:01Z"));
    assert!(is_overdue(KpiFrequency::Yearly, None, at("2026-02-28T12:00:01Z")));
}
