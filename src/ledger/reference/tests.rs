//! What is a number in a purpose and what is not.
use super::*;

fn payment(remittance: &str) -> Payment {
    serde_json::from_value(serde_json::json!({
        "account": "DE02120300000000202051", "amount": "1.00 EUR", "remittance": remittance,
    }))
    .unwrap()
}

fn found(remittance: &str, known: &[&str]) -> Vec<(String, bool)> {
    let known: Vec<String> = known.iter().flat_map(|number| forms(number)).collect();
    named(&payment(remittance), |form| known.iter().any(|k| k == form))
        .into_iter()
        .map(|named| (named.form, named.sure))
        .collect()
}

#[test]
fn the_same_number_in_many_spellings() {
    for text in [
        "2026-3044",
        "RE20263044",
        "Rechnung2026 -3044",
        "rg.nr.2026/3044",
        "000020263044",
        "Re.-Nr.: 2026.3044 vom 30.10.2026",
        "SVWZ+RE 202\n6-3044 / KD 8831",
        "re 2026 3044",
        "RE-2026-3044KD8831",
        "EREF+77777 SVWZ+20263044 MREF+1",
    ] {
        assert_eq!(
            found(text, &["2026-3044", "2026-304"]),
            [("20263044".to_owned(), true)],
            "{text}"
        );
    }
}

#[test]
fn parts_of_longer_numbers_are_none() {
    for text in [
        "2026-3044",
        "RE 2026-30441",
        "12026-304",
        "99-2026-304",
        "Kundennummer 2026-304",
        "KD-Nr. 2026304",
        "A2026304",
    ] {
        assert_eq!(found(text, &["2026-304"]), [], "{text}");
    }
    assert_eq!(found("EREF+2026304 SVWZ+Danke", &["2026-304"]), []);
}

#[test]
fn short_numbers_need_a_word_before_them() {
    assert_eq!(found("1042", &["1042"]), [("1042".to_owned(), false)]);
    assert_eq!(
        found("KD 1042 RE 1057", &["1042", "1057"]),
        [("1057".to_owned(), true)]
    );
    assert_eq!(
        found("Bestellung Nr. 1042", &["1042"]),
        [("1042".to_owned(), true)]
    );
    assert_eq!(
        found("Order #1042 thanks", &["1042"]),
        [("1042".to_owned(), true)]
    );
    assert_eq!(
        found("Danke XKBKNABJK", &["XKBKNABJK"]),
        [("XKBKNABJK".to_owned(), true)]
    );
}

#[test]
fn dates_are_no_numbers() {
    assert_eq!(found("vom 28.10.2026", &["28102026"]), []);
    assert_eq!(found("2026-10-28", &["20261028"]), []);
    assert_eq!(
        found("28102026", &["28102026"]),
        [("28102026".to_owned(), true)]
    );
}

#[test]
fn creditor_references_are_checked() {
    let reference = creditor_reference("2026-3055").unwrap();
    assert_eq!(checked_body(&reference).as_deref(), Some("20263055"));
    assert_eq!(
        checked_body("RF18 5390 0754 7034").as_deref(),
        Some("539007547034")
    ); // the standard's own example
    assert_eq!(checked_body("RF19539007547034"), None);
    assert_eq!(checked_body("RF"), None);
    assert_eq!(checked_body("RFäö12"), None);
    let with = |text: &str| named(&payment(text), |form| form == "20263055");
    assert!(with(&reference)[0].checked);
    assert!(with(&format!("Danke {} {}", &reference[..6], &reference[6..]))[0].checked);
    let wrong = reference.replace("RF", "RF1");
    assert_eq!(with(&wrong), []);
}

#[test]
fn near_misses() {
    assert!(is_near("20521057", "20251057") && is_near("20251058", "20251057"));
    assert!(
        !is_near("20251057", "20251057")
            && !is_near("20521058", "20251057")
            && !is_near("2025105", "20251057")
    );
}

#[test]
fn any_text_is_read_to_its_end() {
    for text in [
        "",
        "🦀".repeat(500).as_str(),
        &"1 ".repeat(5000),
        &"RF".repeat(900),
        "ſﬁ̈ ½",
        "SVWZ+",
        "RF1é2345",
    ] {
        let _ = named(&payment(text), |_| true);
        let _ = possible_forms(&payment(text));
    }
}
