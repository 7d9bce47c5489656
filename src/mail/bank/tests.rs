//! Mails of banks in full, from bytes to facts: amount, account, proof, completeness.

#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::ledger::{CustomerAddress, SealKey};
use crate::mail::trust::OwnAccount;

fn recipes() -> Vec<Recipe> {
    let shipped = Recipe::shipped()
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Recipe::compile(&shipped.collect::<Vec<_>>()).unwrap()
}

fn account(id: &str, address: Option<&str>) -> OwnAccount {
    OwnAccount {
        id: id.into(),
        senders: vec![],
        address: address.map(|a| CustomerAddress::new(a).unwrap()),
    }
}

fn read_mail(mail: &str) -> Reading {
    let trust = Trust {
        hosts: vec!["mx.host.example".into()],
        accounts: vec![
            account("DE89370400440532013000", None),
            account("paypal", Some("kasse@laden.example")),
        ],
        ..Trust::default()
    };
    let raw = RawMail {
        bytes: mail.as_bytes().to_vec(),
        received: "2026-03-05T23:30:00Z".parse().unwrap(),
    };
    crate::mail::read(&raw, &recipes(), &trust, &SealKey::new(&[7; 32]).unwrap())
}

fn paypal(note: &str) -> String {
    format!(
        "Authentication-Results: mx.host.example; dkim=pass header.d=paypal.de; dmarc=pass header.from=paypal.de\r\n\
         From: service@paypal.de\r\nTo: Lena Laden <kasse@laden.example>\r\nSubject: Du hast eine Zahlung erhalten\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Hallo Lena Laden!</p><p>Anna Bauer hat dir 0,01 € EUR gesendet</p><p>Transaktionsdetails</p>\
         <table><tr><td><b>Transaktionscode</b><br>1AB23456CD7890123</td><td><b>Transaktionsdatum</b><br>4. März 2026</td></tr></table>\
         <table><tr><td>Erhaltener Betrag</td><td>0,01 € EUR</td></tr><tr><td>Mitteilung von Anna Bauer</td><td>{note}</td></tr></table>\
         <p>Du siehst das Geld nicht in deinem Konto?</p>\r\n"
    )
}

fn paid(reading: &Reading) -> Vec<(String, String, bool)> {
    let paid = |event: &Event| match &event.fact {
        Fact::Paid(paid) => Some((
            paid.amount.to_string(),
            paid.remittance.clone(),
            paid.proposal_only,
        )),
        _ => None,
    };
    reading.events.iter().filter_map(paid).collect()
}

#[test]
fn what_a_payer_writes_is_never_the_amount() {
    let reading = read_mail(&paypal("Betrag: 149,90 EUR RE 1001"));
    assert_eq!(
        paid(&reading),
        [(
            "0.01 EUR".into(),
            "Betrag: 149,90 EUR RE 1001".into(),
            false
        )],
        "{}",
        reading.reason
    );
    for note in [
        "<p>x</p><p>Erhaltener Betrag: 149,90 € EUR</p>",
        "x</td></tr><tr><td>Erhaltener Betrag</td><td>149,90 € EUR",
        "x<br>Erhaltener Betrag | 149,90 € EUR",
    ] {
        let reading = read_mail(&paypal(note));
        assert!(
            paid(&reading)
                .iter()
                .all(|(amount, ..)| amount == "0.01 EUR"),
            "{note} {:?}",
            reading.events
        );
    }
}

#[test]
fn a_provider_mail_counts_only_at_our_own_address_and_proven() {
    assert_eq!(paid(&read_mail(&paypal("1"))).len(), 1);
    let other = paypal("1").replace("kasse@laden.example", "other@laden.example");
    assert_eq!(
        (read_mail(&other).outcome, read_mail(&other).events.len()),
        (Outcome::Review, 0)
    );
    let spf = paypal("1").replace(
        "dkim=pass header.d=paypal.de; dmarc=pass header.from=paypal.de",
        "spf=pass smtp.mailfrom=paypal.de",
    );
    assert_eq!(
        (read_mail(&spf).outcome, read_mail(&spf).events.len()),
        (Outcome::Review, 0)
    );
    let look_alike = paypal("1").replace("paypal.de", "paypal.de.evil.example");
    assert!(paid(&read_mail(&look_alike)).is_empty());
}

fn kontowecker(account: &str, count: u8, lines: &str) -> String {
    format!(
        "Authentication-Results: mx.host.example; dkim=none; spf=pass smtp.mailfrom=noreply@kontowecker.de; dmarc=none\r\n\
         From: Kontowecker <noreply@kontowecker.de>\r\nTo: kasse@laden.example\r\nSubject: Ihr Umsatzwecker: {count} neue Umsaetze\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nGuten Tag,\r\n\r\nauf dem Konto {account} wurden folgende Umsätze verbucht:\r\n\r\n{lines}\r\n\
         Neuer Saldo: 2.659,39 EUR\r\n"
    )
}

#[test]
fn a_mail_on_spf_alone_proposes_and_tells_the_day() {
    let reading = read_mail(&kontowecker(
        "*3000",
        2,
        "Anna Baue.: 49,90 EUR\r\nStadtwerk.: -60,00 EUR\r\n",
    ));
    assert_eq!(reading.outcome, Outcome::Booked, "{}", reading.reason);
    assert_eq!(paid(&reading), [("49.90 EUR".into(), String::new(), true)]);
    assert!(reading.payments[0].payer_cut);
    let Fact::Seen(seen) = &reading.events[1].fact else {
        panic!("{:?}", reading.events)
    };
    assert_eq!(
        (seen.account.as_deref(), seen.statement),
        (Some("DE89370400440532013000"), false)
    );
}

#[test]
fn another_account_is_refused_and_a_missing_line_tells_no_day() {
    let line = "Anna Baue.: 49,90 EUR\r\n";
    let foreign = read_mail(&kontowecker("*9999", 1, line));
    assert_eq!(
        (foreign.outcome, foreign.events.len()),
        (Outcome::Review, 0)
    );
    let missing = read_mail(&kontowecker("*3000", 3, line));
    assert!(
        matches!(
            missing.events.as_slice(),
            [Event {
                fact: Fact::Paid(_),
                ..
            }]
        ),
        "{:?}",
        missing.events
    );
}
