//! The law's own arithmetic, and that parts are what they are of.
use proptest::prelude::*;

use super::*;

fn rates() -> BaseRates {
    // The second half of 2026 as a merchant adds it.
    BaseRates::published().with(date(2026, 7, 1), Decimal::new(152, 2))
}

fn money(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn worked_examples() {
    for (principal, debtor, first, last, total) in [
        (
            "1000.00",
            Debtor::Consumer,
            "2025-06-01",
            "2025-07-31",
            "11.30",
        ),
        (
            "10000.00",
            Debtor::Business,
            "2023-12-15",
            "2024-07-15",
            "736.56",
        ),
        (
            "249.90",
            Debtor::Consumer,
            "2026-05-05",
            "2026-08-15",
            "4.50",
        ),
        (
            "89.95",
            Debtor::Consumer,
            "2024-02-15",
            "2024-03-15",
            "0.64",
        ),
        (
            "5000.00",
            Debtor::Business,
            "2022-11-01",
            "2023-08-31",
            "434.11",
        ),
    ] {
        let found = interest(
            money(principal),
            debtor,
            first.parse().unwrap(),
            last.parse().unwrap(),
            &rates(),
        );
        assert_eq!(found.unwrap().total, money(total), "{principal} {first}");
    }
}

#[test]
fn beyond_the_last_known_half_year_nothing_is_computed() {
    let day = date(2026, 6, 30);
    let until =
        |rates: &BaseRates, last| interest(Decimal::ONE, Debtor::Consumer, day, last, rates);
    let published = BaseRates::published();
    assert_eq!(published.known_until(), Some(day));
    assert!(until(&published, day).is_ok());
    let refused = until(&published, date(2026, 7, 1)).unwrap_err();
    assert!(refused.contains("2026-07-01"), "{refused}");
    assert!(until(&rates(), date(2026, 12, 31)).is_ok());
    assert!(until(&rates(), date(2027, 1, 1)).is_err());
    let long_ago = date(2001, 12, 31);
    assert!(interest(Decimal::ONE, Debtor::Consumer, long_ago, day, &rates()).is_err());
}

#[test]
fn the_lump_sum_is_for_businesses_and_once() {
    assert_eq!(Debtor::Business.lump_sum(false), Some(Decimal::from(40)));
    assert_eq!(Debtor::Business.lump_sum(true), None);
    assert_eq!(Debtor::Consumer.lump_sum(false), None);
}

proptest! {
    #[test]
    fn adjoining_times_add_up_before_rounding(cents in 1_i64..10_000_000, start in 0_i64..8_000, one in 0_i64..900, two in 1_i64..900, business: bool) {
        let debtor = if business { Debtor::Business } else { Debtor::Consumer };
        let first = date(2002, 1, 1).checked_add(start.days()).unwrap();
        let middle = first.checked_add(one.days()).unwrap();
        let last = middle.checked_add(two.days()).unwrap();
        prop_assume!(last <= date(2026, 12, 31));
        let principal = Decimal::new(cents, 2);
        let of = |from, to| interest(principal, debtor, from, to, &rates()).unwrap();
        let whole = of(first, last);
        let sum = of(first, middle).exact + of(middle.tomorrow().unwrap(), last).exact;
        prop_assert!((whole.exact - sum).abs() < Decimal::new(1, 15));
        let shown: Decimal = whole.stretches.iter().map(|stretch| stretch.interest).sum();
        prop_assert_eq!(shown, whole.total);
        let days: i32 = whole.stretches.iter().map(|stretch| stretch.days).sum();
        prop_assert_eq!(i64::from(days), one + two + 1);
        prop_assert!(whole.stretches.iter().all(|stretch| stretch.interest >= Decimal::ZERO));
    }
}
