//! What holds for every letter, whatever names, sums and numbers come in.
use std::collections::BTreeSet;

use mahnwerk::ledger::{CustomerAddress, CustomerName, Money};
use proptest::prelude::*;

use crate::cases::compose;
use crate::samples;
use crate::scenario::Scenario;

/// Sums, dates and accounts in a text.
fn figures(text: &str) -> BTreeSet<String> {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&");
    let mut found = BTreeSet::new();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "<>:;()".contains(c))
        .map(|word| word.trim_end_matches([',', '.']))
        .filter(|word| !word.is_empty())
        .collect();
    for (i, word) in words.iter().enumerate() {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let next = words.get(i + 1).copied().unwrap_or_default();
        if digits > 0 && (next == "€" || word.starts_with('€')) {
            found.insert(format!("sum {word}"));
        } else if digits == 8 && word.matches('.').count() == 2 {
            found.insert(format!("day {word}"));
        } else if digits == 4
            && word.len() == 4
            && i > 1
            && words[i - 1].starts_with(char::is_uppercase)
            && words[i - 2].parse::<u8>().is_ok()
        {
            found.insert(format!("day {} {} {word}", words[i - 2], words[i - 1]));
        } else if word.starts_with("DE") && digits == 2 {
            found.insert(format!(
                "account {}",
                words[i..(i + 6).min(words.len())].join("")
            ));
        }
    }
    found
}

fn parts(bytes: &[u8]) -> (String, String) {
    let mail = mail_parser::MessageParser::default().parse(bytes).unwrap();
    (
        mail.body_text(0).unwrap().into_owned(),
        mail.body_html(0).unwrap().into_owned(),
    )
}

fn check_form(bytes: &[u8]) {
    assert!(bytes.is_ascii(), "not 7-bit");
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(
        text.split("\r\n")
            .all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0']))
    );
    assert!(text.len() < 80_000, "{} bytes", text.len());
}

#[test]
fn text_and_html_say_the_same_sums_days_and_accounts() {
    for (name, letter) in samples::all() {
        check_form(&letter.bytes);
        let (text, html) = parts(&letter.bytes);
        assert_eq!(figures(&text), figures(&html), "{name}");
        if name.starts_with("reminder") {
            assert!(figures(&text).len() >= 8, "{name}: {:?}", figures(&text));
        }
    }
}

fn scenario(number: &str, name: &str, total: Money) -> String {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    format!(
        "at = \"2026-11-24T09:00:00Z\"\n[letter]\ntemplate = \"reminder\"\nto = \"erika@muster.example\"\nlanguage = \"en\"\n\
         on = \"2026-11-24\"\ndeadline = \"2026-12-04\"\nsteps = [[{0}, 2]]\n[[claim]]\nnumber = {0}\ndate = \"2026-10-12\"\n\
         due = \"2026-10-26\"\ntotal = \"{total}\"\nname = {1}\naddress = \"erika@muster.example\"\n",
        quoted(number),
        quoted(name)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_that_the_type_takes_gives_a_mail_that_says_it(name in "\\PC{1,60}", cents in 1i64..100_000_000) {
        let Ok(name) = CustomerName::new(&name) else { return Ok(()) };
        let total = Money::new(rust_decimal::Decimal::new(cents, 2), mahnwerk::ledger::Currency::EUR);
        let letter = compose(&Scenario::read(&scenario("20-1001", name.as_str(), total))).unwrap();
        check_form(&letter.bytes);
        let mail = mail_parser::MessageParser::default().parse(&letter.bytes).unwrap();
        let to = mail.to().unwrap().first().unwrap();
        prop_assert_eq!(to.address(), Some("erika@muster.example"));
        let (text, html) = parts(&letter.bytes);
        prop_assert_eq!(figures(&text), figures(&html));
        prop_assert!(!html.contains("<script"));
    }

    #[test]
    fn any_order_number_gives_a_mail_or_a_reason(number in "\\PC{1,40}") {
        let total: Money = "12.30 EUR".parse().unwrap();
        if let Ok(letter) = compose(&Scenario::read(&scenario(&number.replace('/', "-"), "Erika", total))) {
            check_form(&letter.bytes);
            prop_assert_eq!(letter.recipients.len(), 2);
        }
    }
}

#[test]
fn hostile_names_and_addresses_do_not_become_values() {
    for name in [
        "Anna\r\nBcc: x@y.example",
        "Anna\0",
        "A\u{202e}B",
        "A\u{200b}B",
        "<script>",
        "http://x.example",
        "{{ x }}",
    ] {
        let folded = CustomerName::new(name).map(|name| name.to_string());
        assert!(
            folded.is_err() || !folded.unwrap().contains(['\r', '\n', '\0', '<', '{']),
            "{name:?}"
        );
    }
    for address in [
        "a@b",
        "a b@c.example",
        "-oQ@x.example",
        "\"|sh\"@x.example",
        "a@b.example\r\nBcc: c@d.example",
        "a@[127.0.0.1]",
    ] {
        assert!(CustomerAddress::new(address).is_err(), "{address:?}");
    }
}

#[test]
fn a_foreign_account_in_a_name_stops_the_letter() {
    let total: Money = "12.30 EUR".parse().unwrap();
    let held = compose(&Scenario::read(&scenario(
        "20-1001",
        "DE89 3704 0044 0532 0130 00",
        total,
    )))
    .unwrap_err();
    assert!(
        held.en.contains("DE89370400440532013000") && held.holds,
        "{held:?}"
    );
}
