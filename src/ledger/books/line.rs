//! When two lines of two statement files are one booking, though the files are of different kinds (camt, MT940, CSV) and
//! say more or less of it.
//!
//! Day, amount and account are equal; the payer and his words must agree, and one of them must be said in both. Two equal
//! payments stay two: each file has both, and one line repeats one other (see `same`).

use crate::ledger::event::Payment;
use crate::ledger::matching::names;

/// Words of this length or more are no accident within others, bytes.
const TELLING: usize = 8;

/// Whether both are the same booking.
pub(super) fn same_line(a: &Payment, b: &Payment) -> bool {
    let agree = |x: &Option<String>, y: &Option<String>| x.is_none() || y.is_none() || x == y;
    let (x, y) = (own_words(a), own_words(b));
    let within = |few: &str, many: &str| few.len() >= TELLING && many.contains(few);
    let words_agree = x.is_empty() || y.is_empty() || x == y || within(&x, &y) || within(&y, &x);
    let same_iban = a.payer_iban.is_some() && a.payer_iban == b.payer_iban;
    a.booked.is_some()
        && a.booked == b.booked
        && names::same_payer(a, b)
        && agree(&a.payer_iban, &b.payer_iban)
        && agree(&a.end_to_end_id, &b.end_to_end_id)
        && words_agree
        && (same_iban || !x.is_empty() && !y.is_empty())
}

/// Purpose and references without the blanks and line ends that each format sets differently.
fn own_words(payment: &Payment) -> String {
    let pieces = std::iter::once(&payment.remittance).chain(&payment.references);
    let letters = pieces.flat_map(|piece| piece.chars());
    let letters = letters.filter(|c| !c.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether two ids of a bank are not of one booking: MT940 cuts after 16 signs what camt has in full.
pub(super) fn other_id(a: &str, b: &str) -> bool {
    const KEPT: usize = 16;
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short != long && !(short.len() >= KEPT && long.starts_with(short))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn line(more: serde_json::Value) -> Payment {
        let mut all = serde_json::json!({
            "account": "DE02120300000000202051", "amount": "30.00 EUR", "booked": "2026-03-10", "from_statement": true,
        });
        let fields = more.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(fields);
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn one_booking_in_camt_mt940_and_csv() {
        let camt = line(
            serde_json::json!({"payer": "Ines Hartog", "payer_iban": "DE1", "remittance": "Rechnung 2026-0815", "end_to_end_id": "AB-7"}),
        );
        let mt940 = line(
            serde_json::json!({"payer": "HARTOG, INES", "payer_iban": "DE1", "remittance": "Rechnung 2026\n-0815"}),
        );
        let csv = line(
            serde_json::json!({"payer": "Ines Hartog", "remittance": "EREF+AB-7SVWZ+Rechnung 2026-0815"}),
        );
        for (a, b) in [(&camt, &mt940), (&mt940, &csv), (&camt, &csv)] {
            assert!(same_line(a, b) && same_line(b, a));
        }
        for other in [
            serde_json::json!({"payer": "Ines Hartog", "payer_iban": "DE2", "remittance": "Rechnung 2026-0815"}),
            serde_json::json!({"payer": "Ines Hartog", "payer_iban": "DE1", "remittance": "Rechnung 2026-0816"}),
            serde_json::json!({"payer": "Otto Reimers", "payer_iban": "DE1", "remittance": "Rechnung 2026-0815"}),
            serde_json::json!({"payer": "Ines Hartog", "payer_iban": "DE1", "remittance": "Rechnung 2026-0815", "booked": "2026-03-11"}),
            serde_json::json!({"payer": "Ines Hartog"}),
        ] {
            assert!(!same_line(&camt, &line(other.clone())), "{other}");
        }
        assert!(!other_id("2025112112345670001", "2025112112345670001"));
        assert!(!other_id("2025112112345670", "2025112112345670001"));
        assert!(other_id("20251121", "2025112112345670001"));
    }
}
