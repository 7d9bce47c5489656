#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use mahnwerk::ledger::*;
use mahnwerk::letter::*;
#[test]
fn look() {
    let letters = match Letters::with_overlay(&[]) {
        Ok(l) => l,
        Err(p) => panic!("{}", p.join("\n")),
    };
    let a = |t: &str| CustomerAddress::new(t).unwrap();
    let sender = Sender {
        name: "Papierladen Beispiel".into(),
        address: a("rechnung@laden.example"),
        merchant: a("chef@laden.example"),
        mailbox: a("mahnwerk@laden.example"),
        language: Language::De,
        identity: vec![
            "Papierladen Beispiel GmbH, Musterweg 1, 50667 Köln".into(),
            "Amtsgericht Köln HRB 12345, Geschäftsführerin: Paula Beispiel".into(),
        ],
        accounts: vec![PayTo {
            iban: "DE02120300000000202051".into(),
            holder: "Papierladen Beispiel GmbH".into(),
            bic: Some("BYLADEM1001".into()),
            bank: Some("Musterbank".into()),
        }],
        shops: vec![ShopIdentity {
            shop: "laden".into(),
            title: "Papierladen".into(),
            account: "DE02120300000000202051".into(),
        }],
        zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap(),
        rehearsal: false,
    };
    for name in letters.names() {
        let mail = letters
            .sample(
                &name,
                Language::De,
                &sender,
                "2026-11-24T07:00:00Z".parse().unwrap(),
            )
            .unwrap();
        let text = String::from_utf8(mail.bytes).unwrap();
        let parsed = mail_parser::MessageParser::default()
            .parse(text.as_bytes())
            .unwrap();
        println!(
            "==== {name}\n{}\n-- {:?}\n{}",
            text.split("\r\n\r\n").next().unwrap(),
            parsed.subject(),
            parsed.body_text(0).unwrap()
        );
        if name == "friendly" {
            println!("{}", parsed.body_html(0).unwrap())
        }
    }
}
