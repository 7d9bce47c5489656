//! Whether the sums of an invoice add up (EN 16931, rules BR-CO-10 to BR-CO-16). What does not is for the merchant to
//! look at: a claim is made of proven amounts only.

use rust_decimal::Decimal;

/// The amounts of an invoice as they stand in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Net amounts of the lines (BT-131); of a profile without lines empty.
    pub lines: Vec<Decimal>,
    /// Their stated sum (BT-106).
    pub line_total: Option<Decimal>,
    /// Allowances on the whole (BT-92).
    pub allowances: Vec<Decimal>,
    /// Their stated sum (BT-107).
    pub allowance_total: Option<Decimal>,
    /// Charges on the whole (BT-99).
    pub charges: Vec<Decimal>,
    /// Their stated sum (BT-108).
    pub charge_total: Option<Decimal>,
    /// Total without tax (BT-109).
    pub net: Option<Decimal>,
    /// Tax by rate (BT-117).
    pub taxes: Vec<Decimal>,
    /// Total tax in the invoice's currency (BT-110).
    pub tax: Option<Decimal>,
    /// Total with tax (BT-112).
    pub gross: Option<Decimal>,
    /// Already paid (BT-113).
    pub prepaid: Option<Decimal>,
    /// Rounding (BT-114).
    pub rounding: Option<Decimal>,
    /// Due for payment (BT-115).
    pub due: Option<Decimal>,
    /// What is collected for others (BT-DEX-002 of XRechnung's extension); part of what is due.
    pub for_others: Vec<Decimal>,
}

impl Sums {
    /// Everything that does not add up, in words. Empty: it does.
    pub fn problems(&self) -> Vec<String> {
        // A cent of each line may be lost to rounding in invoices of older profiles.
        let cents =
            |parts: &[Decimal]| Decimal::new(i64::try_from(parts.len().min(5)).unwrap_or(0), 2);
        let rules = [
            Rule(
                "BR-CO-10",
                "the sum of the lines",
                self.line_total,
                total(&self.lines),
                cents(&self.lines),
            ),
            Rule::exact(
                "BR-CO-11",
                "the sum of the allowances",
                self.allowance_total,
                total(&self.allowances),
            ),
            Rule::exact(
                "BR-CO-12",
                "the sum of the charges",
                self.charge_total,
                total(&self.charges),
            ),
            Rule::exact(
                "BR-CO-13",
                "the total without tax",
                self.net,
                self.net_of_parts(),
            ),
            Rule(
                "BR-CO-14",
                "the tax",
                self.tax,
                total(&self.taxes),
                cents(&self.taxes),
            ),
            Rule::exact("BR-CO-15", "the total", self.gross, self.gross_of_parts()),
            Rule::exact(
                "BR-CO-16",
                "the amount due",
                self.checked_due(),
                self.due_of_parts(),
            ),
        ];
        rules.iter().filter_map(Rule::broken).collect()
    }

    fn net_of_parts(&self) -> Option<Decimal> {
        let less = self
            .line_total?
            .checked_sub(self.allowance_total.unwrap_or_default())?;
        less.checked_add(self.charge_total.unwrap_or_default())
    }

    /// Without a total of the tax there is none (small businesses).
    fn gross_of_parts(&self) -> Option<Decimal> {
        self.net?.checked_add(self.tax.unwrap_or_default())
    }

    fn due_of_parts(&self) -> Option<Decimal> {
        let rest = self.gross?.checked_sub(self.prepaid.unwrap_or_default())?;
        let rest = rest.checked_add(self.rounding.unwrap_or_default())?;
        rest.checked_add(total(&self.for_others).unwrap_or_default())
    }

    /// The smallest profile has no place for what is already paid: there the amount due may be less than the total.
    fn checked_due(&self) -> Option<Decimal> {
        let minimum = self.line_total.is_none() && self.prepaid.is_none();
        self.due
            .filter(|due| !minimum || self.gross.is_none_or(|gross| *due > gross))
    }
}

/// A rule: its name, what it is about, what is stated, what it adds up to, how far they may differ.
struct Rule(
    &'static str,
    &'static str,
    Option<Decimal>,
    Option<Decimal>,
    Decimal,
);

impl Rule {
    fn exact(
        name: &'static str,
        what: &'static str,
        stated: Option<Decimal>,
        sum: Option<Decimal>,
    ) -> Rule {
        Rule(name, what, stated, sum, Decimal::ZERO)
    }

    fn broken(&self) -> Option<String> {
        let Rule(name, what, stated, sum, slack) = self;
        let (stated, sum) = ((*stated)?, (*sum)?);
        let off = stated.checked_sub(sum).is_none_or(|off| off.abs() > *slack);
        off.then(|| format!("{what} is {stated}, but adds up to {sum} ({name})"))
    }
}

/// The sum of parts. `None`: there are none.
fn total(parts: &[Decimal]) -> Option<Decimal> {
    let sum = parts
        .iter()
        .try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part));
    sum.filter(|_| !parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Sums {
        let cents = |cents| Decimal::new(cents, 2);
        Sums {
            lines: vec![cents(10_000), cents(5_000)],
            line_total: Some(cents(15_000)),
            allowances: vec![cents(1_000)],
            allowance_total: Some(cents(1_000)),
            charges: vec![cents(490)],
            charge_total: Some(cents(490)),
            net: Some(cents(14_490)),
            taxes: vec![cents(2_753)],
            tax: Some(cents(2_753)),
            gross: Some(cents(17_243)),
            prepaid: Some(cents(5_000)),
            rounding: Some(cents(7)),
            due: Some(cents(12_250)),
            for_others: Vec::new(),
        }
    }

    #[test]
    fn every_rule_is_held() {
        assert_eq!(sound().problems(), Vec::<String>::new());
        let off = Some(Decimal::ONE);
        for (rule, sums) in [
            (
                "BR-CO-10",
                Sums {
                    lines: vec![Decimal::ONE],
                    ..sound()
                },
            ),
            (
                "BR-CO-11",
                Sums {
                    allowances: vec![Decimal::ONE],
                    ..sound()
                },
            ),
            (
                "BR-CO-12",
                Sums {
                    charges: vec![Decimal::ONE],
                    ..sound()
                },
            ),
            (
                "BR-CO-13",
                Sums {
                    net: off,
                    gross: None,
                    ..sound()
                },
            ),
            (
                "BR-CO-14",
                Sums {
                    taxes: vec![Decimal::ONE],
                    ..sound()
                },
            ),
            (
                "BR-CO-15",
                Sums {
                    gross: off,
                    due: None,
                    ..sound()
                },
            ),
            (
                "BR-CO-16",
                Sums {
                    due: off,
                    ..sound()
                },
            ),
        ] {
            let problems = sums.problems();
            assert!(
                matches!(problems.as_slice(), [one] if one.contains(rule)),
                "{rule}: {problems:?}"
            );
        }
    }
}
